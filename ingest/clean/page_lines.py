"""The lines that a reader sees of a page, each with what its markup says that it is.

Belongs here: one walk over a parsed page, in time linear in its size, and the names that pages give to the pieces
around their text. Does not: which of the lines are the article (main_text, page_rules), what their words say (zones).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

SKIPPED = (
    "script, style, noscript, iframe, form, button, template, svg, select, textarea, object, video, audio, [hidden],"
    ' [style*="display:none"], [style*="display: none"]'
)
"""What shows no text of the page to a reader."""

CHROME = "chrome"
"""Label of lines that belong to the site and to no zone: menus, comments, buttons for sharing."""

_BLOCKS = frozenset({
    "p", "div", "li", "ul", "ol", "tr", "table", "tbody", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6",
    "blockquote", "section", "article", "figure", "figcaption", "center", "dd", "dt", "dl", "aside", "header",
    "footer", "nav", "main", "pre", "address", "body", "hr", "details", "summary", "picture", "ins",
})  # fmt: skip
PARAGRAPHS = frozenset({
    "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt", "pre", "td", "th", "center", "tr",
})  # fmt: skip
"""Elements that hold one paragraph: the container of the text is their parent."""

_TAG_ZONES = {"nav": CHROME, "footer": CHROME, "header": CHROME, "aside": "related", "figcaption": "caption"}


def _words(names: str) -> str:
    """A pattern of whole words in class names: ``detail__body-tag`` has tag, ``stage`` has not."""
    return rf"(?:^|[\s_-])(?:{names})(?:$|[\s_-])"


# The first that a class or id matches. Judged on the five outlets' pages at hand and on the vocabulary of the themes
# that Indonesian outlets share; a name alone decides nothing: see _settle.
_CLASS_ZONES = (
    ("caption", re.compile(r"caption|deskripsi|" + _words("(?:foto|photo|image|img)[_-]?(?:desc|info|text|title)"))),
    ("credit", re.compile(_words("credits?|fotografer|photographer|copyright-?(?:foto|photo|image)"))),
    (CHROME, re.compile(r"comment|komentar|disqus|breadcrumb|addthis|share-?this|sharing|sosmed"
                        "|" + _words("share|social|menu|nav|navbar|navigation|login|cookie|popup|modal|toolbar"))),
    ("tags", re.compile(r"tagcloud|tag-?list|taglist" + "|" + _words("tags?|topik|topics?|keywords?"))),
    ("paging", re.compile(r"pagin|page-?nav|page-?numbers?" + "|" + _words("halaman"))),
    ("byline", re.compile(r"byline" + "|" + _words("authors?|penulis|editors?|reporter|pewarta|wartawan|jurnalis"))),
    ("related", re.compile(r"relat|terkait|rekomendasi|recommend|popul[ae]r|trending|terkini|terbaru|lainnya|linksisip"
                           r"|sisip|outbrain|taboola|mgid|revcontent|also-?(?:read|like)|read-?(?:also|more)|baca-?juga"
                           "|" + _words("latest|widget|sidebar|side|pilihan|teaser|terpopuler|more"))),
    ("inline_promo", re.compile(_words(r"ads?|iklan|advert\w*|banner|promo\w*|newsletter|subscribe|berlangganan|paywall"
                                       r"|google-?news|whatsapp|follow|scroll|parallax"))),
)  # fmt: skip
_LONGEST = {"caption": 600, "credit": 160, "byline": 160, "paging": 200, "tags": 600, "inline_promo": 400}
_LINK_HEAVY = 0.5


class Line(NamedTuple):
    """A line as shown: text, label (a zone, ``chrome`` or null), the element it stands in, its linked letters."""

    text: str
    zone: str | None
    element: int
    linked: int

    @property
    def is_link(self) -> bool:
        """Whether nearly all of the line is a link."""
        return self.linked > 0.8 * len(self.text)


@dataclass
class Walk:
    """A page's elements in document order (``parent[i] < i``, -1 at the root) and its lines in the same order."""

    lines: list[Line]
    parent: list[int]
    tag: list[str]
    depth: int
    """How deep the elements nest."""

    def is_within(self, element: int, ancestor: int) -> bool:
        """Whether ``ancestor`` holds ``element`` or is it."""
        while element > ancestor:
            element = self.parent[element]
        return element == ancestor


def outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Those of ``nodes`` that stand inside no other, in time linear in the page's elements."""
    taken = {node.mem_id: True for node in nodes}
    kept = []
    for node in nodes:
        path: list[int] = []
        above = node.parent
        while above is not None and above.mem_id not in taken:
            path.append(above.mem_id)
            above = above.parent
        is_inside = above is not None and taken[above.mem_id]
        taken.update(dict.fromkeys(path, is_inside))
        if not is_inside:
            kept.append(node)
    return kept


def drop(tree: LexborHTMLParser | LexborNode, selector: str) -> None:
    """Takes out of the tree what ``selector`` matches, the node itself excepted."""
    own = getattr(tree, "mem_id", None)
    for node in tree.css(selector):
        if node.mem_id != own:
            node.decompose()


def walk(root: LexborNode, *, has_zones: bool = True) -> Walk:
    """Reads the lines under ``root``; without ``has_zones`` only figure captions are labelled by their markup."""
    parent: list[int] = []
    tags: list[str] = []
    block: list[int] = []
    zone: list[str | None] = []
    is_linked: list[bool] = []
    index: dict[int, int] = {}
    texts: list[tuple[int, int, str]] = []
    titled: list[int] = []
    depth: list[int] = []
    breaks = 0
    for node in root.traverse(include_text=True):
        name = node.tag
        holder = node.parent
        above = index.get(holder.mem_id, -1) if holder is not None else -1
        if name == "-text":
            text = node.text_content
            if text and above >= 0:
                texts.append((above, breaks, text))
            continue
        if name == "br" or name == "hr":
            breaks += 1
            continue
        if not name or not name[0].isalpha():
            continue
        own = len(parent)
        index[node.mem_id] = own
        parent.append(above)
        tags.append(name)
        depth.append(depth[above] + 1 if above >= 0 else 1)
        if name in _BLOCKS:
            breaks += 1
            block.append(own)
        else:
            block.append(block[above] if above >= 0 else own)
        is_linked.append(name == "a" or (above >= 0 and is_linked[above]))
        if name == "h1":
            titled.append(own)
        zone.append(_named_zone(node, name, is_root=not own) if has_zones else _TAG_ZONES.get(name) if own else None)
    _settle(zone, parent, tags, texts, is_linked, titled)
    return Walk(list(_lines(texts, block, zone, is_linked)), parent, tags, max(depth, default=0))


def _named_zone(node: LexborNode, name: str, *, is_root: bool) -> str | None:
    """The zone that an element's tag, class or id names; the page's body and the article element name none."""
    if is_root or name in ("body", "main", "article", "html"):
        return None
    if name in _TAG_ZONES:
        return _TAG_ZONES[name]
    attributes = node.attributes
    if name == "a":
        return "tags" if attributes.get("rel") == "tag" else None
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip().lower()
    if not names or len(names) > 1000:
        return None
    return _zone_of(names)


@lru_cache(maxsize=8192)
def _zone_of(names: str) -> str | None:
    return next((label for label, pattern in _CLASS_ZONES if pattern.search(names)), None)


def _settle(
    zone: list[str | None],
    parent: list[int],
    tags: list[str],
    texts: list[tuple[int, int, str]],
    is_linked: list[bool],
    titled: list[int],
) -> None:
    """Keeps the zones that an element's length and links bear out, and hands them down to what is inside."""
    length = [0] * len(parent)
    linked = [0] * len(parent)
    running = [0] * len(parent)
    for element, _, text in texts:
        size = len(text.strip())
        length[element] += size
        linked[element] += size if is_linked[element] else 0
        running[element] += size if size > 80 and not is_linked[element] else 0
    for i in range(len(parent) - 1, 0, -1):
        if (above := parent[i]) >= 0:
            length[above] += length[i]
            linked[above] += linked[i]
            running[above] += running[i]
    whole = running[0] if running else 0
    holds_title = set()
    for i in titled:
        while i >= 0 and i not in holds_title:
            holds_title.add(i)
            i = parent[i]
    for i, label in enumerate(zone):
        inherited = zone[parent[i]] if parent[i] >= 0 else None
        if inherited is not None and not (inherited == "related" and label in ("tags", CHROME)):
            zone[i] = inherited
        elif label is not None and (
            i in holds_title
            or running[i] > 0.4 * whole + 80
            or length[i] > _LONGEST.get(label, length[i])
            or (label == "related" and tags[i] != "aside" and linked[i] < _LINK_HEAVY * length[i])
            or (label == "tags" and linked[i] < _LINK_HEAVY * length[i])
            or (label == "caption" and linked[i] > _LINK_HEAVY * length[i])
        ):
            zone[i] = None


def _lines(
    texts: list[tuple[int, int, str]], block: list[int], zone: list[str | None], is_linked: list[bool]
) -> Iterator[Line]:
    """Texts of one block between two breaks make a line; a line inside is of a zone only where all of it is."""
    pieces: list[str] = []
    linked = 0
    key = (-1, -1)
    label: str | None = None
    is_blank = True
    for element, breaks, text in texts:
        if (block[element], breaks) != key:
            if line := " ".join("".join(pieces).split()):
                yield Line(line, label, key[0], min(linked, len(line)))
            pieces, linked, key, label, is_blank = [], 0, (block[element], breaks), zone[element], True
        if stripped := text.strip():
            if is_blank:
                label, is_blank = zone[element], False
            elif zone[element] != label:
                label = zone[block[element]]
            linked += len(stripped) if is_linked[element] else 0
        pieces.append(text)
    if line := " ".join("".join(pieces).split()):
        yield Line(line, label, key[0], min(linked, len(line)))
