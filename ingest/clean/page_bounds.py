"""Markup past any layout, taken out before a parser sees it.

Belongs here: what costs a parser the square of its size: deep nesting, endless attributes. Does not: what a page says
(page_lines and the modules above it).
"""

from __future__ import annotations

import re

DEEPEST = 200
"""Nesting past any layout (the pages at hand nest 30 deep): parsers and selectors cost the square of the depth."""

PLAIN = "markup_bounded"
"""Mend of a page whose markup passes these bounds: it is read by the walk alone."""

_FEW_TAGS = 5000
# What nests: not the void elements, nor those that the next one of their kind closes, nor raw text.
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dd|dt|td|th|tr|thead|tbody"
    r"|tfoot|option|optgroup|colgroup|rt|rp|html|head|body|script|style|title)\b)[a-z][^<>]*>?",
    re.IGNORECASE,
)
_HEADLINE = re.compile(r"<h1\b[^<>]*>[^<>]{1,500}</h1\s*>", re.IGNORECASE)
_MOST_ATTRIBUTES = 2000
_LONGEST_TAG = 3 * _MOST_ATTRIBUTES
_LARGE = 150_000
_LONG_TAG = re.compile(rf"<[a-z][^<]{{{_LONGEST_TAG}}}", re.IGNORECASE)
_TAG = re.compile(
    r"""<(?P<name>[a-z][^\s/>]*+)(?P<rest>(?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+)""",
    re.IGNORECASE,
)
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"?|'[^']*+'?)""")
_BETWEEN = re.compile(r"[\s/]+")


def bounded(html: str) -> str:
    """The page as it is; where it nests past any layout, with a line break for each tag that nests.

    A tag of more attributes than any page has loses them all.
    """
    if len(html) > _LARGE or _LONG_TAG.search(html):
        html = _TAG.sub(_with_few_attributes, html)
    return _flattened(html)


def _with_few_attributes(match: re.Match[str]) -> str:
    rest = match["rest"]
    if len(rest) <= _LONGEST_TAG or len(_BETWEEN.split(_VALUE.sub(" ", rest))) <= _MOST_ATTRIBUTES:
        return match[0]
    return "<" + match["name"]


def _flattened(html: str) -> str:
    if html.count("<") - html.count("</") <= _FEW_TAGS:
        return html
    depth = 0
    for match in _NESTING.finditer(html):
        depth += -1 if match[1] else 1
        if depth > DEEPEST:
            # the first headline stays: it is the page's title
            headline = _HEADLINE.match(html, found) if (found := html.lower().find("<h1")) >= 0 else None
            start, end = headline.span() if headline else (0, 0)
            return _NESTING.sub("<br>", html[:start]) + html[start:end] + _NESTING.sub("<br>", html[end:])
        depth = max(depth, 0)
    return html
