"""How quickly pages come in from many hosts, and what a host sees of it: ``kliping collect`` against a local server.

    python -m benchmarks.fetch [--pages 20000 --pages 40000]

The server runs in a process of its own and keeps its own log; CPU and memory are those of the command alone, from its
start to the last part in raw. Goals: 100 pages a second on two cores, no host asked more often than its limit, and
twice the pages in no more memory.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cost import Cost, cost_of
from benchmarks.machine import machine
from tests.servers import log
from tests.servers.loopback import NOT_FOUND, Answer, LoopbackServer, Request

HOSTS = 200
SPACING = 0.5  # seconds between two requests to one host
DELAY = 0.05  # seconds that the server takes for an answer
PAGE_BYTES = 30_000
_TEXTS = 50
_WORDS = 4_000


class ManyHosts:
    """A site of ``hosts`` outlets with as many pages each, listed in a sitemap; every page is distinct."""

    def __init__(self, hosts: int, pages: int) -> None:
        self.pages = pages // hosts
        draw = random.Random(5)
        words = ["".join(draw.choices("aeiknrstubdgmlp", k=draw.randint(2, 11))) for _ in range(_WORDS)]
        self._texts = [self._text(draw, words) for _ in range(_TEXTS)]

    @staticmethod
    def _text(draw: random.Random, words: list[str]) -> str:
        """Paragraphs of made-up words, with the markup of a page around them."""
        found, size = [], 0
        while size < PAGE_BYTES:
            told = " ".join(draw.choices(words, k=60)).capitalize()
            found.append(f'<p class="paragraf" data-urutan="{len(found)}">{told}.</p>\n')
            size += len(found[-1])
        return "".join(found)

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /arsip/\n", "text/plain")
        if request.path == "/sitemap.xml":
            urls = "".join(f"<url><loc>http://{request.host}/berita/{n}</loc></url>" for n in range(self.pages))
            schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return Answer(f'<urlset xmlns="{schema}">{urls}</urlset>'.encode(), "application/xml")
        number = request.path.removeprefix("/berita/")
        if not number.isdigit() or int(number) >= self.pages:
            return NOT_FOUND
        title = f"Kabar {number} dari {request.host}"
        head = f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title}</title></head>'
        text = self._texts[(int(number) * 7 + len(request.host)) % _TEXTS]
        return Answer(f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>".encode())


def serve(pages: int) -> None:
    """The server's process: tells its address, then, asked by a line, what its log shows."""
    with LoopbackServer(ManyHosts(HOSTS, pages), delay=DELAY) as server:
        print(server.address, flush=True)
        sys.stdin.readline()
        seen = server.log
        told = {
            "pages": sum(entry.path.startswith("/berita/") and entry.status == 200 for entry in seen),
            "requests": len(seen),
            "hosts": len(log.by_host(seen)),
            "connections": server.connection_count,
            "spacing": min(log.smallest_spacing(seen).values()),
            "spacing_over_10": min(log.smallest_spacing(seen, over=10).values()),
            "at_once": max(log.largest_concurrency(seen).values()),
            "at_once_in_all": log.total_concurrency(seen),
        }
        print(json.dumps(told), flush=True)


@dataclass(frozen=True)
class Run:
    """One collection: what it cost, what the server saw, what raw holds."""

    cost: Cost
    seen: dict[str, Any]
    documents: int


def measure(pages: int) -> Run:
    """Collect ``pages`` pages into a new data folder."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fetch", "--serve", str(pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        write_sources(Path(folder), server.stdout.readline().strip())
        kliping = Path(sys.executable).parent / "kliping"
        cost = cost_of([kliping, "collect", "--raw-only", "--data", folder])
        documents = documents_in(Path(folder))
    seen = json.loads(server.communicate("\n")[0])
    return Run(cost, seen, documents)


def write_sources(folder: Path, address: str) -> None:
    """The user's file that switches every host on, to be asked at ``address``."""
    lines = [f"fetch: {{connect_to: '{address}', seconds_between_requests: {SPACING}}}", "sources:"]
    lines += [
        f"  harian-{number}: {{on: true, sitemaps: ['http://harian-{number}.example/sitemap.xml']}}"
        for number in range(HOSTS)
    ]
    config = folder / "config"
    config.mkdir()
    config.joinpath("sources.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def documents_in(folder: Path) -> int:
    """The documents in raw. Raises ValueError where one is there twice."""
    import polars as pl

    ids = pl.read_parquet(folder / "lake" / "raw" / "documents" / "*" / "*.parquet", columns=["document_id"])
    if ids["document_id"].n_unique() < ids.height:
        raise ValueError("a document is in raw twice")
    return ids.height


def table(runs: dict[int, Run]) -> str:
    """The result as Markdown."""
    told = machine(["httpx", "h11", "polars", "pyarrow"])
    lines = [
        f"{HOSTS} hosts, {SPACING} s between requests to one, pages of about {PAGE_BYTES // 1000} KB sent as gzip after"
        f" {DELAY} s, server on loopback in a process of its own, on {told}.",
        "",
        "| pages | documents | wall s | pages/s | CPU s | CPU ms/page | peak MB | connections |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for pages, run in runs.items():
        cost = run.cost
        lines.append(
            f"| {pages} | {run.documents} | {cost.wall_seconds:.0f} | {run.documents / cost.wall_seconds:.0f}"
            f" | {cost.cpu_seconds:.0f} | {1000 * cost.cpu_seconds / run.documents:.1f}"
            f" | {cost.peak_megabytes:.0f} | {run.seen['connections']} |"
        )
    lines += [
        "",
        "What the server saw:",
        "",
        "| requests | hosts | shortest time between two at one host, s | mean of ten, shortest, s | most at once at one"
        " host | most at once in all |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs.values():
        seen = run.seen
        lines.append(
            f"| {seen['requests']} | {seen['hosts']} | {seen['spacing']:.3f} | {seen['spacing_over_10']:.3f}"
            f" | {seen['at_once']} | {seen['at_once_in_all']} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, action="append", help="of all hosts together; may be repeated")
    parser.add_argument("--serve", type=int, metavar="PAGES", help="be the server")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    else:
        print(table({pages: measure(pages) for pages in options.pages or (20_000, 40_000)}))


if __name__ == "__main__":
    main()
