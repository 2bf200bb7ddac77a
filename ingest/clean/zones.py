"""What each part of an article's text is.

Belongs here: the rules that label spans of normalised text (paragraphs joined by blank lines, ASCII quotes and
dashes). Does not: how the text got here (extract, text). Nothing is cut: what is no reporting is labelled, so that
no one counts it. Where a rule cannot tell an end, it labels less: a sentence must not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Zone(NamedTuple):
    """A labelled half-open span of code points."""

    zone: str
    start: int
    end: int


class _Paragraph(NamedTuple):
    start: int
    end: int
    text: str


_MONTHS = "Jan|Feb|Mar|Apr|Me[ij]|May|Jun|Jul|Agu|Ags|Agt|Aug|Sep|O[kc]t|No[vp]|De[sc]"
PRINTED_DATE = re.compile(
    r"^(?:(?:Tayang|Diperbarui|Diterbitkan|Dipublikasikan|Terbit|Posted|Published|Updated?)\b[ :]*)?"
    r"(?:[A-Z][\w.]{2,24} ?- ?)?(?:(?:Senin|Selasa|Rabu|Kamis|Jum'?at|Sabtu|Minggu|Ahad)[ ,]+)?"
    rf"(?:\d{{1,2}}[ -](?:{_MONTHS})[a-z]*[ -]\d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{4}}-\d\d-\d\d)"
    r"(?:[ ,|T-]*(?:pukul |jam )?\d{1,2}[.:]\d\d(?:[.:]\d\d)?)?[ ,]*(?:WIB|WITA|WIT|Wib|wib|Wita|GMT\+[789])?$"
)
_DATE_INITIALS = "SRKJMATDPUNO"
SLUG = re.compile(r"^[a-z0-9]+(?:[-/][a-z0-9]+)*$")

_INITIALS = r"[A-Za-z]{2,5}\d{0,2}"
_BYLINE = re.compile(
    r"^(?:\(?\*{1,5}\)?"
    rf"|\((?:{_INITIALS}(?:/ ?{_INITIALS}){{1,3}}|[a-z]{{2,4}}|[A-Z]{{2,4}}|\d{{2,3}})\)"
    r"|\((?:[A-Z][\w.']*|van|bin|de)(?: (?:[A-Z][\w.']*|van|bin|de)){1,3} ?\)"
    r"|\( ?[\w.-]+\.(?:[Cc][Oo][Mm]|[Ii][Dd]|CO\.ID|co\.id) ?/.{2,80}\)"
    r"|\(Penulis ?: .{2,120}\)|Oleh ?: ?.{2,60}"
    r"|Laporan:? [A-Z][\w.]+(?: [A-Z][\w.]+){0,3} ?(?:[I|] ?[A-Z][\w ]{2,40})?"
    r"|\(?(?:Ditulis|Dilaporkan|Laporan) oleh:? .{2,60}"
    r"|(?:Laporan|Liputan) (?:Wartawan|Reporter|Kontributor|Jurnalis|wartawan|reporter|jurnalis)\b.{2,120}"
    r"|(?:Editor|Penulis|Pewarta|Reporter|Kontributor|Jurnalis|Penerjemah|Wartawan)(?:[ /&]+\w+)? ?: ?.{2,80})$"
)
_SIGNATURE = re.compile(r"^[A-Z.']+(?: (?:[A-Z.']+|\|)){1,5}$")
_CREDIT = re.compile(
    r"^\(?(?:(?:Foto|Credit|Kredit|Image|Photo|Gambar|Dok|Dokumentasi|Sumber(?: foto| gambar)?) ?[:.] ?.{2,120}"
    r"|(?:Sumber|Credit) ?: ?.{2,60}|Disadur dari\b.{2,80})\)?$"
)
_PROMO = re.compile(
    r"^[-\[(*\"' ]*(?:Yuk,? )?(?:"
    r"(?:Baca (?:[Jj]uga|JUGA|[Ii]ni [Jj]uga|[Ss]elengkapnya)|BACA JUGA|[Bb]aca juga|simak juga)(?![a-z])"
    r"|Baca (?:berita|artikel|kisah)\b.*(?:di sini|disini|:)"
    r"|(?:Simak|Tonton|Lihat|Saksikan|Dengarkan) (?:[Jj]uga|[Vv]ideo|Live|LIVE|selengkapnya|langsung [Vv]ideo)\b"
    r"|(?:SCROLL|Scroll) (?:TO|to|ke)\b|ADVERTISEMENT\b|Advertisement$|\[Gambas:|\[bacajuga:|Loading\.\.\."
    r"|Ikuti (?:kami di|kami juga|juga|[Ww]hats[Aa]pp|saluran|[Bb]erita|update)\b|\(?Ayo ikuti saluran"
    r"|(?:Dapatkan|Cek) (?:[Bb]erita|informasi lain|update berita)\b"
    r"|(?:\*\*? ?)?(?:Artikel|Berita|Konten)(?: ini)? (?:telah|sudah|pertama kali|lebih dulu)\b"
    r".{0,30}(?:tayang|terbit|naik|di ?detik)"
    r"|A post shared by|Lihat postingan ini|Sebuah kiriman dibagikan|View this post"
    r"|https?://\S+$|Daftar Isi$|Simak$|-{3,}$"
    r"|(?:Baca|Update|Simak|Akses|Ikuti|Artikel|Berita)\b.{0,70}"
    r"(?i:google news|(?:saluran|channel) whatsapp|whatsapp channel)"
    r")"
)
_CHANNEL = re.compile(r"^\(?Ayo ikuti saluran|WhatsApp Channel ?: ?https|Pastikan \w+ sudah install aplikasi WhatsApp")
_CUE_ONLY = re.compile(
    r"^[-\[(* ]*(?:(?:Yuk,? )?[Bb]aca [Jj]uga|BACA JUGA|Baca [Ii]ni [Jj]uga(?: Deh)?|Lihat [Jj]uga|Simak [Jj]uga) ?:?$"
)
_VIDEO_TITLE = re.compile(r"^Video:? (?!(?:yang|ini|itu|tersebut|berisi|berdurasi|dengan|serupa|dari)\b).*[^.:,]$")
_PAGING = re.compile(r"^(?:Halaman|Page|Hal)\b ?:? ?(?:\d[\d /|]*|[Ss]elanjutnya|[Bb]erikutnya|\d+ (?:dari|of) \d+)$")
_TAGS = re.compile(r"^(?:Tags?|TAGS?|Topik(?: Terkait)?|Kata [Kk]unci|Label)(?: ?:.*)?$")
_RELATED = re.compile(
    r"^(?:Terkini|Terkait|Terpopuler|Lainnya|Rekomendasi(?: untuk Anda)?|Jangan Lewatkan|Populer|Berita Pilihan|Terbaru"
    r"|(?:Berita|Artikel|Video|Konten) (?:Terkini|Terkait|Terpopuler|Lainnya|Terbaru)(?: .{0,40})?)[:!]*$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:COPYRIGHT\b|Copyright\b|Hak [Cc]ipta ©|©|Dilarang keras mengambil konten|All [Rr]ights [Rr]eserved"
    r"|Disclaimer ?:)"
)

_DATELINE_PLACE = r"[A-Z][\w.'/()-]*(?: [A-Z(][\w.'/()-]*){0,4}"
_DATELINE = re.compile(
    r"^(?:"
    # an outlet, with or without a place before or after it; or a place with the agency in brackets
    r"(?P<outlet>(?:[A-Z][\w .'/()-]{1,40}, ?)?[A-Za-z][\w-]*(?:\.[A-Za-z]{2,4}){1,3}\b ?"
    r"(?:, ?[A-Z][\w .'/()-]{1,40}?)?"
    r"|[A-Z][\w .,'/-]{1,40}? \((?:ANTARA|Antara)[\w /]{0,20}\)) ?(?:--?|:)(?!\w*\.)"
    # a place in capitals, or a place before a spaced dash
    r"|(?P<capitals>[A-Z][A-Z.'/-]{2,}(?:[ ,]+[A-Z][A-Z.'/-]+){0,4})(?: --?|--?(?! ?\d|[A-Z]{4}))"
    rf"|(?P<place>{_DATELINE_PLACE}(?:, {_DATELINE_PLACE})?) --?(?: |\Z)"
    # what is left of a dateline that was a link
    r"|[ ,.]*--?(?= |\Z)|[,.](?= ?-)"
    r")[ -]*"
)

_GLUED = re.compile(
    # a video promo with its embed, or the embed alone
    r"(?P<embed>(?:(?:Simak|Lihat|Tonton|Saksikan)(?: juga| Juga)?,? [Vv]ideo\b[^\[\]]{0,200}?)?"
    r"\[(?:Gambas|bacajuga):[^\]\n]{1,60}\](?:\([\d \n]{0,60})?)"
    r"|(?P<cue>\(?\bB(?:aca [Jj]uga|ACA JUGA) ?:?,?)"
    r"|(?P<scroll>SCROLL TO CONTINUE WITH CONTENT|(?<=[.!?\"] )ADVERTISEMENT(?= [A-Z\"]))"
    r"|(?P<live>Saksikan Live Detik\w+:?|Ikuti Whats[Aa]pp Channel [A-Z][a-z]+)"
)
_GLUED_WORDS = ("aca ", "ACA ", "[Gambas", "[bacajuga", "SCROLL", "ADVERT", "Saksikan Live", "Ikuti Whats")
_CUE_END = re.compile(
    r"(?<=[a-z0-9'?!)])(?=\"?[A-Z][a-z])|(?= ?\(?Baca [Jj]uga\b)|(?= ?(?:Simak|Lihat|Tonton) [Vv]ideo\b)"
    r"|(?= (?:Pewarta|Editor|Tags?|Reporter) ?:?)|\Z"
)
_SENTENCE_INSIDE = re.compile(r"[a-z]{3}[.!?] ?[A-Z\"]")
_LONGEST_TEASER = 160

_TAIL_BYLINE = re.compile(
    rf"(?P<byline>\((?:\*{{1,5}}|{_INITIALS}(?:/{_INITIALS}){{1,3}}|[a-z]{{2,4}}|\d{{3}}"
    r"|[A-Z][\w.]+(?: [A-Z][\w.]+){1,3} ?)\)|\*{3,5}|\[[A-Z]{2,4}\])(?P<rest>[^.!?\"]{0,200})$"
)
_TAIL_SIGNATURE = re.compile(
    r"(?:(?<=[.!?\")\]]) ?|(?<=\w) (?=Pewarta ?:))"
    r"(?P<byline>(?:Pewarta|Reporter|Penulis|Penerjemah|Editor) ?: ?[A-Z](?:(?!C(?:opyright|OPYRIGHT))[^\n]){2,160}?)"
    r"(?P<footer>C(?:opyright|OPYRIGHT) ?[©(]?.*)?$"
)
_TAIL_TAGS = re.compile(r"(?<=[.!?\"\w]) Tags:? (?=[^.!?]{3,200}$)")
_TAIL_CREDIT = re.compile(
    r"(?:(?<=[a-z]{3})|(?<=[a-z0-9][)\"]))[.!?][\"']?"
    r"(?P<credit>(?:[A-Z][A-Za-z]{2,}|BI|MA|MK)(?: [A-Z][A-Za-z]+){0,3}) ?$"
)
_TAIL_NEXT_PAGE = re.compile(
    r"(?<=[.!?\"]) ?(?:Simak|Baca|Lihat|Selengkapnya)\b[^.!?]{0,60}"
    r"(?:halaman (?:selanjutnya|berikutnya)|selengkapnya ?di ?sini)[^.!?]{0,20}\.?$"
)
_TAIL_FOOTER = re.compile(r"(?<=[.!?\"\w]) (?:Disclaimer ?: |(?:Copyright|COPYRIGHT) ?©)")

_TAILS = (
    (_TAIL_FOOTER, "footer", ("Disclaimer", "Copyright", "COPYRIGHT")),
    (_TAIL_SIGNATURE, "byline", ("Pewarta", "Reporter", "Penulis", "Penerjemah", "Editor")),
    (_TAIL_TAGS, "tags", (" Tags",)),
)
_CLAIM_CUE = re.compile(r"(?i)\bnarasi(?:nya)?\b.{0,60}:$|^(?:narasi|isi pesan) ?:?$")
_CLAIM_PARAGRAPHS = 15


def _paragraphs(text: str) -> list[_Paragraph]:
    paragraphs = []
    start = 0
    while start <= len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        paragraphs.append(_Paragraph(start, end, text[start:end]))
        start = end + 2
    return paragraphs


def _is_teaser(text: str) -> bool:
    """Whether a line reads like a headline: in title case, without the full stop of a sentence."""
    words = [word for word in text.split() if len(word) > 3]
    if not text or len(text) > _LONGEST_TEASER or len(words) < 3 or text[-1] in ".,:;":
        return False
    return sum(not word[0].islower() for word in words) >= 0.7 * len(words)


def _line_label(text: str) -> str | None:
    """What a paragraph is by itself: null for reporting."""
    first = text[0]
    if len(text) <= 400 and "hats" in text and _CHANNEL.search(text):
        return "inline_promo"
    if len(text) > 200:
        return "footer" if _FOOTER.match(text) and len(text) < 400 else None
    if (first.isdigit() or first in _DATE_INITIALS) and PRINTED_DATE.match(text):
        return "printed_date"
    if _PROMO.match(text) or _VIDEO_TITLE.match(text):
        return "inline_promo"
    if _BYLINE.match(text):
        return "byline"
    if len(text) <= 90 and _CREDIT.match(text):
        return "credit"
    if _PAGING.match(text):
        return "paging"
    if _FOOTER.match(text):
        return "footer"
    return None


def _head_labels(paragraphs: Sequence[_Paragraph], labels: list[str | None]) -> None:
    """Labels of a plain text's head: slug, printed date, and the caption between date and first sentence."""
    is_dated = False
    for i, paragraph in enumerate(paragraphs):
        if labels[i] == "printed_date":
            is_dated = True
        elif i == 0 and SLUG.match(paragraph.text):
            labels[i] = "slug"
        elif labels[i] is None:
            text = paragraph.text
            if not is_dated or len(text) > 200 or text[-1] in '.!?"' or _DATELINE.match(text):
                return
            if i + 1 == len(paragraphs):
                return
            labels[i] = "caption"


def _claims(paragraphs: Sequence[_Paragraph], labels: list[str | None]) -> None:
    """Labels the quoted hoax of a fact-check: from the quote after ``... narasi:`` to the quote's end."""
    i = 0
    while i + 1 < len(paragraphs):
        if labels[i] is None and paragraphs[i + 1].text.startswith('"') and _CLAIM_CUE.search(paragraphs[i].text):
            for last in range(i + 1, min(i + 1 + _CLAIM_PARAGRAPHS, len(paragraphs))):
                if paragraphs[last].text.rstrip(".,:; )").endswith('"') and len(paragraphs[last].text) > 1:
                    labels[i + 1 : last + 1] = ["claim"] * (last - i)
                    i = last
                    break
        i += 1


def _paragraph_labels(paragraphs: Sequence[_Paragraph], known: Sequence[Zone], has_head: bool) -> list[str | None]:
    """One label per paragraph; null is reporting: dateline, lead and body."""
    by_start = {zone.start: zone.zone for zone in known}
    labels = [by_start.get(p.start) or (_line_label(p.text) if p.text else None) for p in paragraphs]
    if has_head:
        _head_labels(paragraphs, labels)
    _claims(paragraphs, labels)
    keywords_from = _keywords_from(paragraphs, labels)
    has_body = False
    after_byline = False
    for i, (paragraph, label) in enumerate(zip(paragraphs, labels, strict=True)):
        text = paragraph.text
        if label == "printed_date" and has_body and paragraph.start not in by_start:
            labels[i] = label = None  # the heading of a schedule, not of the page
        if label is not None:
            after_byline = has_body and label == "byline"
            if label == "inline_promo" and _CUE_ONLY.match(text):
                following = i + 1
                if following < len(labels) and labels[following] is None and _is_teaser(paragraphs[following].text):
                    labels[following] = "inline_promo"
            continue
        if labels[i] is not None:
            continue
        if has_body and len(text) <= 60 and _TAGS.match(text):
            labels[i] = "tags"
            for j in range(i + 1, len(labels)):
                if len(paragraphs[j].text) > 60 or labels[j] is not None or _RELATED.match(paragraphs[j].text):
                    break
                labels[j] = "tags"
        elif has_body and len(text) <= 60 and _RELATED.match(text):
            labels[i:] = ["related"] * (len(labels) - i)
            break
        elif after_byline and i >= keywords_from:
            labels[i:] = [label or "tags" for label in labels[i:]]
            break
        elif has_body and i + 1 == len(labels) and text.isupper() and _SIGNATURE.match(text):
            labels[i] = "byline"
        elif text:
            has_body = True
            after_byline = False
    return labels


def _keywords_from(paragraphs: Sequence[_Paragraph], labels: Sequence[str | None]) -> int:
    """Index from which nothing is a sentence: where the keywords that follow the initials may begin."""
    first = len(labels)
    while first and (labels[first - 1] or len(paragraphs[first - 1].text) <= 40):
        if labels[first - 1] is None and paragraphs[first - 1].text.endswith((".", "!", "?", '"', ":")):
            break
        first -= 1
    return first


def _dateline_end(text: str) -> int:
    """Length of the dateline that ``text`` begins with; 0 where there is none."""
    match = _DATELINE.match(text[:120])
    if match is None or text.startswith("PT "):
        return 0
    if match["place"] and len(match["place"].split()) > 5:
        return 0
    return match.end()


def _glued(paragraph: _Paragraph) -> Iterable[Zone]:
    """Promos inside a paragraph. A teaser whose end cannot be told keeps its cue labelled only."""
    text = paragraph.text
    if not any(word in text for word in _GLUED_WORDS):
        return
    done = 0
    for match in _GLUED.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        if match["cue"]:
            tail = _CUE_END.search(text, end + 12, min(len(text), end + _LONGEST_TEASER))
            if (
                tail
                and (tail.start() < end + _LONGEST_TEASER - 1)
                and not _SENTENCE_INSIDE.search(text, end, tail.start())
            ):
                end = tail.start()
        done = end
        yield Zone("inline_promo", paragraph.start + start, paragraph.start + end)


def _tail(paragraph: _Paragraph) -> Iterable[Zone]:
    """What is glued to the last sentences: tags, signatures, initials, a source credit, a footer."""
    text, base = paragraph.text, paragraph.start
    window = max(0, len(text) - 600)
    end = len(text)
    for pattern, zone, words in _TAILS:
        if not any(text.find(word, window) >= 0 for word in words):
            continue
        match = pattern.search(text, window, end)
        if match is None:
            continue
        start = match.start("byline") if zone == "byline" else match.start() + (text[match.start()] == " ")
        if zone == "byline" and match["footer"]:
            yield Zone("footer", base + match.start("footer"), base + end)
            end = match.start("footer")
        yield Zone(zone, base + start, base + end)
        end = start
    stripped = len(text[:end].rstrip())
    tail_start = max(0, stripped - 260)
    has_mark = any(text.find(mark, tail_start, stripped) >= 0 for mark in ("(", "***", "["))
    match = _TAIL_BYLINE.search(text, tail_start, stripped) if has_mark else None
    if match and (
        match.start() == 0 or text[match.start() - 1] in ".!?\"' )]" or text[: match.start()].rstrip()[-1:].isalpha()
    ):
        before = text[: match.start()].rstrip()
        is_signed = "/" in match["byline"] or before[-1:] in (".", "!", "?", '"', "") or "*" in match["byline"]
        rest = match["rest"].strip()
        if is_signed and (not rest or "/" in match["byline"]):
            if rest:
                yield Zone("tags", base + match.start("rest"), base + end)
                end = match.start("rest")
            yield Zone("byline", base + match.start(), base + end)
            end = match.start()
        elif "*" in match["byline"] and not rest:
            yield Zone("byline", base + match.start(), base + end)
            end = match.start()
        if end == match.start() and (credit := _TAIL_CREDIT.search(text, max(0, end - 80), end)):
            yield Zone("credit", base + credit.start("credit"), base + end)
            end = credit.start("credit")
    has_next = text.find("halaman", max(0, end - 160)) >= 0 or text.find("selengkapnya", max(0, end - 160)) >= 0
    if has_next and (match := _TAIL_NEXT_PAGE.search(text, max(0, end - 160), end)):
        start = match.start() + (text[match.start()] == " ")
        yield Zone("inline_promo", base + start, base + end)


def parse_zones(text: str, known: Sequence[Zone] = (), *, has_head: bool = False) -> list[Zone]:
    """Zones of ``text``, contiguous from 0 to its length; a separator belongs to the zone before it.

    ``known`` are whole paragraphs that the extraction already labelled by the page's markup. ``has_head`` says that
    the text begins with the printed head of a page (slug, date, caption), as saved text does and a dump's body
    column does not. ``lead`` is the first paragraph after the dateline, however long; empty text has no zones.
    """
    if not text:
        return []
    paragraphs = _paragraphs(text)
    labels = _paragraph_labels(paragraphs, known, has_head)
    reporting = [i for i, label in enumerate(labels) if label is None]
    spans: list[Zone] = []
    lead = -1
    for i, (paragraph, label) in enumerate(zip(paragraphs, labels, strict=True)):
        if label is not None:
            spans.append(Zone(label, paragraph.start, paragraph.end))
            continue
        cuts = list(_glued(paragraph))
        start = paragraph.start
        if lead < 0:
            dateline = _dateline_end(paragraph.text)
            if dateline:
                spans.append(Zone("dateline", start, start + dateline))
                start += dateline
            if any(map(str.isalpha, text[start : min(start + 40, paragraph.end)])) or i == reporting[-1]:
                lead = i
        if i in reporting[-3:]:
            taken = min((cut.start for cut in cuts if cut.end >= paragraph.end), default=paragraph.end)
            tail = _Paragraph(paragraph.start, taken, text[paragraph.start : taken])
            cuts += [cut for cut in _tail(tail) if all(cut.start >= c.end or cut.end <= c.start for c in cuts)]
        zone = "lead" if i == lead else "body"
        for cut in sorted(cuts, key=lambda cut: cut.start):
            if cut.start < start:
                continue
            if cut.start > start:
                spans.append(Zone(zone, start, cut.start))
            spans.append(cut)
            start = cut.end
        if start < paragraph.end:
            spans.append(Zone(zone, start, paragraph.end))
    return _tiled(text, spans)


def _tiled(text: str, spans: Sequence[Zone]) -> list[Zone]:
    """``spans`` with the gaps closed and equal neighbours merged; blanks alone are no zone of their own."""
    zones: list[Zone] = []
    for span in spans or [Zone("body", 0, len(text))]:
        if span.start == span.end or (zones and not text[span.start : span.end].strip()):
            continue
        if zones and zones[-1].zone == span.zone:
            continue
        zones.append(Zone(span.zone, span.start if zones else 0, 0))
    ends = [zone.start for zone in zones[1:]] + [len(text)]
    return [Zone(zone.zone, zone.start, end) for zone, end in zip(zones, ends, strict=True)]
