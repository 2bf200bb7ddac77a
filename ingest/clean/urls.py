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
    r"|jx.*|lgn_method|google_btn|dable.*|browser|_x_tr_.*)$"
)
_VARIANT_LABELS = re.compile(r"^(?:(?:www|m|amp|mobile|wap|touch)\.)+(?=[^.]+\.[^.])")
_AMP_PATH = re.compile(r"^/amp/(?=.)|/amp/?$")
_SLASHES = re.compile(r"/{2,}")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]")


@lru_cache(maxsize=4096)
def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2]
    name, _, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    name = name.lower().strip(".")
    if not name or _UNSAFE.search(name):
        return ""
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return ""
    return name if not port or port in ("80", "443") else f"{name}:{port}"


def host(url: str | None) -> str | None:
    """The host of an http(s) URL in lower case, without ``www.``, mobile or AMP labels and port; null for none."""
    parts = _split(url)
    return parts[0].partition(":")[0] if parts else None


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
    name = _host(parts.netloc)
    if not name:
        return None
    return _VARIANT_LABELS.sub("", name), parts.path, parts.query


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
    path = _UNSAFE.sub(lambda match: f"%{ord(match.group()):02X}" if match.group().isascii() else "", path)
    path = _SLASHES.sub("/", path)
    while (shorter := _AMP_PATH.sub("/", path)) != path:
        path = _SLASHES.sub("/", shorter)
    path = path.rstrip("/")
    kept = sorted(
        _UNSAFE.sub(lambda match: f"%{ord(match.group()):02X}" if match.group().isascii() else "", pair)
        for pair in query.split("&")
        if pair and not _TRACKING.match(unquote(pair.partition("=")[0]).lower())
    )
    return f"https://{name}{path or '/'}" + (f"?{'&'.join(kept)}" if kept else "")
