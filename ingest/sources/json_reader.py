"""Records of JSON lines and JSON, in bounded memory. Does not belong here: what a column means."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from ingest.sources.guess import has_article
from ingest.sources.records import Record, whole
from ingest.sources.streams import (
    MAX_RECORD_BYTES,
    InputError,
    Problem,
    lines,
)

MAX_RESUMPTIONS = 100  # how often reading resumes after broken JSON in one file
MAX_DEPTH = 1_000_000  # brackets that are open at once

_OPENING = re.compile(rb"\s*+(\[\s*\{|.)", re.S)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.S)
_FIRST_KEY = re.compile(rb'\{\s*("(?:[^"\\]++|\\.)*+")', re.S)
_BETWEEN = b" \t\r\n,:"
_QUOTE, _PAIRS = ord('"'), {ord("}"): ord("{"), ord("]"): ord("[")}


def read_json(source: Callable[[], Iterable[bytes]], *, is_lines: bool) -> Iterator[Record]:
    """Records of JSON lines, of an array of objects, of an object that holds one such array, or one object."""
    opening = next((found[1] for chunk in source() if (found := _OPENING.match(chunk))), b"")
    values: Iterator[bytes | Record]
    if not opening:
        return
    if opening.startswith(b"[") and (len(opening) > 1 or not is_lines):
        values = _elements(source(), 1)
    elif is_lines:
        values = (line for line in lines(source()) if isinstance(line, Problem) or line.strip())
    elif opening == b"{":
        values = _objects(source)
    else:
        raise InputError("unreadable", "it holds no JSON object or array")
    for value in values:
        yield parse_object(value) if isinstance(value, bytes) else value


def parse_object(data: bytes) -> Record:
    """One JSON object; NaN, control characters and long numbers, which JSON forbids, are let pass.

    So are half surrogates, as U+FFFD.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        try:
            value = _lenient(data.decode("utf-8"))
            if b"\\u" in data:
                value = _lenient(whole(json.dumps(value, ensure_ascii=False)))
        except UnicodeDecodeError as decoding:
            return Problem("unreadable", f"byte {decoding.start + 1} is not UTF-8", len(data))
        except (ValueError, RecursionError):
            return Problem("unreadable", f"no valid JSON: {error}", len(data))
    if not isinstance(value, dict):
        return Problem("unreadable", "not a JSON object", len(data))
    return value


def _lenient(text: str) -> Any:
    return json.loads(text, strict=False, parse_constant=lambda _: None)


def _objects(source: Callable[[], Iterable[bytes]]) -> Iterator[bytes | Record]:
    """What a JSON file that begins with an object holds: the elements of its one array of objects, or objects."""
    values = _elements(source(), 0)
    first = next(values, None)
    if isinstance(first, Problem) and first.outcome == "too_large":
        yield from _elements(source(), 2)
        return
    second = next(values, None)
    if isinstance(first, bytes) and second is None:
        row = parse_object(first)
        if isinstance(row, dict) and not has_article(row):
            arrays = [v for v in row.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
            if len(arrays) == 1:
                for element in arrays[0]:
                    yield element if isinstance(element, dict) else Problem("unreadable", "not a JSON object")
                return
    yield from (value for value in (first, second) if value is not None)
    yield from values


def _elements(source: Iterable[bytes], depth: int) -> Iterator[bytes | Problem]:
    """The JSON values at ``depth``: 0 side by side, 1 in an array, 2 in arrays of an object.

    Only brackets and strings are looked at, so that a broken value costs itself: where one does not end, reading
    resumes at the next object that begins with the same key.
    """
    base = (b"", b"[", b"{[")[depth]
    stack = bytearray()
    buffer = b""
    scanned = 0  # everything before is done with
    start = -1  # where the value that is being read begins
    resume: re.Pattern[bytes] | None = None  # set while looking for the next value after a broken one
    key = b""
    resumptions = 0
    has_junk = is_cut = False

    for chunk in itertools.chain(source, (None,)):
        is_end = chunk is None
        drop = start if start >= 0 else scanned
        buffer = buffer[drop:] + (chunk or b"")
        scanned, start = scanned - drop, min(start, 0)
        while True:
            if resume:
                found = resume.search(buffer, scanned)
                if not found:
                    scanned = max(scanned, len(buffer) - 4096)
                    break
                scanned, resume = found.start(1), None
            is_broken = False
            for token in _TOKEN.finditer(buffer, scanned):
                at, end = token.span()
                byte = buffer[at]
                if byte == _QUOTE and end == at + 1:  # a string that does not end here
                    scanned = at
                    has_junk |= start < 0 and len(stack) <= depth
                    break
                if start < 0 and len(stack) <= depth:
                    has_junk |= bool(buffer[scanned:at].strip(_BETWEEN)) or byte == _QUOTE
                scanned = end
                if byte == _QUOTE:
                    continue
                if byte not in _PAIRS:
                    if start < 0 and stack == base:
                        start = at
                        if has_junk and depth < 2:
                            yield Problem("unreadable", "not a JSON object")
                        has_junk = False
                    stack.append(byte)
                    if len(stack) > MAX_DEPTH:
                        raise InputError("unreadable", "its JSON is nested too deeply")
                elif start >= 0 and stack[-1] != _PAIRS[byte]:
                    is_broken = True
                    break
                elif stack and stack[-1] == _PAIRS[byte]:
                    stack.pop()
                    if start >= 0 and len(stack) == depth:
                        value, start = buffer[start:end], -1
                        key = key or _first_key(value, 0)
                        yield value if len(value) <= MAX_RECORD_BYTES else _too_large(len(value))
                else:
                    has_junk = True
            else:
                has_junk |= start < 0 and len(stack) <= depth and bool(buffer[scanned:].strip(_BETWEEN))
                scanned = len(buffer)
            origin = start if start >= 0 else scanned
            length = len(buffer) - origin
            if length > MAX_RECORD_BYTES:
                yield _too_large(length)
            elif is_broken or (is_end and start >= 0):
                yield Problem("unreadable", "the JSON object does not end", scanned - origin)
            else:
                break
            key = key or _first_key(buffer, origin)
            resumptions += 1
            if not key or resumptions > MAX_RESUMPTIONS:
                raise InputError("unreadable", "its JSON is broken; the rest was not read")
            resume = re.compile(rb"[},\n]\s*(\{\s*" + re.escape(key) + rb"\s*:)")
            scanned, start, stack, is_cut = origin + 1, -1, bytearray(base), not is_broken and is_end
    if has_junk and depth < 2:
        yield Problem("unreadable", "not a JSON object")
    if stack and not is_cut:
        raise InputError("unreadable", "it is cut off: its JSON does not end")


def _first_key(data: bytes, start: int) -> bytes:
    found = _FIRST_KEY.match(data, start)
    return found[1] if found and len(found[1]) < 1000 else b""


def _too_large(size: int) -> Problem:
    return Problem("too_large", f"the record is longer than {MAX_RECORD_BYTES >> 20} MB", size)
