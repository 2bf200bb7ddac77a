"""Which outlet published a document.

Belongs here: reading ``registry.outlets`` by host. Does not: any outlet's facts (the registry has them).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

UNKNOWN = "unknown"

# Labels under a country's code below which names are registered (co.id, go.id, com.my), and sites whose subdomains
# belong to different people. A short list in place of the public suffix list: only hosts that the registry does not
# know are read by it.
_SECOND_LEVEL = frozenset(
    {"ac", "biz", "co", "com", "desa", "edu", "go", "gov", "mil", "my", "net", "or", "org", "ponpes", "sch", "web"}
)
_SHARED = frozenset({"blogspot.com", "wordpress.com", "substack.com", "medium.com", "github.io", "blogspot.co.id"})


@dataclass(frozen=True)
class Outlet:
    """What cleaning needs to know of an outlet."""

    outlet_id: str
    clock_zone: str
    has_local_z_stamps: bool


def registrable_domain(host: str) -> str:
    """The domain under which a host's owner registered it: ``kota.contoh.co.id`` -> ``contoh.co.id``."""
    labels = host.split(".")
    if labels[-1].isdigit():
        return host
    is_second_level = len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in _SECOND_LEVEL
    kept = 3 if is_second_level or ".".join(labels[-2:]) in _SHARED else 2
    kept += ".".join(labels[-3:]) in _SHARED
    return ".".join(labels[-kept:])


class Outlets:
    """Outlets by host and by id, compiled from the registry."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._by_domain: dict[str, Outlet] = {}
        self._by_id: dict[str, Outlet] = {}
        for row in table.select("outlet_id", "domains", "clock_zone", "has_local_z_stamps").iter_rows(named=True):
            outlet = Outlet(row["outlet_id"], row["clock_zone"], row["has_local_z_stamps"])
            self._by_id[outlet.outlet_id] = outlet
            for domain in row["domains"]:
                self._by_domain[domain.lower().removeprefix("www.")] = outlet

    def of(self, host: str | None, declared: str | None = None) -> Outlet:
        """The outlet of ``host``: the longest registered suffix wins, an unknown registrable domain is an outlet.

        Without a host it is the outlet that the source declared, else ``unknown``. Unknown outlets keep WIB clocks.
        """
        if host:
            labels = host.split(".")
            for first in range(len(labels) - 1):
                found = self._by_domain.get(".".join(labels[first:]))
                if found:
                    return found
            return Outlet(registrable_domain(host), "WIB", False)
        if declared:
            return self._by_id.get(declared) or Outlet(declared, "WIB", False)
        return Outlet(UNKNOWN, "WIB", False)
