"""Web archives (WARC): every stored answer that is a page, as an attempt.

Belongs here: which records are attempts at articles, and what became of them. Does not: packed bytes (warc_stream.py),
encodings of bodies (http_body.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from ingest.sources.files import Attempt
from ingest.sources.http_body import decoded_body
from ingest.sources.records import whole
from ingest.sources.streams import MAX_RECORD_BYTES, InputError, Problem
from ingest.sources.warc_stream import WarcStream

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap, WarcRecord

PAGE_TYPES = ("text/html", "application/xhtml+xml")
MAX_HEADER_BYTES = 64 << 10
_HEADER_SLACK = 200  # bytes by which a header may be longer than its names and values; any record is longer

_ASSET = re.compile(
    r"/(?:robots|ads|app-ads|security)\.txt$|/favicon\b[^/]*$"
    r"|\.(?:png|jpe?g|gif|webp|avif|svg|ico|css|m?js|json|xml|woff2?|ttf|eot|otf|mp[34]|m4[av]|webm|m3u8|ts|pdf|zip)$",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|article)\b", re.IGNORECASE)


class _PassedOverError(Exception):
    """A record that is no attempt at an article; ``args`` is the reason."""


def is_among(host: str, domains: Collection[str]) -> bool:
    """Whether a host is one of the domains or below one."""
    labels = host.lower().removeprefix("www.").split(".")
    return any(".".join(labels[first:]) in domains for first in range(len(labels) - 1))


def read_warc(path: Path, report: Callable[[str], None], domains: Collection[str] | None = None) -> Iterator[Attempt]:
    """The pages of a WARC as attempts, numbered by the place of their record among all of the file.

    ``domains`` restricts them to these hosts and those below. A record that is damaged costs itself where the format
    allows to go on. ``report`` receives one sentence on what was passed over. Raises InputError where the file cannot
    be read further, and for one without a page.
    """
    is_wanted = lru_cache(maxsize=4096)(lambda host: domains is None or is_among(host, domains))
    passed: Counter[str] = Counter()
    stream = WarcStream(path)
    number = attempts = pages = 0
    while True:
        for found in _records(stream):
            number += 1
            try:
                attempt = found if isinstance(found, Problem) else _attempt(found, number, is_wanted)
            except _PassedOverError as reason:
                passed[str(reason)] += 1
                continue
            if isinstance(attempt, Problem):
                attempt = Attempt(number, attempt)
            if attempt.problem and stream.problem:  # what the damage left of its record is told once, below
                number -= 1
                break
            attempts += 1
            pages += attempt.problem is None
            yield attempt
        damage = stream.problem
        if not stream.resume():
            break
        number += 1
        attempts += 1
        yield Attempt(number, damage)
    told = ", ".join(f"{count:,} {reason}" for reason, count in sorted(passed.items()))
    report(f"{path.name}: {pages:,} pages of {number:,} records{f'; passed over: {told}' if told else ''}.")
    if damage:
        raise InputError(damage.outcome, damage.reason)
    if not attempts:
        of_whom = "" if domains is None else " of an outlet that the registry knows"
        raise InputError("empty", f"it holds no page{of_whom}")


def _records(stream: WarcStream) -> Iterator[WarcRecord | Problem]:
    """The records of one run of the stream, and a Problem for bytes between two that are none.

    A record's end is computed from the length of its header, whose blanks may differ a little from what is printed.
    """
    from fastwarc.warc import ArchiveIterator

    records = ArchiveIterator(
        stream, parse_http=False, quirks_mode=True, stream_detect=False, max_header_len=MAX_HEADER_BYTES
    )
    end = 0
    while True:
        try:
            record = next(records, None)
        except OSError as error:
            yield Problem("unreadable", f"the record is damaged: {error}")
            return
        start = stream.tell() if record is None else record.stream_pos
        if start > end + _HEADER_SLACK:
            yield Problem("unreadable", f"{start - end:,} bytes are no record: a record is damaged or cut off")
        if record is None:
            return
        end = record.stream_pos + record.content_length
        end += sum(len(name) + len(value) + 4 for name, value in record.headers.items_bytes()) + 16
        yield record


def _attempt(record: WarcRecord, number: int, is_wanted: Callable[[str], bool]) -> Attempt:
    """What became of one record; raises _PassedOverError for one that is no attempt at an article."""
    from fastwarc.warc import WarcRecordType

    kind = record.record_type
    if kind not in (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.revisit):
        raise _PassedOverError("of other kinds (requests, metadata)")
    headers = record.headers
    url = whole(headers.get("WARC-Target-URI") or "").strip().strip("<>") or None
    try:
        address = urlsplit(url or "")
        host = address.hostname or ""
    except ValueError:
        host = ""
    if not host or address.scheme not in ("http", "https"):
        raise _PassedOverError("without an address of the web")
    if _ASSET.search(address.path):
        raise _PassedOverError("of robots.txt, pictures and the like")
    if not is_wanted(host):
        raise _PassedOverError("of hosts that are no outlet of the registry")
    observed_at = _observed_at(record)
    length = record.content_length
    is_answer = kind != WarcRecordType.resource
    http: HeaderMap | None = None
    if is_answer:
        try:
            record.is_http = True  # some writers leave the block's type out
            record.parse_http(max_header_len=MAX_HEADER_BYTES, quirks_mode=True)
            http = record.http_headers
        except OSError:
            http = None
    status = http.status_code if http else None
    content_type = (http.get("Content-Type") if http else None) if is_answer else headers.get("Content-Type")
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type and media_type not in PAGE_TYPES and (status is None or status < 300 or status >= 400):
        raise _PassedOverError("of other types than pages")

    def failed(problem: Problem) -> Attempt:
        return Attempt(number, problem, url=url, observed_at=observed_at, status_code=status)

    if kind == WarcRecordType.revisit or status == 304:
        return failed(Problem("not_modified", "the archive holds it as unchanged"))
    if is_answer and status is None:
        return failed(Problem("unreadable", "its HTTP header is damaged", length))
    if status is not None and status != 200:
        return failed(Problem("http_error", f"the server answered {status}", length))
    if truncated := headers.get("WARC-Truncated"):
        return failed(Problem("unreadable", f"the archive holds a part of it only: {whole(truncated)[:40]}", length))
    if headers.get("WARC-Segment-Number"):
        return failed(Problem("unreadable", "the archive holds it in segments", length))
    if record.content_length > MAX_RECORD_BYTES:
        return failed(Problem("too_large", f"the record is longer than {MAX_RECORD_BYTES >> 20} MB", length))
    remaining = record.content_length
    body = record.reader.read(remaining)
    if len(body) < remaining:
        return failed(Problem("unreadable", "the record is cut off", len(body)))
    if http:
        try:
            body = decoded_body(body, http.get("Transfer-Encoding") or "", http.get("Content-Encoding") or "")
        except InputError as error:
            return failed(error.problem)
    if not media_type and not _MARKUP.match(body):
        raise _PassedOverError("of other types than pages")
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return failed(Problem("empty", "it holds no text", len(body)))
    charset = record.http_charset if http else None
    metadata = orjson.dumps({"encoding": whole(charset)} if charset else {}).decode()
    return Attempt(number, None, body, url, None, metadata, observed_at, status)


def _observed_at(record: WarcRecord) -> datetime | None:
    """The time of the capture, naive UTC; None where the header has none that can be read."""
    try:
        seen = record.record_date
    except (ValueError, OverflowError, OSError):
        return None
    return seen.astimezone(UTC).replace(tzinfo=None) if seen else None
