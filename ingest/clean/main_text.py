"""The main column of a page that no rule knows.

Belongs here: two independent cheap estimates of the main text, the slow third one where they disagree, and the parts
around the text. Does not: outlets' own layouts (page_rules), what the words of a line say (zones).
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from typing import TYPE_CHECKING

from ingest.clean.fields import DateCandidate, Fields, Part
from ingest.clean.page_bounds import DEEPEST, PLAIN
from ingest.clean.page_lines import CHROME, PARAGRAPHS, SKIPPED, Line, Walk, drop, walk

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

    from ingest.clean.page_metadata import PageFacts

SLOW = "slow_extraction"
"""Mend of a page whose text came from the slow estimate."""

THIN = 250
"""Letters in sentences below which a text is thin: shorter than a news item of two paragraphs."""

_AGREED = 0.75
_CONFIRMED = 0.5
_CLOSING = 40
_FEWEST_HEADLINES = 12
_FEWEST_TEASERS = 6
_MOST_TAGS = 20_000
_MANY_LINES = 1000
_LARGEST = 1_500_000  # characters; pages of news are under a tenth of it
_MONTH = r"(?:jan|feb|mar|apr|me[ij]|may|jun|jul|ag[ust]|aug|sep|o[kc]t|no[vp]|de[sc])[a-z]*"
_DATE = re.compile(
    rf"\b\d{{1,2}}[ /.-]+(?:{_MONTH}|\d{{1,2}})[ /.,-]+(?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    rf"|\b{_MONTH} \d{{1,2}}, ?(?:19|20)\d\d\b",
    re.I,
)
_LONGEST_DATE = 100
_ENDS = (".", "!", "?", '"', "\N{RIGHT DOUBLE QUOTATION MARK}", ")")
_SIGNED = re.compile(
    r"^(?:\([\w./ *-]{2,60}\)|\*{2,5}|(?:Editor|Penulis|Pewarta|Reporter|Sumber|Penerjemah|Oleh)\b ?:? ?\w.{1,100}"
    r"|[A-Z.']{2,}(?: (?:[A-Z.']{2,}|\|)){1,5})$"
)
_PHOTO_CREDIT = re.compile(
    r"(?<=[.!?\w)\"”]) ?(?P<credit>[(\[/|-]{1,2} ?(?:foto|photo|dok|dokumentasi|sumber|kredit|credit|ist|istimewa"
    r"|antara foto|antara|reuters|afp|ap photo|getty images)\b[^()]{0,90}[)\]]?)$",
    re.I,
)
_DATELINE = re.compile(r"^[A-Z][\w., /()-]{2,60}[-\N{EN DASH}\N{EM DASH}]$")
_WORD = re.compile(r"\w+")


def main_text(html: str, tree: LexborHTMLParser, fields: Fields, facts: PageFacts) -> None:
    """Adds the parts of the page's main column to ``fields``, or says that it is no article; changes the tree.

    The first estimate is the element that holds most of the running text, the second resiliparse's. They agree where
    three quarters of the first's words stand in the second and half of the second's sentences in the first: then
    the first is the text, since it has the markup's labels. Otherwise, or where the text is thin, the page's own
    JSON-LD text is taken if it has one, else trafilatura's (mend ``slow_extraction``), unless that is thinner still.
    """
    if tree.body is None:
        return
    drop(tree, SKIPPED)
    page = walk(tree.body)
    first, last, holder = _estimate(page)
    lines = page.lines[first:last] + _closing(page.lines[last : last + _CLOSING])
    estimate = [line.text for line in lines if _is_sentence(line)]
    if not facts.is_article and _is_list(page, lines, estimate, facts):
        fields.is_article = False
        return
    # past any real layout the searches of resiliparse and trafilatura cost more than they can find
    is_usual = page.depth <= DEEPEST and html.count("<") <= _MOST_TAGS and len(html) <= _LARGEST
    is_usual = is_usual and PLAIN not in fields.mends
    second = _trimmed_lines(html, fields.title) if is_usual else []
    if is_usual and (_size(estimate) < THIN or not _agree(estimate, second)):
        slow = _slow_lines(html, facts, max(_size(estimate), _size(second)), is_long=len(page.lines) > _MANY_LINES)
        if slow:
            fields.mends.add(SLOW)
        slow = slow or estimate or second
        if slow is not estimate:
            labels = {line.text: line.zone for line in page.lines if line.zone}
            lines = [Line(text, labels.get(text), holder, 0) for text in slow]
    parts = _body_parts(lines)
    if parts:
        fields.parts += _head_parts(page, first, last, fields.title, {part.text for part in parts}) + parts


def _is_list(page: Walk, lines: list[Line], estimate: list[str], facts: PageFacts) -> bool:
    """Whether the page lists articles instead of being one: a front page, an index, a section.

    Its running text is teasers, each under a linked headline; or it has none to speak of beside a dozen such headlines,
    and does not call itself an article. A site's root with little text is a list too.
    """
    at = [i for i, line in enumerate(lines) if _is_sentence(line)]
    teased = sum(_is_headline(line) for line in lines[max(0, at[0] - 2) : at[-1] + 1]) if at else 0
    if teased >= max(_FEWEST_TEASERS, 0.6 * len(at)):
        return True
    running = _size(estimate)
    if running >= 4 * THIN or (running >= THIN and not (facts.is_site or facts.is_root)):
        return False
    return not facts.is_called_article and sum(map(_is_headline, page.lines)) >= _FEWEST_HEADLINES


def _is_headline(line: Line) -> bool:
    return line.is_link and line.zone is None and len(line.text.split()) >= 4


# --- the estimates ------------------------------------------------------------------------------------------------


def _is_sentence(line: Line) -> bool:
    text = line.text
    return line.zone is None and not line.is_link and (len(text) >= 80 or (len(text) >= 40 and text.endswith(_ENDS)))


def _estimate(page: Walk) -> tuple[int, int, int]:
    """First and last line (exclusive) of the element that holds most of the running text, and the element."""
    score: dict[int, int] = {}
    for line in page.lines:
        if not _is_sentence(line):
            continue
        holder = line.element
        while page.tag[holder] in PARAGRAPHS and page.parent[holder] >= 0:
            holder = page.parent[holder]
        size = 2 * (len(line.text) - line.linked)
        for _ in range(3):
            score[holder] = score.get(holder, 0) + size
            size //= 2
            holder = page.parent[holder]
            if holder < 0:
                break
    if not score:
        return 0, 0, 0
    best = max(score, key=lambda element: (score[element], element))
    # text that stands directly in the element around belongs to it: an opening line before nested paragraphs
    direct = {line.element for line in page.lines if _is_sentence(line)}
    while page.parent[best] in direct and page.tag[page.parent[best]] not in ("body", "html"):
        best = page.parent[best]
    inside = [i for i, line in enumerate(page.lines) if page.is_within(line.element, best)]
    return inside[0], inside[-1] + 1, best


def _trimmed_lines(html: str, title: str) -> list[str]:
    """resiliparse's text without the lines before the title and the crumbs around the sentences."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False)
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    if title in lines:
        lines = lines[lines.index(title) + 1 :]
    sentences = [i for i, line in enumerate(lines) if _is_sentence(Line(line, None, 0, 0))]
    return lines[sentences[0] : sentences[-1] + 1] if sentences else []


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))


def _agree(estimate: list[str], second: list[str]) -> bool:
    """Whether the words of one are mostly in the other, and the sentences of the other in the one."""
    words = Counter(word for text in estimate for word in _WORD.findall(text))
    if not words:
        return False
    shared = (words & Counter(word for text in second for word in _WORD.findall(text))).total()
    sentences = Counter(word for text in second if len(text) >= 80 for word in _WORD.findall(text))
    return shared >= _AGREED * words.total() and (words & sentences).total() >= _CONFIRMED * sentences.total()


def _slow_lines(html: str, facts: PageFacts, size: int, *, is_long: bool) -> list[str]:
    """The lines of the page's JSON-LD text or of trafilatura; none where the cheap ones have more."""
    told = [line for line in (" ".join(line.split()) for line in facts.body.splitlines()) if line]
    if _size(told) >= max(THIN, size // 2) and "<" not in facts.body:
        return told
    from trafilatura import extract as trafilatura_extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of each page that has no text
    # of a long page without its own fallbacks, which cost the square of the lines
    text = trafilatura_extract(html, favor_precision=True, include_comments=False, include_tables=False, fast=is_long)
    lines = [line for line in (" ".join(line.removeprefix("- ").split()) for line in (text or "").splitlines()) if line]
    return lines if _size(lines) >= min(THIN, size) else []


# --- the parts ----------------------------------------------------------------------------------------------------


def _body_parts(lines: list[Line]) -> list[Part]:
    """Lines from the first sentence to the last with what is labelled around them; links after them are related."""
    sentences = [i for i, line in enumerate(lines) if _is_sentence(line)]
    if not sentences:
        return [Part(line.text) for line in lines if line.zone is None and len(line.text) >= 40 and not line.is_link]
    parts = []
    tags: list[str] = []
    for i, line in enumerate(lines):
        zone = line.zone
        if zone == CHROME or (zone is None and not sentences[0] <= i <= sentences[-1] and not _is_beside(line)):
            continue
        if zone is None and _is_headline(line):
            zone = "related"
        if zone == "related" and i < sentences[0]:
            continue
        if zone == "related" and i < sentences[-1]:
            zone = "inline_promo"
        if zone == "tags":
            tags.append(line.text)
        elif zone == "caption":
            parts += caption_parts(line.text)
        else:
            parts.append(Part(line.text, zone))
    if tags:
        at = next((i for i, part in enumerate(parts) if part.zone in ("related", "paging")), len(parts))
        parts.insert(at, Part("\n\n".join(dict.fromkeys(tags)), "tags"))
    return parts


def _closing(lines: list[Line]) -> list[Line]:
    """Tags, paging and signatures of the lines below the text, up to the first that is none of these."""
    closing = []
    for line in lines:
        if line.zone in ("tags", "paging", "byline") or (line.zone is None and _SIGNED.match(line.text)):
            closing.append(line)
        elif line.zone != CHROME:
            break
    return closing


def _is_beside(line: Line) -> bool:
    """Whether an unlabelled line before or after the sentences belongs to them: short, dateline, signature."""
    text = line.text
    if line.is_link or (len(text) <= _LONGEST_DATE and _DATE.search(text)):
        return False
    return (len(text) >= 20 and text.endswith(_ENDS)) or bool(_SIGNED.match(text) or _DATELINE.match(text))


def caption_parts(text: str) -> list[Part]:
    """A caption, and the photographer's credit at its end as a part of its own."""
    match = _PHOTO_CREDIT.search(text)
    if match is None or match.start() < 15:
        return [Part(text, "caption")]
    return [Part(text[: match.start()].strip(), "caption"), Part(match["credit"].strip(), "credit")]


def _head_parts(page: Walk, first: int, last: int, title: str, shown: set[str]) -> list[Part]:
    """Printed date, byline and captions between headline and text; the date may stand a few lines lower."""
    text_from = next((i for i in range(first, last) if _is_sentence(page.lines[i])), first)
    above = range(text_from)
    headline = next((i for i in above if page.lines[i].text == title), None)
    if headline is None:
        headline = next((i for i in above if page.tag[page.lines[i].element] == "h1"), None)
    if headline is None:
        return []
    parts = []
    is_dated = False
    for i in range(headline + 1, min(text_from + 4, len(page.lines))):
        line = page.lines[i]
        if line.zone == "related" or line.is_link or line.text in shown:
            continue
        if not is_dated and len(line.text) <= _LONGEST_DATE and _DATE.search(line.text):
            parts.append(Part(line.text, "printed_date"))
            is_dated = True
        elif i < text_from and line.zone == "caption" and len(line.text) >= 15:
            parts += [part for part in caption_parts(line.text) if part.text not in shown]
        elif i < text_from and line.zone in ("byline", "credit"):
            parts.append(Part(line.text, line.zone))
    return parts


def shown_time(tree: LexborHTMLParser) -> DateCandidate | None:
    """The page's first machine-readable time outside links and lists, for pages without metadata."""
    for node in tree.css("time[datetime]"):
        above = node.parent
        for _ in range(8):
            if above is None or above.tag in ("a", "li", "aside", "nav", "footer"):
                break
            above = above.parent
        if above is None or above.tag in (
            "body",
            "html",
            "main",
            "article",
            "div",
            "section",
            "header",
            "p",
            "-document",
        ):
            raw = node.attributes.get("datetime")
            return DateCandidate("meta", raw) if raw else None
    return None
