"""What the registry's feeds and sitemaps must keep.

Does not belong here: whether an address still answers (``kliping sources test``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.clean.outlets import Outlets
from ingest.clean.urls import canonical_url, host
from ingest.registry.model import Registry


def channel_problems(registry: Registry) -> Iterator[str]:
    """Every channel is an http(s) address that is written once and lies on a host of its outlet."""
    outlets = Outlets(registry["outlets"])
    known = set(registry["outlets"]["outlet_id"])
    seen: dict[str, str] = {}
    for url, outlet_id in registry["channels"].select("channel_url", "outlet_id").sort("channel_url").iter_rows():
        identity, name = canonical_url(url), host(url)
        if identity is None or name is None or url != url.strip():
            yield f"channels: {url!r} is not an http(s) address"
            continue
        if first := seen.get(identity):
            yield f"channels: {url} and {first} are one address"
        seen.setdefault(identity, url)
        if outlet_id not in known:
            yield f"channels: the outlet {outlet_id} of {url} is unknown"
        elif outlets.of(name).outlet_id != outlet_id:
            yield f"channels: {url} does not lie on a host of {outlet_id}"
