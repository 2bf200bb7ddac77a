"""Promos and page marks inside a paragraph of reporting.

Belongs here: the cues that announce them in running text, and how far each reaches. Does not: lines that are a promo as
a whole (zone_lines), the signature at a text's end (zone_edges), the end of a glued headline (zone_headlines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.clean.zone_headlines import LONGEST_TEASER, headline_end, next_mark
from ingest.clean.zone_spans import Paragraph, Zone

_GLUED = re.compile(
    # a video promo with its embed, or the embed alone
    r"(?P<embed>(?:(?:Simak|Lihat|Tonton|Saksikan)(?: [Jj]uga)?,?:? [Vv]ideo\b[^\[\]\n]{0,200}?)?"
    r"\[(?:Gambas|bacajuga):[^\]\n]{1,60}\](?:\([\d \n]{0,60})?)"
    r"|(?P<video>(?<![a-z] )(?:(?:Simak|Lihat|Tonton|Saksikan)(?: [Jj]uga)? [Vv]ideo:? "
    r"(?:\"[^\"\n]{5,150}\"|'[^'\n]{5,150}'):?"
    r"|(?:Simak|Saksikan|Tonton|Lihat)(?: juga)? vid(?:eo|ei) (?:pilihan|piluhan|menarik|terkait|selengkapnya)"
    r"(?: (?:di bawah|berikut))?(?: ini)?[:.]?))"
    r"|(?P<slogan>(?:Ingin baca [^?\n]{0,80}\? )?\b(?:Temukan|Ikuti|Yuk|Masih banyak|Simak|Baca|Dapatkan)\b"
    r"[^?\n]{0,200}?"
    r"(?:Karena, )?[Kk]alau bukan sekarang, KapanLagi\?)"
    r"|(?P<list>(?:Yuk,? ?|\b)(?:[Bb]aca|[Ss]imak|[Ll]ihat) (?:artikel|berita|kisah|ulasan)(?: menarik| seru)?"
    r" lain(?:nya)? ?(?::|(?=[A-Z0-9]))|\bBerita Lainnya ?(?::|(?=[A-Z0-9]))"
    r"|Yuk,? (?:baca|simak) juga ?:?(?=[A-Z0-9\[]))"
    r"|(?P<cue>\(?\b(?:B(?:aca [Jj]uga|ACA JUGA)(?![a-z]) ?:?,?"
    r"|(?:Lihat|Simak|Tonton) [Jj]uga ?:|Pilihan [Ee]ditor ?:))"
    r"|(?P<paging>(?<![\w,] )\b(?:Simak|Baca|Lihat|Klik|Selengkapnya|Ber[Ll]anjut|[Ll]anjut)\b[^.!?\n]{0,80}"
    r"halaman (?:selanjutnya|berikut(?:nya)?)(?: ini)?(?:[^.!?\n]{0,60}[.]+|(?= ?\()|$))"
    r"|(?P<pages>(?<=[.!?\"] )(?:Selanjutnya )?Halaman \d(?: \d)+\b)"
    # where the whole of a report that is only told of is found
    r"|(?P<whole>(?<![\w,] )\b(?:(?:Simak|Baca|Lihat|Saksikan|Tonton)\b[^.!?\n]{0,60}? )?"
    r"(?:[Ss]elengkapnya (?:baca )?di ?sini|di ?sini selengkapnya)(?![a-z])(?: ?\.)?"
    r"|(?<=[.!?] )Baca\b[^.!?\n]{0,70} di ?sini ?\.|(?<![\w,] )\bSelengkapnya\.{3,4}(?=[ A-Z]|$)"
    r"|Untuk mengetahui kebenaran informasi yang beredar, silakan WhatsApp ke nomor[^.!?\n]{0,90}diinginkan\.?)"
    # a wire's signature in the middle of joined pages, and a picture's credit
    r"|(?P<wire>Reporter ?: ?[A-Z][\w.' ]{2,40},(?:Sumber|Reporter) ?: ?[\w.]+\.(?:com|id)[ ,]*)"
    r"|(?P<photo>\(?(?:ANTARA|Antara)(?: FOTO| Foto)?/[A-Z][\w.' -]{2,40}/[A-Za-z]{2,5}\b\.?\)?)"
    r"|(?P<scroll>SCROLL TO CONTINUE WITH CONTENT|(?<=[.!?\"] )ADVERTISEMENT(?= [A-Z\"])|(?<=[.,)\"])[Ll]oading\.\.\."
    r"|(?:Iklan )?Scroll ke bawah untuk melanjutkan membaca"
    r"|Baca (?:berita|artikel) (?:dengan sedikit|tanpa) iklan,? klik di ?sini)"
    # a post shown from elsewhere: what the embed prints around it
    r"|(?P<post>(?:(?:Lihat postingan ini di|View this post on) Instagram ?)?"
    r"(?:A post shared by|Sebuah kiriman dibagikan oleh) [^()\n]{1,60}\(@[\w.]{1,40}\)?)"
    r"|(?P<live>Saksikan Live Detik\w+:?|Ikuti Whats[Aa]pp Channel [A-Z][a-z]+)"
)
_WORDS = (
    "aca juga", "aca Juga", "ACA JUGA", "[Gambas", "[bacajuga", "SCROLL TO", "ADVERT", "loading...", "Saksikan Live",
    "Ikuti Whats", "KapanLagi?", "a Lainnya", "Simak juga", "Simak Juga", "Simak vid", "Simak Vid", "imak juga",
    "Lihat juga", "Lihat Juga", "Lihat vid", "Lihat Vid", "Tonton juga", "Tonton Juga", "Tonton vid", "Tonton Vid",
    "Saksikan juga", "Saksikan vid", "ilihan editor", "ilihan Editor", "halaman sel", "halaman ber", "erita lain",
    "rtikel lain", "menarik lain", "lasan lain", "isah lain", "Reporter:", "ANTARA/", "Antara/", "ANTARA FOTO/",
    "Antara Foto/", "Loading...", "melanjutkan membaca", "iklan, klik", "iklan klik", "post shared by",
    "iriman dibagikan", "elengkapnya di", "elengkapnya baca", "sini selengkapnya", "Selengkapnya..", "di sini .",
    "di sini.", "Halaman 1", "silakan WhatsApp",
)  # fmt: skip
_KINDS = {"paging": "paging", "pages": "paging", "wire": "byline", "photo": "credit"}
_RESIDUE = re.compile(r"[ ,]*[,)][ ,)]*")
_MORE = re.compile(r" ?(?:berita|artikel|ulasan) lain[^.!?\n]{0,60}(?:\.(?:com|id|co\.id))?[^.!?\n]{0,30}[.!]?")
_SENTENCE_INSIDE = re.compile(r"[a-z]{3}\. ?[A-Z\"]|[?!]\"? ?\"|[a-z]{3}\.\"?$")
_LONGEST_LIST = 1500
_MOST = 300
"""Most headlines whose end is looked for in one paragraph; what comes after keeps its cue labelled only."""


def cues_in(text: str) -> tuple[str, ...]:
    """The words of cues that ``text`` holds; without one, none of its paragraphs has to be searched."""
    return tuple(word for word in _WORDS if word in text)


def glued(paragraph: Paragraph, cues: tuple[str, ...]) -> Iterator[Zone]:
    """Promos, paging and credits inside a paragraph, ascending; ``cues`` are the whole text's.

    A headline whose end cannot be told keeps its cue labelled.
    """
    text = paragraph.text
    if not any(cue in text for cue in cues):
        return
    done = 0
    tried = 0
    for match in _GLUED.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        if match["cue"] and tried < _MOST:
            tried += 1
            end = _cue_end(text, start, end)
        elif match["list"]:
            rest = len(text) - end
            if rest <= _LONGEST_LIST and not _SENTENCE_INSIDE.search(text, end):
                end = len(text)
            elif (found := headline_end(text, end, len(text))) >= 0:
                end = found
        done = end
        yield Zone(_KINDS.get(match.lastgroup or "", "inline_promo"), paragraph.start + start, paragraph.start + end)


def _cue_end(text: str, start: int, end: int) -> int:
    """Where the headline after the cue ``text[start:end]`` ends; ``end`` itself where that cannot be told."""
    if text[start] == "(":
        close = text.find(")", end, end + LONGEST_TEASER)
        return close + 1 if close >= 0 else end
    if (more := _MORE.match(text, end)) is not None:
        return more.end()
    residue = _RESIDUE.match(text, end)
    if residue or text[end - 1] == ",":
        return residue.end() if residue else end
    stop = next_mark(text, end + 1, min(len(text), end + LONGEST_TEASER + 1))
    if stop - end <= LONGEST_TEASER and not _SENTENCE_INSIDE.search(text, end, stop):
        return stop
    found = headline_end(text, end, len(text))
    return found if found > end else end
