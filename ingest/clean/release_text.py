"""What the lines of a press release are: letterhead, number, date, title, text, contacts.

Belongs here: the shape of a release as offices write it. Does not: reading files (office_lines), zones inside its text
(zones), reading dates (dates).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clean.fields import DateCandidate, Fields, Part
from ingest.clean.office_lines import Line

HEAD_LINES = 20  # lines among which letterhead, number, date and title stand
TAIL_LINES = 20  # lines among which signature and contacts stand
LONGEST_TITLE = 250
LONGEST_HEAD_LINE = 160
FEWEST_SENTENCE_WORDS = 14

_MONTHS = "Jan|Feb|Peb|Mar|Apr|Mei|Jun|Jul|Agu|Ags|Agt|Sep|Okt|Oct|Nov|Nop|Des|Dec"
_DATE = (
    rf"(?:(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu|Ahad)\s*,?\s*)?"
    rf"(?:\d{{1,2}}\s+(?:{_MONTHS})[a-z]*\s+\d{{4}}|\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{4}})"
)
_PLACE = r"[A-Z][A-Za-z.' ]{2,40}"
_MARK = re.compile(
    r"(?:siaran\s+pers|press\s+release|pers\s+rilis|rilis\s+pers|rilis\s+media|siaran\s+media|keterangan\s+pers"
    r"|pernyataan\s+pers|berita\s+pers|media\s+release)\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = re.compile(r"(?:nomor|no\.?|number)(?=[\s:.]*[\w.-]*\d)", re.IGNORECASE)
_CODE = re.compile(r"[\w.-]{1,12}(?:\s?-\s?\d+)?(?:\s?/\s?[\w.-]{1,20}){2,6}\s*")
_DATE_LINE = re.compile(
    rf"(?:(?:tanggal|tgl\.?|hari\s*/\s*tanggal|hari,\s*tanggal)\s*[:.]?\s*)?(?:{_PLACE},\s*)?(?P<date>{_DATE})"
    r"(?:\s*[|,-]?\s*(?:pukul\s+)?\d{1,2}[.:]\d{2}\s*(?:WIB|WITA|WIT)?)?[.\s]*",
    re.IGNORECASE,
)
_HEAD_WORD = re.compile(
    r"(?:untuk\s+(?:segera\s+)?(?:disiarkan|dipublikasikan|diterbitkan)(?:\s+segera)?|for\s+immediate\s+release|tentang"
    r"|perihal|embargo\b.{0,60}|dapat\s+disiarkan\s+segera|segera)\W*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:jalan|jln?\.)\s|\b(?:telepon|telp\.?|tlp\.?|faks(?:imile)?|fax)\b\W*[\d(+]|\bkode\s+pos\b|\b[\w.-]+@[\w-]+\.\w"
    r"|(?:https?://|www\.)\S+\s*$|(?:laman|situs|surel|email|e-mail|instagram|twitter|x|facebook|youtube)\s*:",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"(?:KEMENTERIAN|KEPOLISIAN|KEJAKSAAN|KOMISI|BADAN|LEMBAGA|DEWAN|MAHKAMAH|PEMERINTAH|PROVINSI|KABUPATEN|KOTA|DINAS"
    r"|SEKRETARIAT|DIREKTORAT|INSPEKTORAT|BIRO|PUSAT|BAGIAN|KANTOR|TENTARA|MARKAS|POLDA|POLRES|BANK|OTORITAS|MAJELIS"
    r"|PT|UNIVERSITAS|ARSIP|PERPUSTAKAAN|REPUBLIK|DEPUTI|STAF)\b[A-Z &,.()/-]*"
)
_DATELINE = re.compile(
    rf"(?:{_PLACE}(?:,\s*[A-Z][\w.]+)?\s*[,(]\s*(?P<date>{_DATE})\s*\)?|[A-Z][A-Z. ]{{2,30}}(?:,\s*[\w. ]{{2,30}})?)"
    r"\s*(?:--?|\N{EN DASH}|\N{EM DASH}|:)\s+"
)
_END = re.compile(
    r"(?:#{2,}|\*{3,}|-{3,}|_{3,}|-?\s*[o0]{2,}-?\s*|\(\*+\)|-?\s*selesai\s*-?|-?\s*tamat\s*-?)", re.IGNORECASE
)
_CONTACT = re.compile(
    r"(?:narahubung|kontak(?:\s+(?:media|person|kami|pers))?|contact(?:\s+person)?|media\s+contact|hubungi"
    r"|(?:untuk\s+)?(?:keterangan|informasi)\s+(?:lebih\s+lanjut|selengkapnya)|tentang\s+kami)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:Kepala\s+|Plt\.?\s+)?(?:Biro|Pusat|Bagian|Divisi|Direktorat)\s+(?:Hubungan|Humas|Komunikasi|Penerangan|Kerja|Pemberitaan"
    r"|Data|Protokol)[^.!?]{0,120}|(?:Humas|Puspen|Diskominfo)\b[^.!?]{0,60}",
)


def text_lines(text: str) -> list[Line]:
    """Paragraphs of a plain text: what blank lines part, else its lines; one that holds a head's lines falls apart."""
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")) if block.strip()]
    if len(blocks) == 1:
        blocks = [line for line in blocks[0].split("\n") if line.strip()]
    return [Line(block.strip()) for block in blocks]


def release_fields(lines: Sequence[Line]) -> Fields:
    """The fields of a press release.

    Letterhead, number and the like are slugs, its date is a printed date, contacts and what follows them are footer.
    The title is the first heading behind the letterhead, else the first line there that is none of these.
    """
    fields = Fields()
    if not lines:
        return fields
    lines = _apart(lines)
    begin = _body_start(lines)
    end = _body_end(lines, begin)
    zones = _zones(lines[:begin])
    taken = _title(lines[:begin], zones, fields)
    for number, (line, zone) in enumerate(zip(lines[:begin], zones, strict=True)):
        if number in taken:
            continue
        fields.parts.append(Part(line.text, zone))
        if zone == "slug" and (found := re.search(_DATE, line.text)):
            fields.dates.append(DateCandidate("printed", found.group()))
    if begin < end and (found := _DATELINE.match(lines[begin].text)) and found["date"]:
        fields.dates.append(DateCandidate("printed", found["date"]))
    fields.parts += [Part(line.text) for line in lines[begin:end]]
    for line in lines[end:]:
        is_date = len(line.text) <= LONGEST_HEAD_LINE and _DATE_LINE.fullmatch(line.text)
        fields.parts.append(Part(line.text, "printed_date" if is_date else "footer"))
    return fields


def _apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with soft line breaks: those of a head are lines of their own, those of the text are blanks."""
    result: list[Line] = []
    for number, line in enumerate(lines):
        pieces = [" ".join(piece.split()) for piece in line.text.split("\n") if piece.strip()]
        if number < HEAD_LINES and any(_zone_of(piece) for piece in pieces):
            result += [Line(piece, line.is_heading) for piece in pieces]
        elif pieces:
            result.append(Line(" ".join(pieces), line.is_heading))
    return result


def _zones(head: Sequence[Line]) -> list[str | None]:
    """The zones of a head's lines; behind the words `siaran pers` there is no letterhead but perhaps a loud title."""
    zones: list[str | None] = []
    is_marked = False
    for line in head:
        zone = _zone_of(line.text)
        zones.append(None if is_marked and zone == "slug" and _LETTERHEAD.fullmatch(line.text) else zone)
        is_marked |= bool(_MARK.match(line.text))
    return zones


def _zone_of(text: str) -> str | None:
    """The zone of a line of a head that is not the title: its date, or a slug."""
    if len(text) > LONGEST_HEAD_LINE:
        return None
    if _DATE_LINE.fullmatch(text):
        return "printed_date"
    if found := _MARK.match(text):
        rest = found["rest"].strip(" :-\N{EN DASH}\u2014|.")
        is_title = len(rest.split()) > 3 and not _NUMBER.match(rest) and not _CODE.match(rest)
        return None if is_title else "slug"
    patterns = (_HEAD_WORD, _LETTERHEAD, _CODE, _END)
    if _NUMBER.match(text) or _ADDRESS.search(text) or any(pattern.fullmatch(text) for pattern in patterns):
        return "slug"
    return None


def _body_start(lines: Sequence[Line]) -> int:
    """The place of the first line of running text."""
    for number, line in enumerate(lines[:HEAD_LINES]):
        if _zone_of(line.text) or line.is_heading:
            continue
        is_sentence = (
            line.text.rstrip("\"'\u201d)").endswith((".", ":")) and len(line.text.split()) >= FEWEST_SENTENCE_WORDS
        )
        if is_sentence or len(line.text) > LONGEST_TITLE or (_DATELINE.match(line.text) and len(line.text) > 80):
            return number
    # all is short: the text follows the first line that is no head
    first = next((n for n, line in enumerate(lines) if not _zone_of(line.text)), 0)
    return min(first + 1, len(lines)) if len(lines) > 1 else 0


def _body_end(lines: Sequence[Line], begin: int) -> int:
    """Where contacts and signatures begin, behind which no more is told."""
    for number in range(max(begin + 1, len(lines) - TAIL_LINES), len(lines)):
        text = lines[number].text
        is_end = _END.fullmatch(text) or _DATE_LINE.fullmatch(text) or _SIGNATURE.fullmatch(text)
        if is_end or (len(text) <= 2 * LONGEST_HEAD_LINE and (_CONTACT.match(text) or _ADDRESS.match(text))):
            return number
    return len(lines)


def _title(head: Sequence[Line], zones: Sequence[str | None], fields: Fields) -> set[int]:
    """Sets the title; the places of the lines that it took."""
    free = [n for n, zone in enumerate(zones) if zone is None and len(head[n].text) <= LONGEST_TITLE]
    if not free:
        return set()
    last_mark = max((n for n, line in enumerate(head) if zones[n] and _MARK.match(line.text)), default=-1)
    after = [n for n in free if n > last_mark] or free
    first = next((n for n in after if head[n].is_heading), after[0])
    taken = [first]
    is_upper = head[first].text.isupper()
    for n in range(first + 1, len(head)):
        goes_on = (head[first].is_heading and head[n].is_heading) or (is_upper and head[n].text.isupper())
        if n not in free or not goes_on or sum(len(head[t].text) + 1 for t in (*taken, n)) > LONGEST_TITLE:
            break
        taken.append(n)
    text = " ".join(head[n].text for n in taken)
    marked = _MARK.match(text)
    fields.title = marked["rest"].strip(" :-\N{EN DASH}\u2014|") if marked else text
    return set(taken)
