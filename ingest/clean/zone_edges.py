"""The dateline at a text's beginning and what is glued to its last sentences.

Belongs here: datelines, and signatures, initials, credits, tags and footers behind the last sentence. Does not: lines
of their own (zone_lines), promos in running text (zone_glued).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ingest.clean.zone_lines import INITIALS
from ingest.clean.zone_spans import Paragraph, Zone
from ingest.clean.zone_words import ORDINARY, set_of

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶŁŃŅŇŐŘŚŞŠŤŪŮŰŹŻŽ"
_PLACE = r"[A-Z][\w.'/()-]*(?: [A-Z(][\w.'/()-]*){0,4}"
_DATELINE = re.compile(
    r"^(?:"
    # an outlet, with or without places before or after it; or a place with the agency in brackets
    r"(?P<outlet>(?:[A-Z][\w .'/()-]{1,40},? ?)?[A-Za-z][\w-]*(?:[.,][A-Za-z]{2,4}){1,3}\b ?"
    r"(?:(?:,|\|) ?[A-Z][\w .'/()-]{1,40}?){0,2}"
    r"|(?:[A-Z][\w.'/()-]*,? ){1,4}IDN Times"
    r"|[A-Z][\w .,'/-]{1,40}? (?:--?)?\((?:ANTARA|Antara)[\w /]{0,20}\)),? ?(?:--?|:)(?!\w*\.)"
    # a place in capitals, or a place before a spaced dash
    rf"|(?P<capitals>[{_UPPER}][{_UPPER}.'/-]{{2,}}(?:[ ,]+(?:d')?[{_UPPER}][{_UPPER}.'/-]+){{0,4}})"
    r"(?: --?|--?(?! ?\d|[A-Z]{4}))"
    rf"|(?P<place>{_PLACE}(?:, {_PLACE})?) --?(?: |\Z)"
    r"|(?P<loose>[A-Z][a-z]+(?: [A-Z][a-z]+)?)- (?=[A-Z\"])"
    # what is left of a dateline that was a link
    r"|[ ,.]*--?(?:,[ ,.]*|(?= |\Z))|--?(?=[A-Z\"])|,{3,}(?=[A-Z\"'(]|\Z)|[,.](?= ?-)"
    r")[ -]*"
)
# an outlet and a place glued to the first word, without a dash: `Kabar.com, BogorWarga menanam pohon`
_GLUED_DATELINE = re.compile(
    r"^[A-Z][\w-]*\.(?:com|id|co\.id|co), (?:[A-Z][a-z]+ )?(?:[A-Z][a-z]+?(?=[A-Z][A-Za-z])|[A-Z][a-z]+ (?=[A-Z]))"
)
_CITIES = set_of("""
    Jakarta Bandung Surabaya Semarang Yogyakarta Medan Makassar Palembang Denpasar Bogor Depok Tangerang Bekasi
    Malang Solo Surakarta Padang Pekanbaru Batam Manado Pontianak Banjarmasin Samarinda Balikpapan Mataram
    Kupang Ambon Jayapura Kendari Palu Gorontalo Ternate Sorong Manokwari Serang Cirebon Lampung Jambi Bengkulu
    Aceh Banyuwangi Jember Kediri Blitar Madiun Tuban Gresik Sidoarjo Lamongan Cilacap Magelang Garut
    Tasikmalaya Sukabumi Cianjur Karawang London Tokyo Seoul Beijing Washington Sydney Moskow Paris Roma Madrid
    Bangkok Manila Doha Riyadh Jeddah Makkah Madinah
    """)
_SIGNED_BEFORE = re.compile(
    r"^(?P<byline>Laporan (?:[Ww]artawan|[Rr]eporter|[Kk]ontributor|[Jj]urnalis)[^\n]{3,90}?)"
    r"(?=(?:[A-Z]+-)?[A-Z]{4,}[\w-]*\.(?:COM|ID|CO\.ID|com|id|co\.id)\b)"
    r"|^(?P<reporter>Reporter ?: ?[A-Z][\w./ ]{2,50},)(?=[A-Z])"
)


def head(text: str) -> Iterator[tuple[str, int, int]]:
    """Byline and dateline that ``text`` (the first paragraph of reporting) begins with, as (zone, start, end)."""
    start = 0
    if text.startswith(("Laporan", "Reporter")) and (match := _SIGNED_BEFORE.match(text[:260])) is not None:
        start = match.end()
        yield "byline", 0, start
    end = _dateline_end(text[start : start + 120])
    if end:
        yield "dateline", start, start + end


def _dateline_end(text: str) -> int:
    """Length of the dateline that ``text`` begins with; 0 where there is none."""
    match = _DATELINE.match(text)
    if match is None:
        glued = _GLUED_DATELINE.match(text)
        if glued is None or (text[glued.end() - 1] == " " and glued.group().split()[-1] not in _CITIES):
            return 0
        return glued.end()
    if text.startswith("PT "):
        return 0
    if match["place"] and len(match["place"].split()) > 5:
        return 0
    if match["loose"] and (match["loose"].split()[0].lower() in ORDINARY or not match["loose"].isascii()):
        return 0
    return match.end()


_NAME = r"(?:[A-Z][\w.'-]*|van|bin|binti|de)"
_TAIL_BYLINE = re.compile(
    rf"(?P<byline>\((?:\*{{1,5}}|{INITIALS}(?: ?[/-] ?{INITIALS}){{1,3}}|[a-z]{{1,4}}|\d{{2,3}}"
    rf"|{_NAME}(?: {_NAME}){{1,4}}(?: ?[/,&] ?{_NAME}(?: {_NAME}){{0,4}})* ?"
    r"|(?:Tribun|TRIBUN|KOMPAS|Kompas|Tempo|TEMPO|ANTARA|Antara)[\w. -]{0,30}/[^()]{2,70}"
    r"|[\w-]+\.(?:com|id|co\.id) ?/[^()]{2,70}"
    r"|[Dd]itulis [Oo]leh:? [^()]{2,60}|[, :]+"
    r")\)|\*{2,5}|\[[A-Z]{2,4}\])(?P<rest>[^.!?\"]{0,200}|.{0,240}? Sebelumnya .{3,240} \d ?/ ?\d Selanjutnya.{0,160})$"
)
_TAIL_SIGNATURE = re.compile(
    r"(?:(?<=[.!?\")\]]) ?(?:, ?){0,3}|(?<=\w) (?=(?:Pewarta|Penerjemah|Editor) ?:)|(?<=[.,!?\"] ),? ?)"
    r"(?P<byline>(?:Pewarta|Reporter|Penulis|Penerjemah|Editor|Kontributor) ?: ?[A-Z]"
    r"(?:(?!C(?:opyright|OPYRIGHT))[^\n]){2,160}?)"
    r"(?P<footer>C(?:opyright|OPYRIGHT) ?[©(]?.*)?$"
)
_SOURCE = re.compile(r" ?(?:Sumber|sumber) ?: ")
_TAIL_TAGS = re.compile(r"(?<=[.!?\"\w]) Tags:? (?=[^.!?]{3,200}$)")
_TAIL_CREDIT = re.compile(
    r"(?:(?<=[a-z]{3})|(?<=[a-z0-9][)\"]))[.!?][\"']?"
    r"(?P<credit>(?:[A-Z][A-Za-z]{2,}|BI|MA|MK)(?: [A-Z][A-Za-z]+){0,3}) ?$"
)
_TAIL_NEXT_PAGE = re.compile(
    r"(?:(?<=[.!?\"]) ?|\A)(?:(?:Simak|Baca|Lihat|Selengkapnya|Saksikan)\b[^.!?]{0,60}|(?=Selengkapnya))"
    r"(?:[Ss]?elengkapnya ?(?:baca )?di ?sini|engkapnya ?di ?sini|di ?sini selengkapnya)[^.!?]{0,60}\.?$"
)
_TAIL_FOOTER = re.compile(
    r"(?<=[.!?\"\w)\]*-]) (?:Disclaimer ?: |(?:Copyright|COPYRIGHT) ?©|Catatan (?:[Rr]evisi|[Rr]edaksi|[Kk]oreksi) ?: )"
)
_LONGEST_FOOTER = 1000
# whom to ask about a release: what follows must hold an address or a number
_TAIL_CONTACT = re.compile(
    r"(?<=[.!?\")\]\w-]) (?:Contacts?\b ?:?|Media Contacts?\b ?:?|Kontak [Mm]edia\b ?:?|(?:Kontak|Narahubung) ?:"
    r"|(?:Untuk )?(?:[Ii]nformasi|[Kk]eterangan) lebih lanjut\b[^.!?:]{0,40}hubungi ?:)"
    r"(?=[^\n]{0,300}(?:\w@\w|\d[\d() -]{6,}\d))"
)
_TAIL_SOURCE = re.compile(
    r"(?<=[.!?\")\]])[ ,]*(?P<credit>(?:(?:Sumber|SUMBER|sumber)(?: [Aa]sli)? ?: ?(?:https?://\S+|[\w][^.!?:\n]{1,60}(?:\.\w{2,4})?)"
    r"|(?:Video: )?(?:ANTARA|Antara|Tempo|TEMPO|Reuters|REUTERS|AFP)(?:/| \()[A-Z][^.!?\n]{3,80}"
    r"|Artikel ini (?:telah|sudah) (?:tayang|terbit|dipublikasikan)\b[^\n]{3,250}|\(?Disadur dari:? [^\n]{3,120}))$"
)
_TAIL_WRITERS = re.compile(
    rf"(?<=[.!?\"] )(?P<byline>{_NAME}(?: {_NAME}){{0,5}}(?:(?:, | dan |, dan ){_NAME}(?: {_NAME}){{0,5}}){{0,4}}"
    r" (?:ikut |turut )?berkontribusi (?:dalam|pada) (?:penulisan )?(?:artikel|berita|laporan|tulisan) ini\.?)$"
)
_TAIL_HASHTAG = re.compile(r"(?<=[.!?\",)])[ ,]*(?P<tags>#\w+(?: (?:with|bersama|di) \w+)?)$")
_TAIL_LINK = re.compile(r"(?<=[.!?\")\]])(?: ?,)+ ?(?P<link>https?://\S+)$")
_RESIDUE = " ,●•"


def tail(paragraph: Paragraph) -> Iterator[Zone]:
    """What is glued behind the last sentence of ``paragraph``, from the end on."""
    text, base = paragraph.text, paragraph.start
    end = len(text)
    for find in _ENDS:
        for zone, start, stop in find(text, end):
            yield Zone(zone, base + start, base + stop)
            end = start
    for _ in range(4):
        before = end
        for find in _PEELS:
            for zone, start, stop in find(text, end):
                yield Zone(zone, base + start, base + stop)
                end = start
        if end == before:
            return


_Found = Iterator[tuple[str, int, int]]


def _from(match: re.Match[str], text: str) -> int:
    return match.start() + (text[match.start()] == " ")


def _footer(text: str, end: int) -> _Found:
    match = _TAIL_FOOTER.search(text, max(0, end - _LONGEST_FOOTER), end)
    if match:
        yield "footer", _from(match, text), end


def _contact(text: str, end: int) -> _Found:
    first = max(0, end - _LONGEST_FOOTER)
    if any(text.find(word, first, end) >= 0 for word in ("ontact", "ontak", "arahubung", "hubungi:", "hubungi :")):
        match = _TAIL_CONTACT.search(text, first, end)
        if match:
            yield "footer", _from(match, text), end


def _signature(text: str, end: int) -> _Found:
    window = max(0, end - 600)
    if text.find(":", window, end) < 0:
        return
    match = _TAIL_SIGNATURE.search(text, window, end)
    if match:
        stop = match.start("footer") if match["footer"] else end
        if match["footer"]:
            yield "footer", stop, end
        start = match.start("byline")
        credit = _SOURCE.search(text, start, stop)
        if credit:
            yield "credit", credit.start(), stop
            stop = credit.start()
        yield "byline", start, stop


def _tags(text: str, end: int) -> _Found:
    match = _TAIL_TAGS.search(text, max(0, end - 600), end) if text.find(" Tags", max(0, end - 600), end) >= 0 else None
    if match:
        yield "tags", _from(match, text), end


def _searched(
    pattern: re.Pattern[str], zone: str, group: str, window: int, words: tuple[str, ...]
) -> Callable[[str, int], _Found]:
    def find(text: str, end: int) -> _Found:
        stop = end
        while stop and text[stop - 1] in _RESIDUE:
            stop -= 1
        first = max(0, stop - window)
        if any(text.find(word, first, stop) >= 0 for word in words):
            match = pattern.search(text, first, stop)
            if match:
                yield zone, match.start(group), end

    return find


def _initials(text: str, end: int) -> _Found:
    """Initials, a name in brackets or asterisks, the keywords behind them, and the source glued before them."""
    stop = end
    while stop and text[stop - 1] in _RESIDUE:
        stop -= 1
    first = max(0, stop - 300)
    if not any(text.find(mark, first, stop) >= 0 for mark in ("(", "**", "[")):
        return
    if text.find("Selanjutnya", first, stop) >= 0:
        first = max(0, stop - 700)
    match = _TAIL_BYLINE.search(text, first, stop)
    if match is None:
        return
    start = match.start()
    byline, rest = match["byline"], match["rest"].strip()
    before = text[max(0, start - 40) : start].rstrip(_RESIDUE)
    is_slashed = "/" in byline
    if before[-1:] not in ".!?\"')]" and not before[-1:].isalpha():
        return
    if byline.startswith("**") and before[-1:].isalnum():
        return  # a name that somebody hid
    ends_sentence = before[-1:] in (".", "!", "?", '"', "", ")", "]") or before.endswith("pungkasnya")
    if not (is_slashed or ends_sentence or "*" in byline) or (rest and not is_slashed):
        return
    if rest:
        yield "tags", match.start("rest"), end
        end = match.start("rest")
    yield "byline", start, end
    credit = _TAIL_CREDIT.search(text, max(0, start - 80), start)
    if credit:
        yield "credit", credit.start("credit"), start


def _next_page(text: str, end: int) -> _Found:
    first = max(0, end - 200)
    if text.find("engkapnya", first, end) >= 0:
        match = _TAIL_NEXT_PAGE.search(text, first, end)
        if match:
            yield "inline_promo", _from(match, text), end


_ENDS: tuple[Callable[[str, int], _Found], ...] = (_footer, _signature, _tags)
_PEELS: tuple[Callable[[str, int], _Found], ...] = (
    _searched(_TAIL_HASHTAG, "tags", "tags", 60, ("#",)),
    _searched(
        _TAIL_SOURCE,
        "credit",
        "credit",
        300,
        ("umber", "UMBER", "ANTARA", "Antara", "Tempo", "TEMPO", "euters", "AFP", "Artikel ini", "Disadur"),
    ),
    _searched(_TAIL_LINK, "inline_promo", "link", 300, ("http",)),
    _searched(_TAIL_WRITERS, "byline", "byline", 300, ("berkontribusi",)),
    _initials,
    _next_page,
    _contact,
)
