"""One address for one article: what outlets, readers and trackers add to a URL is taken off.

Belongs here: rules over the text of a URL. Does not: which outlet a host is (outlets), nor any request.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

_TRACKING = re.compile(
    r"^(?:utm_.*|ga_.*|mc_[ce]id|_ga|_gl|at_.*|pk_.*|fbclid|gclid|gclsrc|dclid|wbraid|gbraid|yclid|msclkid|twclid|igshid|igsh"
    r"|ref|ref_src|ref_url|referrer|refer|source|src|medium|campaign|tag_from|from|via|share|shared|sharing"
    r"|xtor|spm|cmpid|ncid|ocid|amp|amp_.*|usqp|outputtype|tbclid|ttclid|si|feature|single|page|halaman|hal|showpage|all|jxrecoid"
    r"|jx.*|lgn_method|google_btn|dable.*|browser|_x_tr_.*|srsltid|__twitter_impression|m_redirect)$"
)
# Parameters of one outlet's pages that say where the reader came from.
_OUTLET_TRACKING = {"tempo.co": frozenset({"i"})}
# An AMP host that shows the pages of all sections, each of which has a host of its own outside AMP.
_SECTION_HOSTS = {"amp.kompas.com": "kompas.com"}
_VARIANT_LABELS = re.compile(r"^(?:(?:www\d?|m|amp|mobile|wap|touch)\.|m-(?=[^.]+\.[^.]+\.))+(?=[^.]+\.[^.])")
_AMP_CACHE = re.compile(r"(?:^|\.)(?:cdn\.ampproject\.org|google\.[a-z.]{2,6})$")
_AMP_CACHE_PATH = re.compile(r"/(?:amp/)*(?:amp|[civ])/(?:s/)?(?=[\w-]+(?:\.[\w-]+)+(?:/|$))")
_SECTION = re.compile(r"^/(?!(?:read|amp)/)([a-z][a-z-]*)(?=/read/)")
_SLASHES = re.compile(r"/{2,}")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[^!$&'()*+,./:;=?@_~A-Za-z0-9%-]")
_PAGE = re.compile(r"[?&](?:page|halaman|hal)=0*([1-9]\d{0,2})(?=[&#]|$)", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_HOST_NAME = re.compile(r"^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$")
_PORT = re.compile(r"^\d{1,5}$")


@lru_cache(maxsize=4096)
def _host(netloc: str) -> str:
    """Host in lower case, IDN as ASCII, with the port where it is not the default one; empty for no host."""
    name, _, port = netloc.rpartition("@")[2].partition(":")
    name = unquote(name).lower().strip(".")
    try:
        name = name.encode("idna").decode().lower() if not name.isascii() else name
    except UnicodeError:
        return ""
    if not _HOST_NAME.match(name) or (port and not _PORT.match(port)):
        return ""
    return name if not port or int(port) in _DEFAULT_PORTS.values() else f"{name}:{int(port)}"


def host(url: str | None) -> str | None:
    """The host of an http(s) URL in lower case, without ``www.``, mobile or AMP labels and port; null for none."""
    parts = _split(url)
    return parts[0].partition(":")[0] if parts else None


def page_number(url: str | None) -> int:
    """Which page of an article in pages a URL asks for; 1 where it names none."""
    match = _PAGE.search(url) if url else None
    return int(match[1]) if match else 1


def _split(url: str | None) -> tuple[str, str, str] | None:
    """Host (without ``www.``, mobile and AMP labels), path and query of an http(s) URL, or null for anything else."""
    if not url:
        return None
    url = url.strip()
    if url.startswith("//"):
        url = "https:" + url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        return None
    name, path = _host(parts.netloc), _SLASHES.sub("/", _escaped(parts.path))
    start = 0
    while _AMP_CACHE.search(name) and (cached := _AMP_CACHE_PATH.match(path, start)):
        # the cache of Google shows another site's page: its address follows
        found = path.find("/", cached.end())
        start = found if found >= 0 else len(path)
        name = _host(path[cached.end() : start])
    path = (path[start:] or "/") if start else path
    if not name:
        return None
    if name in _SECTION_HOSTS and (section := _SECTION.match(path)):
        name, path = f"{section[1]}.{_SECTION_HOSTS[name]}", path[section.end() :]
    while (shorter := _VARIANT_LABELS.sub("", name)) != name:
        name = shorter
    return name, path, parts.query


def _without_amp(path: str) -> str:
    """A path without AMP's folder at either end and without a slash at the end."""
    start, end = 0, len(path)
    while True:
        if path.endswith("/", start, end):
            end -= 1
        elif path.endswith("/amp", start, end):
            end -= 4
        elif path.startswith("/amp/", start, end):
            start += 4
        else:
            return path[start:end]


def _escaped(text: str) -> str:
    """Percent-encoding in its one normal form: what needs none has none, the rest is UTF-8 in capital hex digits."""
    text = _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), text)
    return _ESCAPE.sub(_unescaped, text) if "%" in text else text


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    letter = chr(int(digits, 16))
    return letter if _UNRESERVED.match(letter) else match[0].upper()


@lru_cache(maxsize=65536)
def canonical_url(url: str | None) -> str | None:
    """``https://host/path?query`` without tracking, mobile, AMP and paging variants; null where ``url`` is no address.

    Applying it twice changes nothing. The scheme is always https: an outlet that changed over did not change its
    articles. ``www.`` goes for the same reason. What is left of the query is sorted.
    """
    parts = _split(url)
    if parts is None:
        return None
    name, path, query = parts
    outlet = next(
        (own for domain, own in _OUTLET_TRACKING.items() if name == domain or name.endswith("." + domain)), ()
    )
    kept = set()
    for pair in query.split("&"):
        key = unquote(pair.partition("=")[0]).strip().lower()
        if pair and not _TRACKING.match(key) and key not in outlet:
            kept.add(_escaped(pair))
    return f"https://{name}{_without_amp(path) or '/'}" + (f"?{'&'.join(sorted(kept))}" if kept else "")
