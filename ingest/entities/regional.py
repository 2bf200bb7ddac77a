"""Bodies that are composed of a regional unit and a region: Polres Bogor, Dinas Kesehatan Kota Bogor.

Belongs here: which regions the words behind a unit's form name, and which bodies that gives. Does not: how spans are
composed beyond that (``spans``), the choice between twins (``resolve``), any name of a region (``gazetteer``).

Offsets are bytes of the scanned buffer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ingest.entities.engine import Engine, Reading, Readings, Units, region_of
from ingest.entities.exclusions import is_foreign

# An office bears the word of its station behind these: Kapolresta Bandung is the head of Polresta Bandung.
_HEADS = (b"", b"ka", b"waka")
_WORDS = re.compile(rb"[\w\x80-\xff-]+(?: [\w\x80-\xff-]+){0,4}")
_NAME = re.compile(rb"[A-Z][\w\x80-\xff/-]*(?: (?:dan (?=[A-Z]))?[A-Z0-9][\w\x80-\xff/-]*){0,5}")
_RANK = re.compile(
    rb" ?\b(?:AKBP|AKP|Kompol|Kombes|Iptu|Ipda|Aiptu|Aipda|Bripka|Brigadir|Brigjen|Irjen|Komjen|Komisaris|Ajun"
    rb"|Inspektur|Letkol|Kolonel|Mayor|Kapten)\b.*",
    re.DOTALL,
)
_NO_NAME = re.compile(
    rb"(?:Nomor|No|Jalan|Jln?|Pulau|Jajaran|Januari|Februari|Maret|April|Juni|Juli|Kabupaten|Kota|Provinsi|Kecamatan"
    rb"|Se|RI|Indonesia|Tinggi|Negeri|Daerah)\b"
)
_LONGEST_NAME = 4
_COURTS = "ma"  # a court bears the name of a city: one that the registry does not know lies abroad
# behind a region's name these make it another's, one that the registry does not know
_ANOTHER = re.compile(rb" (?:Barat|Timur|Utara|Selatan|Tengah|Tenggara|Hulu|Hilir)(?![\w\x80-\xff])")


def with_region(
    engine: Engine, units: Units, form: bytes, buffer: bytes, end: int, limit: int, day: date | None
) -> tuple[Readings, int] | None:
    """The bodies that ``units``, written as ``form``, are with the region named behind ``end``, and where that ends.

    None where no region follows, or none that has such a unit on ``day``.
    """
    at = end + 1 if buffer[end : end + 1] == b" " else end
    is_glued = buffer[end - 1 : end].islower() and buffer[end : end + 1].isupper()
    if at == end and not is_glued and buffer[end - 1 : end] != b")":
        return None
    station = _station(engine, units, form.lower(), buffer, at, limit)
    levels = frozenset[str]().union(*(unit.levels for unit in units))
    place = engine.gazetteer.read(buffer, at, limit, day, levels)
    if not place or (station and station[1] >= place.end):
        return station
    if is_foreign(buffer, at - 1, (0, limit)) or _ANOTHER.match(buffer, place.end, limit):
        return station
    readings = of_regions(engine, units, place.codes)
    return (readings, place.end) if readings else station


def _station(
    engine: Engine, units: Units, form: bytes, buffer: bytes, at: int, limit: int
) -> tuple[Readings, int] | None:
    """The body whose official name the words behind ``form`` complete: Polda Metro Jaya, Polres Metro Bekasi Kota."""
    found = _WORDS.match(buffer, at, limit)
    words = found[0] if found else b""
    while words:
        for unit in units:
            for head in _HEADS:
                if form.startswith(head):
                    code = engine.stations.get((unit.unit_id, form[len(head) :], words.lower()))
                    if code and (readings := of_regions(engine, (unit,), (code,))):
                        return readings, at + len(words)
        words = words.rpartition(b" ")[0]
    return None


def of_regions(engine: Engine, units: Units, codes: Iterable[str]) -> Readings:
    """The bodies that exist of ``units`` in the regions ``codes``."""
    level_of = engine.gazetteer.level_of
    return tuple(
        unit.of(code)
        for code in codes
        for unit in units
        if level_of.get(code) in unit.levels and f"{unit.unit_id}.{code}" in engine.hierarchy.bodies
    )


def under_bodies(engine: Engine, units: Units, bodies: Iterable[str]) -> Readings:
    """The bodies of ``units`` in the regions of ``bodies`` that belong to them: Satreskrim of Polres Bogor."""
    return tuple(
        reading
        for body in bodies
        if (code := region_of(body))
        for reading in of_regions(engine, units, (code,))
        if body in engine.hierarchy.above(reading.agency_id)
    )


def unplaced(
    engine: Engine, units: Units, buffer: bytes, start: int, end: int, limit: int
) -> tuple[Readings, int] | None:
    """The national body that a vertical unit with a name of no region belongs to, and where the name ends.

    Polsek Kawasan Bandara is a mention of Polri. An office is read so only where its holder's rank closes the name.
    """
    name = _NAME.match(buffer, end + 1, limit) if buffer[end : end + 1] == b" " else None
    if not name or not buffer[start : start + 1].isupper():
        return None
    words = b"" if _NO_NAME.match(name[0]) else _RANK.sub(b"", name[0])
    roots = {engine.roots.get(unit.unit_id) for unit in units}
    if not words or len(words.split()) > _LONGEST_NAME or len(roots) != 1 or None in roots:
        return None
    if (
        roots == {_COURTS}
        or is_foreign(buffer, end + 1 + len(words), (0, limit))
        or is_foreign(buffer, end, (0, limit))
    ):
        return None
    unit = units[0]
    if unit.via == "role" and words == name[0]:
        return None
    root = engine.roots[unit.unit_id]
    return (Reading(unit.form_id, root, unit.via, unit.prior, None, None, False),), end + 1 + len(words)
