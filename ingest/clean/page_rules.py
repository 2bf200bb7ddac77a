"""Where an outlet's pages keep their parts.

Belongs here: one dated rule for each outlet whose pages were at hand. Does not: guessing (main_text has the other
outlets, and these too where a newer layout has none of a rule's names).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.clean.fields import Fields, Part
from ingest.clean.page_lines import CHROME, SKIPPED, drop, outermost, walk
from ingest.clean.urls import host

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


@dataclass(frozen=True)
class PageRule:
    """CSS selectors of a page's parts, each a list of alternatives for the page's designs.

    ``seen`` are the years whose pages it was written from. Inner parts are searched in the whole page. A rule holds for
    a page where ``body`` matches and has text; any other page takes the general path.
    """

    seen: str
    title: str
    body: str
    date: str
    byline: str = ""
    caption: str = ""
    footer: str = ""
    drop: str = ""


PAGE_RULES: Mapping[str, PageRule] = {
    "antaranews.com": PageRule(
        seen="2015-2017",
        title="h1.title",
        body="#content_news",
        date=".bjbrt .date time, .bjbrt > .date",
        byline=".bjbrt .byline",
        footer="#content_news p.date",
    ),
    "detik.com": PageRule(
        seen="2015-2016",
        title=".content_detail h1",
        body=".text_detail, .text_gal",
        date=".content_detail .date, .detail_profil .date",
        drop=".linksisip, .sisip_embed",
    ),
    "kompas.com": PageRule(
        seen="2015-2016",
        title=".kcm-read h2, .kcm-read h1, .baca-content h1",
        body=".kcm-read-text, .kcm-read-content-text, .div-read",
        date=".kcm-date, .kcm-read-top .msmall",
        byline=".kcm-read-copy, .penulis-editor",
        drop=".kcm-read-copy, .penulis-editor, .kcm-read-terkait, .kcm-read-bottom-topic, table",
    ),
    "tempo.co": PageRule(
        seen="2015",
        title=".artikel h1",
        body=".artikel p",
        date=".block-tanggal",
        caption=".artikel .deskripsi",
    ),
    "kapanlagi.com": PageRule(
        seen="2015-2016",
        title="h1[class*=newsdetail-title]",
        body="#v6-revb-detailnews, .v7-music-detail-news",
        date="[class*=newsdetail-schedule]",
        caption="[class*=newsdetail-image-caption]",
        drop=".lifestyle-in-content, #content-video-related",
    ),
}

_CLOCK = re.compile(r"\d[.:]\d\d")
_AUTHOR = re.compile(r"^(?:Pewarta|Penulis|Reporter|Oleh)\b ?:? ?| ?\b(?:Editor|Sumber) ?:.*$")


def page_rule(url: str | None, tree: LexborHTMLParser) -> PageRule | None:
    """The rule of the page's outlet: by its address, else the one whose title and body the page has."""
    name = host(url)
    if name is None:
        found = (rule for rule in PAGE_RULES.values() if tree.css_first(rule.body) and tree.css_first(rule.title))
        return next(found, None)
    return next((rule for domain, rule in PAGE_RULES.items() if name == domain or name.endswith("." + domain)), None)


def line_of(node: LexborNode | None) -> str:
    """A node's text on one line."""
    return " ".join(node.text().split()) if node else ""


def _texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [line for line in map(line_of, tree.css(selector)) if line] if selector else []


def body_by_rule(tree: LexborHTMLParser, rule: PageRule, fields: Fields) -> bool:
    """Adds the parts that ``rule`` finds, title and author too; false where the page is of another layout."""
    nodes = outermost(tree.css(rule.body))
    if not nodes:
        return False
    dates = _texts(tree, rule.date)
    byline = next(iter(_texts(tree, rule.byline)), "")
    footer = next(iter(_texts(tree, rule.footer)), "")
    captions = dict.fromkeys(_texts(tree, rule.caption))
    dropped = ", ".join(part for part in (SKIPPED, rule.drop, rule.footer) if part)
    lines = []
    for node in nodes:
        drop(node, dropped)
        lines += walk(node, has_zones=False).lines
    if not lines:
        return False
    fields.title = next(iter(_texts(tree, rule.title)), "") or fields.title
    shown = {line.text for line in lines}
    if dates:
        # a page prints its date more than once, not always with the time
        fields.parts.append(Part(next((date for date in dates if _CLOCK.search(date)), dates[0]), "printed_date"))
    fields.parts += [Part(caption, "caption") for caption in captions if caption not in shown]
    for line in lines:
        zone = "caption" if line.text in captions else line.zone
        fields.parts.append(Part(line.text, None if zone == CHROME else zone))
    if byline:
        fields.parts.append(Part(byline, "byline"))
        fields.author = fields.author or _AUTHOR.sub("", byline).strip() or None
    if footer:
        fields.parts.append(Part(footer, "footer"))
    return True
