"""Tabular dumps: what a table's columns and dates mean, and its records as attempts.

Belongs here: from records to payloads with their metadata. Does not: formats (readers.py), frames (collect.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from ingest.sources import guess
from ingest.sources.files import Attempt
from ingest.sources.mapping import SUFFIX, DateOrder, Mapping
from ingest.sources.readers import Table
from ingest.sources.records import Row, encode
from ingest.sources.streams import MAX_RECORD_BYTES, InputError, Problem, spooled

SAMPLE_RECORDS = 300  # records that a guess by values looks at
MAX_NAMES = 5_000  # column names that are kept of one input

_LINK = re.compile(r"(?:https?:)?//\S|www\.\S|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S", re.I)


@dataclass
class Profile:
    """What a table means: columns by role, whether they were guessed, and the order of day and month by site."""

    columns: dict[str, list[str]]
    is_guessed: bool
    date_order: DateOrder | None
    orders: guess.DateOrders
    date_columns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.date_columns = [*self.columns.get("date", []), *self.columns.get("time", [])]

    def url(self, row: Row) -> str | None:
        """The record's link, where the column holds one."""
        for name in self.columns.get("url", ()):
            value = row.get(name)
            if isinstance(value, str) and _LINK.match(value := value.strip()):
                return value
        return None

    def record_id(self, row: Row) -> str | None:
        """The record's own identifier as a string: whole numbers without a fraction, ``{"$oid": x}`` as x."""
        for name in self.columns.get("record_id", ()):
            value = row.get(name)
            if isinstance(value, dict) and len(value) == 1:
                value = next(iter(value.values()))
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return None

    def note_dates(self, row: Row) -> None:
        """Take note of the record's dates for the order of day and month."""
        for name in self.columns.get("date", ()):
            if isinstance(value := row.get(name), str):
                self.orders.add(value, guess.domain_of(self.url(row)))

    def order_of(self, row: Row, url: str | None) -> DateOrder:
        """The order in which the record's date is to be read."""
        if self.date_order:
            return self.date_order
        for name in self.columns.get("date", ()):
            if isinstance(value := row.get(name), str) and value:
                return self.orders.order_of(value, guess.domain_of(url))
        return "DMY"

    def sentence(self, name: str) -> str:
        """The guess, for people."""
        roles = ", ".join(f"{role} = {' + '.join(names)}" for role, names in self.columns.items())
        text = f"{name}: columns guessed: {roles or 'none, no column could be read as a title or a text'}."
        if not self.date_order and (groups := self.orders.groups()):
            by_order: dict[str, list[str]] = {}
            for (domain, separator), order in groups.items():
                by_order.setdefault(order, []).append(f"{domain or 'rows without a link'} ({separator})")
            orders = "; ".join(f"{order}: {', '.join(sites[:30])}" for order, sites in sorted(by_order.items()))
            text += f" Order of numeric dates, guessed: {orders}."
        return f"{text} To say otherwise, write {name}{SUFFIX}."


def profile_of(table: Table, mapping: Mapping, name: str) -> Profile:
    """Reads a table once, in bounded memory, and says what it means.

    Raises SourceError where the mapping names a column that no record has. Broken records are passed over: the
    second reading reports them.
    """
    names: dict[str, None] = {}
    sample: list[Row] = []
    orders = guess.DateOrders()
    profile = Profile(mapping.columns.by_role() if mapping.columns else {}, False, mapping.date_order, orders)

    def refresh() -> None:
        if mapping.columns is None:
            roles = guess.columns_of(names, sample).by_role()
            nonlocal profile
            profile = Profile(roles, True, mapping.date_order, orders)

    try:
        records = (record for record in table.records() if not isinstance(record, Problem))
        for row in itertools.islice(records, SAMPLE_RECORDS):
            sample.append({key: value[:2000] if isinstance(value, str) else value for key, value in row.items()})
            names.update(dict.fromkeys(itertools.islice(row, MAX_NAMES)))
        refresh()
        for row in sample:
            profile.note_dates(row)
        for row in records:
            if not row.keys() <= names.keys() and len(names) < MAX_NAMES:
                new = row.keys() - names.keys()
                names.update(dict.fromkeys(row))
                if guess.known_names(new):  # others can mean nothing: no value of theirs is in the sample
                    refresh()
            profile.note_dates(row)
    except InputError:
        refresh()
    if names:
        mapping.check_columns(names, name)
    return profile


def read_dump(path: Path, mapping: Mapping, report: Callable[[str], None]) -> Iterator[Attempt]:
    """The records of a tabular file as attempts, numbered from 1.

    Raises SourceError for a mapping that does not fit, InputError where the file cannot be read further.
    """
    with spooled(path) as plain:
        table = Table(path, plain, mapping)
        profile = profile_of(table, mapping, path.name)
        if profile.is_guessed:
            report(profile.sentence(path.name))
        metadata = {order: _metadata(profile, mapping, table, order) for order in ("DMY", "MDY", "YMD")}
        number = 0
        for number, row in enumerate(table.records(), 1):
            if isinstance(row, Problem):
                yield Attempt(number, row)
                continue
            url, record_id = profile.url(row), profile.record_id(row)
            problem: Problem | None = None
            payload = b""
            if not any(value not in (None, "", [], {}) and str(value).strip() for value in row.values()):
                problem = Problem("empty", "the record holds nothing", 0)
            else:
                try:
                    payload = encode(row)
                except RecursionError:
                    problem = Problem("unreadable", "the record is nested too deeply")
                if len(payload) > MAX_RECORD_BYTES:
                    problem = Problem(
                        "too_large", f"the record is longer than {MAX_RECORD_BYTES >> 20} MB", len(payload)
                    )
            yield Attempt(number, problem, payload, url, record_id, metadata[profile.order_of(row, url)])
        if not number:
            raise InputError("empty", "it holds no record")


def _metadata(profile: Profile, mapping: Mapping, table: Table, order: str) -> str:
    columns = {role: names for role, names in profile.columns.items() if role not in ("date", "time")}
    if profile.date_columns:
        columns["date"] = profile.date_columns
    content: dict[str, object] = {
        "columns": columns,
        "date_order": order,
        "clock_zone": mapping.zone,
        "outlet_id": mapping.outlet,
        "is_guessed": profile.is_guessed,
    }
    if table.encoding:
        content["encoding"] = table.encoding
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
