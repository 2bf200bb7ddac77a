"""What a table tells about itself where no mapping does: roles of columns, header, order of day and month.

Belongs here: pure guesses from names and values. Does not: reading files.
Synonyms are those of the scrapes at hand and of common exporters; a name that is not listed is not stretched to fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from ingest.sources.mapping import Columns, DateOrder

# By role, best first. Names are compared in lower case with "_" for everything but letters and digits.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "judul", "headline", "judul_berita", "og_title"),
    "body": (
        "body", "content", "isi", "konten", "isi_berita", "full_text", "fulltext", "text", "teks", "article_body",
        "articlebody", "body_text", "content_text", "maintext", "article", "artikel", "berita", "naskah", "paragraf",
    ),
    "date": (
        "published_at", "published_date", "date_published", "datepublished", "publish_date", "published", "pubdate",
        "pub_date", "publication_date", "published_time", "posted_at", "date", "tanggal", "tanggal_publikasi",
        "tanggal_terbit", "tanggal_rilis", "tgl", "tgl_terbit", "datetime", "date_time", "waktu_publikasi",
        "waktu_terbit", "timestamp", "release_date", "created_at", "date_created",
    ),
    "time": ("time", "jam", "waktu", "pukul", "jam_terbit", "publish_time", "hour"),
    "url": ("url", "link", "tautan", "href", "permalink", "canonical_url", "canonical", "source_url", "alamat"),
    "section": (
        "section", "category", "kategori", "kanal", "channel", "rubrik", "desk", "subsection", "subcategory",
        "sub_category", "subkategori", "sub_kategori", "subkanal", "categories",
    ),
    "author": ("author", "penulis", "authors", "wartawan", "jurnalis", "reporter", "byline", "creator", "editor"),
    "tags": ("tags", "tag", "keywords", "keyword", "kata_kunci", "topik", "topics", "topic", "labels"),
    "updated": (
        "updated_at", "updated", "date_modified", "datemodified", "modified_at", "modified", "last_updated",
        "last_modified", "update_date", "modified_date", "tanggal_update", "tanggal_diperbarui", "diperbarui",
    ),
    "summary": ("summary", "ringkasan", "description", "deskripsi", "excerpt", "abstract", "abstrak", "lead", "teaser"),
    "publisher": ("publisher", "sumber", "source", "media", "outlet", "portal", "website", "situs", "site_name"),
    "record_id": (
        "record_id", "article_id", "news_id", "post_id", "guid", "uuid", "id", "doc_id", "document_id", "id_berita",
        "id_artikel", "berita_id", "artikel_id", "item_id", "source_record_id", "kode_berita",
    ),
}  # fmt: skip
_MANY = ("section",)  # roles that keep every column they find; the others keep the best one
_QUALIFIERS = {"berita", "artikel", "article", "news", "post", "raw", "full", "asli"}
_RANK = {name: (role, rank) for role, names in SYNONYMS.items() for rank, name in enumerate(names)}

_URL = re.compile(r"\s*(?:https?:)?//[^\s/]+\.[^\s]+\s*$|\s*www\.[^\s]+\s*$", re.I)
_MONTHS = r"jan|feb|peb|mar|apr|may|mei|jun|jul|aug|agu|ags|sep|oct|okt|nov|nop|dec|des"
_DATE = re.compile(
    rf"(?<!\d)\d{{1,4}}([/.-])\d{{1,2}}\1\d{{2,4}}(?!\d)|(?<!\d)\d{{1,2}}[\s+-]+(?:{_MONTHS})[a-z]*"
    rf"|(?:{_MONTHS})[a-z]*\s+\d{{1,2}},?\s+\d{{4}}|\b\d+\s+(?:detik|menit|jam|hari|minggu|pekan|bulan)\s+(?:yang\s+)?lalu\b",
    re.I,
)
_TIME = re.compile(r"\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:wib|wita|wit)?\s*$", re.I)
_NUMBER = re.compile(r"\s*[-+]?\d[\d.,]*\s*$")
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])(\d{1,4})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)")
_HOST = re.compile(r"\s*(?:https?:)?//(?:[^/?#@\s]*@)?([^/?#:\s]+)", re.I)
_SECOND_LEVEL = {
    "ac", "biz", "co", "com", "desa", "edu", "go", "gov", "mil", "my", "net", "or", "org", "ponpes", "sch", "web",
}  # fmt: skip

MAX_DATE_TEXT = 80  # characters; a longer value is prose
MAX_GROUPS = 100_000  # groups of dates that are told apart in one input


def normalised(name: str) -> str:
    """A column name for comparison: ``Tanggal Publikasi`` -> ``tanggal_publikasi``."""
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")


@lru_cache(maxsize=4096)
def _role(name: str) -> tuple[str, int] | None:
    """The role that a column's name states, with its rank among the role's names (lower is better)."""
    plain = normalised(name)
    if plain in _RANK:
        return _RANK[plain]
    words = [word for word in plain.split("_") if word not in _QUALIFIERS]
    role, rank = _RANK.get("_".join(words), ("", 0))
    return (role, rank + 100) if role else None


def known_names(names: Iterable[str]) -> int:
    """How many of the names state a role."""
    return sum(1 for name in names if _role(name))


def has_article(row: Mapping[str, object]) -> bool:
    """Whether an object is itself an article: it has a text under the name of a title or a body."""
    return any(isinstance(value, str) and (_role(name) or ("",))[0] in ("title", "body") for name, value in row.items())


def columns_of(names: Iterable[str], rows: Sequence[Mapping[str, object]]) -> Columns:
    """Roles of the columns of a table with a header, whatever their order; ``rows`` is a sample of it.

    Names decide. Values decide where no name tells a title or a text.
    """
    names = sorted(names)
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        if role := _role(name):
            found.setdefault(role[0], []).append((role[1], name))
    roles: dict[str, list[str]] = {}
    for role_name, candidates in found.items():
        ordered = [name for _, name in sorted(candidates)]
        roles[role_name] = ordered if role_name in _MANY else ordered[:1]
    if "url" not in roles and "publisher" in roles and _share(_texts(rows, roles["publisher"][0]), is_url) > 0.6:
        roles["url"] = roles.pop("publisher")  # a `sumber` that holds links
    if "title" not in roles and "body" not in roles:
        return columns_by_value(names, rows, roles)
    return _columns(roles)


def columns_by_value(
    names: Sequence[str], rows: Sequence[Mapping[str, object]], known: Mapping[str, list[str]]
) -> Columns:
    """Roles of columns by what is in them, beside the roles that are ``known``.

    The column of links, the one of dates, the one of clock times; of the rest the longest text is the body and the
    next the title.
    """
    roles = dict(known)
    taken = {name for values in roles.values() for name in values}
    texts: list[tuple[float, str]] = []
    for name in names:
        values = [] if name in taken else _texts(rows, name)
        role = next((role for role, test in _TESTS.items() if _share(values, test) > 0.6), None)
        if role is None:
            if _share(values, lambda value: not _NUMBER.match(value)) > 0.5:
                texts.append((-sum(map(len, values)) / len(values), name))
        elif role not in roles:
            roles[role] = [name]
    for role, (_, name) in zip([role for role in ("body", "title") if role not in roles], sorted(texts), strict=False):
        roles[role] = [name]
    return _columns(roles)


def is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first record of a table names its columns.

    It does where no cell is a link, a date, a number or prose, and either a cell is a known name or the rows below
    hold what the first does not.
    """
    cells = [cell for cell in first if cell.strip()]
    if not cells or any(_is_value(cell) for cell in cells):
        return False
    if any(_role(cell) for cell in cells):
        return True
    return any(_is_value(cell) for row in rows for cell in row)


def is_url(text: str) -> bool:
    """Whether a text is one absolute link."""
    return _URL.match(text) is not None


def is_date(text: str) -> bool:
    """Whether a short text holds a date, absolute or relative."""
    return len(text) <= MAX_DATE_TEXT and _DATE.search(text) is not None


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "url": is_url,
    "time": lambda text: _TIME.match(text) is not None,
    "date": is_date,
}


def _is_value(cell: str) -> bool:
    return len(cell) > 60 or is_url(cell) or is_date(cell) or _NUMBER.match(cell) is not None


def _texts(rows: Sequence[Mapping[str, object]], name: str) -> list[str]:
    return [value for row in rows if isinstance(value := row.get(name), str) and value.strip()]


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _columns(roles: Mapping[str, list[str]]) -> Columns:
    if "time" in roles and "date" not in roles:  # a lone `waktu` holds the whole date
        roles = {"date" if role == "time" else role: names for role, names in roles.items()}
    return Columns.model_validate(roles)


# --- the order of day and month -----------------------------------------------------------------


def domain_of(url: str | None) -> str:
    """The registrable domain of a link, nearly: ``news.detik.com`` -> ``detik.com``; "" where there is none."""
    found = _HOST.match(url) if url else None
    if not found:
        return ""
    labels = found[1].lower().rstrip(".").split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


class DateOrders:
    """Which of day and month comes first, by domain and separator, from the dates that only one order can read.

    A group's own dates decide; a group that has none takes what the column's other dates of that separator say;
    else the day is first. One first number above 12 proves the day first.
    """

    def __init__(self) -> None:
        self._votes: Counter[tuple[str, str, DateOrder]] = Counter()
        self._decided: dict[tuple[str, str], DateOrder] = {}

    def add(self, text: str, domain: str) -> None:
        """Take note of a printed date of a site; any other text is ignored."""
        found = _NUMERIC_DATE.search(text) if len(text) <= MAX_DATE_TEXT else None
        if not found or len(found[1]) > 2 or len(self._votes) >= MAX_GROUPS:
            return
        first, second = int(found[1]), int(found[3])
        if (first > 12) != (second > 12):
            order: DateOrder = "DMY" if first > 12 else "MDY"
            self._votes[domain, found[2], order] += 1
            self._votes["*", found[2], order] += 1

    def order_of(self, text: str, domain: str) -> DateOrder:
        """The order in which ``text`` is to be read."""
        found = _NUMERIC_DATE.search(text) if len(text) <= MAX_DATE_TEXT else None
        if not found:
            return "DMY"
        if len(found[1]) > 2:
            return "YMD"
        return self._order(domain, found[2])

    def _order(self, domain: str, separator: str) -> DateOrder:
        group = (domain, separator)
        if group not in self._decided:
            order: DateOrder = "DMY"
            for key in (domain, "*"):
                if self._votes[key, separator, "DMY"]:
                    break
                if self._votes[key, separator, "MDY"]:
                    order = "MDY"
                    break
            self._decided[group] = order
        return self._decided[group]

    def groups(self) -> dict[tuple[str, str], DateOrder]:
        """The order of every (domain, separator) that proves one, sorted; the domain is "" where rows have no link."""
        proven = sorted({(domain, separator) for domain, separator, _ in +self._votes if domain != "*"})
        return {group: self._order(*group) for group in proven}
