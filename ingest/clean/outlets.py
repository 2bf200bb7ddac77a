"""Which outlet published a document.

Belongs here: reading ``registry.outlets`` by host. Does not: any outlet's facts (the registry has them).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outlet:
    """What cleaning needs to know of an outlet."""

    outlet_id: str
    clock_zone: str
    has_local_z_stamps: bool


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
        """The outlet of ``host``: the longest registered suffix wins, an unknown host is its own outlet.

        Without a host it is the outlet that the source declared, else ``unknown``. Unknown outlets keep WIB clocks.
        """
        if host:
            labels = host.split(".")
            for first in range(len(labels) - 1):
                found = self._by_domain.get(".".join(labels[first:]))
                if found:
                    return found
            return Outlet(host, "WIB", False)
        if declared:
            return self._by_id.get(declared) or Outlet(declared, "WIB", False)
        return Outlet(UNKNOWN, "WIB", False)
