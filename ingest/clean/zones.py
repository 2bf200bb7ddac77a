"""What each part of an article's text is.

Belongs here: the order of the rules that label spans of normalised text (paragraphs joined by blank lines, ASCII quotes
and dashes), and what depends on a paragraph's neighbours. Does not: how the text got here (extract, text), the patterns
(zone_lines, zone_glued, zone_edges). Nothing is cut: what is no reporting is labelled, so that no one counts it. Where
a rule cannot tell an end, it labels less: a sentence must not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clean.zone_edges import head, tail
from ingest.clean.zone_glued import cues_in, glued
from ingest.clean.zone_headlines import first_headline_end, is_promoted, is_teaser
from ingest.clean.zone_lines import CUE_ONLY, PRINTED_DATE, RELATED, SIGNATURE, SLUG, TAGS, line_label, picture_credit
from ingest.clean.zone_spans import Paragraph, Zone, paragraphs_of, tiled

__all__ = ["PRINTED_DATE", "SLUG", "Zone", "parse_zones"]

_CLAIM_CUE = re.compile(r"(?i)\bnarasi(?:nya)?\b.{0,60}:$|^(?:narasi|isi pesan) ?:?$")
_UNQUOTED_CUE = re.compile(
    r"(?i)\b(?:narasi|cuitan)(?:nya)?\b.{0,60}:$|^(?:berikut )?(?:narasi|cuitan|isi pesan)(?:nya| lengkapnya)? ?:?$"
)
_CHECK = re.compile(r"(?i)(?:hasil )?(?:pemeriksa(?:an)?|periksa|cek) fakta:?$")
_AFTER_CLAIM = re.compile(
    r"(?:(?:Per|Hingga|Sampai)(?= .{0,40}(?:\d|artikel|tulisan|saat ini))|Sejak (?:diunggah|tayang)"
    r"|Klaim(?: itu| tersebut| ini)? (?:diperkuat|disertai)"
    r"|(?:Unggahan|Konten|Video|Foto|Gambar|Cuitan|Pesan|Klaim|Narasi) (?:itu|tersebut|ini|yang)\b"
    r"|Dari pengamatan|Pengunggah|Dalam (?:unggahan|video|foto))"
)
_TOLD = re.compile(r"\b[Pp]er [A-Z]\w+,? \(\d|\[arsip\]|TurnBackHoax|telah ditonton|sejak diunggah")
"""What a fact-check says of the post, wherever it stands in a paragraph."""
_HOUSE = "Melawan hoaks sama saja melawan pembodohan"
_SOURCE_AFTER = re.compile(r"(?<=[\w.)]) (?=[Ss]umber ?: ?[\w .]{2,40}$)")
_CLAIM_PARAGRAPHS = 15
_BULLET = re.compile(r"^[•●▪►] ?")
_MOST_PROMOTED = 4
"""Most headlines that follow a cue, each on its line."""
_LAST = 3
"""How many last paragraphs of reporting may have something glued behind them."""


def _head_labels(paragraphs: Sequence[Paragraph], labels: list[str | None]) -> None:
    """Labels of a plain text's head: slug, printed date, and the caption between date and first sentence."""
    is_dated = False
    for i, paragraph in enumerate(paragraphs):
        if labels[i] == "printed_date":
            is_dated = True
        elif i == 0 and SLUG.match(paragraph.text):
            labels[i] = "slug"
        elif labels[i] is None:
            text = paragraph.text
            if not text or not is_dated or len(text) > 200 or text[-1] in '.!?"' or any(True for _ in head(text)):
                return
            if i + 1 == len(paragraphs):
                return
            labels[i] = "caption"


def _claims(paragraphs: Sequence[Paragraph], labels: list[str | None]) -> None:
    """Labels the quoted hoax of a fact-check: from the quote after ``... narasi:`` to the quote's end.

    Without quotation marks, where a heading of the check follows: to what is told of the post, or to that heading.
    """
    i = 0
    check = max((i for i, p in enumerate(paragraphs) if len(p.text) <= 30 and _CHECK.match(p.text)), default=0)
    while i + 1 < len(paragraphs):
        if labels[i] is None and paragraphs[i + 1].text.startswith('"') and _CLAIM_CUE.search(paragraphs[i].text):
            for last in range(i + 1, min(i + 1 + _CLAIM_PARAGRAPHS, len(paragraphs))):
                if paragraphs[last].text.rstrip(".,:; )").endswith('"') and len(paragraphs[last].text) > 1:
                    labels[i + 1 : last + 1] = ["claim"] * (last - i)
                    i = last
                    break
        elif i + 1 < check and labels[i] is None and _UNQUOTED_CUE.search(paragraphs[i].text):
            last = i + 1
            while last < min(i + 1 + _CLAIM_PARAGRAPHS, check) and _is_claimed(paragraphs[last].text, labels[last]):
                last += 1
            if last <= check and not (last == i + 1 + _CLAIM_PARAGRAPHS and last < check):
                labels[i + 1 : last] = ["claim"] * (last - i - 1)
                i = last - 1
        i += 1


def _is_claimed(text: str, label: str | None) -> bool:
    """Whether a paragraph after the cue may be the hoax's own words, rather than what is told of the post."""
    if label is not None or _AFTER_CLAIM.match(text) or _TOLD.search(text):
        return False
    return not (_CHECK.match(text) or _UNQUOTED_CUE.search(text))


def _promoted(paragraphs: Sequence[Paragraph], labels: list[str | None]) -> None:
    """Labels the headlines that follow a cue of its own line, and headlines of videos, which pages print twice."""
    for i, label in enumerate(labels):
        text = paragraphs[i].text
        following = i + 1
        if label == "inline_promo" and CUE_ONLY.match(text):
            last = min(following + (1 if text.rstrip().endswith(":") else _MOST_PROMOTED), len(labels))
            while (
                following < last
                and labels[following] is None
                and is_promoted(paragraphs[following].text, fewest=2 if following == i + 1 else 5)
            ):
                labels[following] = "inline_promo"
                following += 1
        elif label is None and following < len(labels) and text == paragraphs[following].text:
            if labels[following] is None and is_teaser(text, fewest=4):
                labels[i] = labels[following] = "inline_promo"
        elif label is None and _BULLET.match(text) and is_teaser(_BULLET.sub("", text), fewest=5):
            neighbours = [paragraphs[j].text for j in (i - 1, i + 1) if 0 <= j < len(labels)]
            if not any(map(_BULLET.match, neighbours)):
                labels[i] = "inline_promo"


def _paragraph_labels(paragraphs: Sequence[Paragraph], known: Sequence[Zone], has_head: bool) -> list[str | None]:
    """One label per paragraph; null is reporting: dateline, lead and body."""
    by_start = {zone.start: zone.zone for zone in known}
    labels = [by_start.get(p.start) or (line_label(p.text) if p.text else None) for p in paragraphs]
    if has_head:
        _head_labels(paragraphs, labels)
    _claims(paragraphs, labels)
    _promoted(paragraphs, labels)
    keywords_from = _keywords_from(paragraphs, labels)
    has_body = False
    after_byline = False
    for i, (paragraph, label) in enumerate(zip(paragraphs, labels, strict=True)):
        text = paragraph.text
        if label == "printed_date" and has_body and paragraph.start not in by_start:
            labels[i] = label = None  # the heading of a schedule, not of the page
        if label is not None:
            after_byline = has_body and label == "byline"
        elif labels[i] is not None:
            continue
        elif has_body and len(text) <= 60 and TAGS.match(text):
            labels[i] = "tags"
            for j in range(i + 1, len(labels)):
                if len(paragraphs[j].text) > 60 or labels[j] is not None or RELATED.match(paragraphs[j].text):
                    break
                labels[j] = "tags"
        elif has_body and len(text) <= 60 and RELATED.match(text):
            labels[i:] = [label if label == "byline" else "related" for label in labels[i:]]
            break
        elif after_byline and i >= keywords_from:
            labels[i:] = [
                label or ("related" if is_teaser(p.text, fewest=4) else "tags")
                for label, p in zip(labels[i:], paragraphs[i:], strict=True)
            ]
            break
        elif has_body and text.startswith(_HOUSE):
            labels[i:] = [label or "footer" for label in labels[i:]]
            break
        elif has_body and i + 1 == len(labels) and text.isupper() and SIGNATURE.match(text):
            labels[i] = "byline"
        elif text:
            has_body = True
            after_byline = False
    return labels


def _keywords_from(paragraphs: Sequence[Paragraph], labels: Sequence[str | None]) -> int:
    """Index from which nothing is a sentence: where the keywords that follow the initials may begin."""
    first = len(labels)
    while first and (
        labels[first - 1]
        or len(paragraphs[first - 1].text) <= (80 if paragraphs[first - 1].text.islower() else 40)
        or is_teaser(paragraphs[first - 1].text, fewest=4)
    ):
        if labels[first - 1] is None and paragraphs[first - 1].text.endswith((".", "!", "?", '"', ":")):
            break
        first -= 1
    return first


def parse_zones(text: str, known: Sequence[Zone] = (), *, has_head: bool = False) -> list[Zone]:
    """Zones of ``text``, contiguous from 0 to its length; a separator belongs to the zone before it.

    ``known`` are whole paragraphs that the extraction already labelled by the page's markup. ``has_head`` says that
    the text begins with the printed head of a page (slug, date, caption), as saved text does and a dump's body
    column does not. ``lead`` is the first paragraph after the dateline, up to the first promo inside it; empty text has
    no zones.
    """
    if not text:
        return []
    paragraphs = paragraphs_of(text)
    labels = _paragraph_labels(paragraphs, known, has_head)
    reporting = [i for i, label in enumerate(labels) if label is None]
    last = set(reporting[-_LAST:])
    cues = cues_in(text)
    spans: list[Zone] = []
    lead = -1
    has_dateline = False
    for i, (paragraph, label) in enumerate(zip(paragraphs, labels, strict=True)):
        if label is not None:
            spans += _labelled(paragraph, label)
            continue
        picture = picture_credit(paragraph.text) if len(reporting) > 1 else None
        if picture is not None:
            spans += _caption(paragraph, *picture)
            continue
        start = paragraph.start
        if i and labels[i - 1] == "inline_promo" and CUE_ONLY.match(paragraphs[i - 1].text):
            end = first_headline_end(paragraph.text)
            if end > 0:
                spans.append(Zone("inline_promo", start, start + end))
                start += end
        if lead < 0:
            for zone, first, end in head(paragraph.text):
                if zone == "dateline" and has_dateline and spans[-1].zone != "dateline":
                    break  # a text has one; what looks like a second is reporting
                has_dateline = has_dateline or zone == "dateline"
                spans.append(Zone(zone, paragraph.start + first, paragraph.start + end))
                start = paragraph.start + end
            if any(map(str.isalpha, text[start : min(start + 40, paragraph.end)])) or i == reporting[-1]:
                lead = i
        spans += _reporting(paragraph, start, "lead" if i == lead else "body", cues, is_last=i in last)
    return tiled(text, spans)


def _labelled(paragraph: Paragraph, label: str) -> list[Zone]:
    """A paragraph that is no reporting, and the credit that ends it."""
    if label == "caption" and (picture := picture_credit(paragraph.text)) is not None:
        return _caption(paragraph, *picture)
    if label in ("inline_promo", "byline") and "umber" in paragraph.text:
        source = _SOURCE_AFTER.search(paragraph.text)
        if source is not None:
            cut = paragraph.start + source.end()
            return [Zone(label, paragraph.start, cut), Zone("credit", cut, paragraph.end)]
    return [Zone(label, paragraph.start, paragraph.end)]


def _caption(paragraph: Paragraph, at: int, is_first: bool) -> list[Zone]:
    """A caption and its credit, which ends (``is_first``) or begins ``at`` code points into the paragraph."""
    cut = paragraph.start + at
    names = ("credit", "caption") if is_first else ("caption", "credit")
    return [Zone(names[0], paragraph.start, cut), Zone(names[1], cut, paragraph.end)]


def _reporting(paragraph: Paragraph, start: int, zone: str, cues: tuple[str, ...], *, is_last: bool) -> list[Zone]:
    """Zones of a paragraph of reporting from ``start`` on. A promo ends the lead: what follows it is body."""
    cuts = list(glued(paragraph, cues))
    if is_last:
        taken = min((cut.start for cut in cuts if cut.end >= paragraph.end), default=paragraph.end)
        rest = Paragraph(paragraph.start, taken, paragraph.text[: taken - paragraph.start])
        cuts += [cut for cut in tail(rest) if all(cut.start >= c.end or cut.end <= c.start for c in cuts)]
    spans = []
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if cut.start < start:
            continue
        if cut.start > start:
            spans.append(Zone(zone, start, cut.start))
            if cut.zone == "inline_promo":
                zone = "body"
        spans.append(cut)
        start = cut.end
    if start < paragraph.end:
        spans.append(Zone(zone, start, paragraph.end))
    return spans
