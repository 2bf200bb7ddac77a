"""Units below those that the registry knows: ``Kabid Pemasaran Dinas Pariwisata Kaltim``, ``Seksi X Kejati Y``.

Belongs here: how far to the left of a body's name the words for its unit reach. Does not: units that the registry
lists; they are forms like all others.

Such a span names the body's unit, and the mention counts for the body: the registry has no finer one.
"""

from __future__ import annotations

import re

_UNITS = (
    rb"Sub ?[Dd]irektorat|Subdit|Sub ?[Bb]agian|Sub ?[Bb]ag|Sub ?[Bb]idang|Sub ?[Bb]id|Sub ?[Ss]eksi|Seksi|Bidang"
    rb"|Bagian|Biro|Direktorat|Satuan|Sat|Detasemen|Unit|(?<!Kantor )Pusat|Balai|Paminal|Panitia Khusus|Pansus|Komisi"
    rb"|Panja"
)
# Contracted titles of those who head a unit: the title is an office (via role). Direktur and Deputi need their field.
_HEADS = (
    rb"Kabid|Kasubbid|Kasubid|Kasi|Kasie|Kasubdit|Kasubbag|Kasubag|Kasubsi|Kabag|Karo|Kanit|Panit|Kasat|Kasubnit"
    rb"|Kapus|Danden|Komandan Detasemen|Asisten Deputi|Asdep|Deputi|Direktur(?! (?:Utama|Eksekutif|Jenderal)\b)"
)
_WORD = rb"(?:[A-Z0-9][\w\x80-\xff&/.'-]*|dan|\([A-Z][^()\n]{0,40}\)|&)"
_LEFT = re.compile(
    rb"(?<![\w\x80-\xff/-])(?:(?P<head>%b)|(?P<unit>%b))\b(?P<words>(?:,? %b){0,10})(?<! dan)(?P<comma>,?) $"
    % (_HEADS, _UNITS, _WORD)
)
_LONGEST = 160
_LONGEST_IN_HEADLINE = 3
_OTHERS = re.compile(
    rb"\b(?:Kepala|Ketua|Komandan|Panglima|AKB?P|Kompol|Iptu|Ipda|Menteri|Menko|Wakil|Gubernur|Presiden|UU|RUU|PT|Universitas|Kementerian)\b"
)
_STANDS_ALONE = re.compile(rb"Paminal|Kanit|Kasat|Panit|Kabag|Kasubag|Kasubbag")
_SMALL_WORD = re.compile(rb" [a-z]")


def unit_before(buffer: bytes, start: int, first: int) -> tuple[int, str] | None:
    """Where the words for a unit of the body at ``start`` begin, not before ``first``, and their via; None without.

    >>> unit_before(b"kata Kabid Humas Dinas X", 17, 0)
    (5, 'role')
    """
    line = buffer[max(first, start - _LONGEST) : start]
    line = line[line.rfind(b"\n") + 1 :]
    before = line[:-1].rpartition(b" ")[2]
    if line[-1:] != b" " or not (before[:1].isupper() or before[:1].isdigit() or before[-1:] in (b")", b",")):
        return None
    found = _LEFT.search(line)
    if not found or not _is_unit(found, line, buffer[start : start + _LONGEST]):
        return None
    return start - len(line) + found.start(), "role" if found["head"] else "name"


def _is_unit(found: re.Match[bytes], line: bytes, behind: bytes) -> bool:
    """Whether the words are one unit: no list, no other title among them, and no headline in capitals."""
    words = found["words"]
    if not words and not _STANDS_ALONE.match(found[0]):
        return False
    if _OTHERS.search(words) or (b"," in words and b" dan " not in words[words.rfind(b",") :]):
        return False
    if found["comma"] and not (found["head"] or words.endswith(b")")):
        return False
    is_headline = not _SMALL_WORD.search((line[: found.start()] + b" " + behind).replace(b" dan ", b" "))
    return not is_headline or len(words.split()) <= _LONGEST_IN_HEADLINE
