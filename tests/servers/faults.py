"""Which requests of a test server go wrong, and how.

The plan depends on the seed, the address and how often it was asked for, never on the order of requests of different
addresses: a run that asks in another order meets the same faults.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, get_args

Fault = Literal[
    "hang", "stall", "reset", "cut", "busy", "error", "truncated", "charset", "loop", "endless", "unmodified"
]
"""What goes wrong with a request:

- ``hang``: no answer at all, ``stall``: half an answer, then nothing; both until the other side closes.
- ``reset``: TCP reset, ``cut``: the connection is closed amid the body.
- ``busy``: 429 with Retry-After, ``error``: 500, 502 or 503.
- ``truncated``: a gzip stream whose end is missing, in an answer that is complete by its Content-Length.
- ``charset``: the right body, its Content-Type naming a wrong charset. The body is whole: nothing is lost.
- ``loop``: redirects in a circle, ``endless``: a body without end.
- ``unmodified``: 304 to a request that named no version; a request that names one meets ``error`` instead, since nobody
  could tell a false 304 from a true one.
"""

FAULTS: tuple[Fault, ...] = get_args(Fault)
HARMLESS: frozenset[Fault] = frozenset({"charset"})


@dataclass
class Faults:
    """A plan: a ``share`` of the requests goes wrong, each kind as often as any other.

    After ``at_most`` faults in a row an address answers. A robots.txt neither loops nor goes on without end: by
    RFC 9309 that would allow everything. ``always`` names addresses (``host/path``) that have one fault for ever.
    """

    share: float = 0.0
    seed: int = 0
    kinds: tuple[Fault, ...] = FAULTS
    at_most: int = 2
    always: dict[str, Fault] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter, init=False)
    _in_a_row: Counter[str] = field(default_factory=Counter, init=False)

    def next(self, address: str, *, is_conditional: bool) -> Fault | None:
        """The fault of this request to ``address``; null for a right answer."""
        if address in self.always:
            return self.always[address]
        number = self._asked[address]
        self._asked[address] += 1
        draw = random.Random(f"{self.seed} {number} {address}")
        if draw.random() >= self.share or self._in_a_row[address] >= self.at_most:
            self._in_a_row[address] = 0
            return None
        self._in_a_row[address] += 1
        fault = draw.choice(self.kinds)
        if fault in ("loop", "endless") and address.endswith("/robots.txt"):
            return "hang"
        return "error" if fault == "unmodified" and is_conditional else fault
