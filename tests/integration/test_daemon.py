"""`kliping up` for real: it runs alone, stops cleanly, leaves nothing behind, and goes on after a restart."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.integration.conftest import KLIPING, Warehouse, articles, write_jsonl

ITEM = "<item><title>{title}</title><link>http://uji.example/berita/{number}</link></item>"
PAGE = """<html><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>JAKARTA - Kementerian Dalam Negeri
(Kemendagri) menggelar rapat koordinasi ke-{number} bersama KPU dan Bawaslu.</p>
<p>Warga menyambut baik pembukaan kembali
jalan desa yang rusak akibat banjir.</p></article></body></html>"""


class Outlet:
    """A site with one feed that lists three pages."""

    def __init__(self) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                titles = [f"Rapat ke-{number} Kemendagri" for number in range(3)]
                kind = "text/html"
                if self.path == "/robots.txt":
                    body, kind = "User-agent: *\nAllow: /\n", "text/plain"
                elif self.path == "/rss":
                    items = "".join(ITEM.format(number=n, title=title) for n, title in enumerate(titles))
                    body = f'<rss version="2.0"><channel><title>Uji</title>{items}</channel></rss>'
                    kind = "application/rss+xml"
                else:
                    number = int(self.path.rsplit("/", 1)[-1])
                    body = PAGE.format(title=titles[number], number=number)
                self.send_response(200)
                self.send_header("content-type", f"{kind}; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    made = Outlet()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def collecting(warehouse: Warehouse, outlet: Outlet, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A data folder with one source, asked every minute."""
    monkeypatch.setenv("DAGSTER_HOME", str(warehouse.root / "dagster"))
    config = warehouse.root / "config"
    config.mkdir(parents=True)
    (config / "schedules.yml").write_text('hourly: "* * * * *"\n')
    (config / "sources.yml").write_text(
        "contact: uji@contoh.example\n"
        f"fetch: {{connect_to: '127.0.0.1:{outlet.server.server_address[1]}', seconds_between_requests: 0}}\n"
        "sources: {uji: {on: true, name: Uji, feeds: 'http://uji.example/rss', feed_minutes: 5}}\n"
    )
    return warehouse


class Daemon:
    """`kliping up` on a data folder and a free port."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.root = warehouse.root
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.log = self.root.parent / "up.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [KLIPING, "up", "--data", str(self.root), "--port", str(self.port)], stdout=log, stderr=log
            )

    def until(self, done: Callable[[], Any], seconds: float = 600.0) -> Any:
        """Wait for ``done`` to say anything, long enough for a busy machine; fail with the end of the log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := done():
                return found
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            time.sleep(0.5)
        pytest.fail(f"not within {seconds} s: {self.log.read_text()[-3000:]}")

    def stop(self, how: int) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)

    def query(self, text: str, **variables: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": text, "variables": variables}).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


@pytest.fixture
def up(collecting: Warehouse) -> Iterator[Callable[[], Daemon]]:
    started: list[Daemon] = []

    def start() -> Daemon:
        started.append(Daemon(collecting))
        return started[-1]

    yield start
    for daemon in started:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
    end_all(collecting.root)


def left_over(root: Path) -> list[int]:
    """Processes that name the data folder, or have it in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(root).encode() in told and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def end_all(root: Path) -> None:
    for left in left_over(root):
        with contextlib.suppress(ProcessLookupError):
            os.kill(left, signal.SIGKILL)


def runs(status: dg.DagsterRunStatus | None = None) -> list[dg.DagsterRun]:
    with dg.DagsterInstance.get() as instance:
        return list(instance.get_runs(dg.RunsFilter(statuses=[status] if status else [])))


def articles_in(warehouse: Warehouse) -> int:
    if not (warehouse.root / "published" / "LATEST").exists():
        return 0
    count: int = warehouse.sql("select count(*) as n from fct_articles")[0]["n"]
    return count


BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what is left over is read from /proc")
def test_it_runs_alone_stops_and_goes_on(collecting: Warehouse, up: Callable[[], Daemon]) -> None:
    daemon = up()
    daemon.until(lambda: articles_in(collecting) == 3)
    assert "already" in collecting.call("up", "--port", "1", check=False).stderr  # one at a time

    # Stopped in the middle of a run: nothing is left, the run does not hold up the queue, nobody says it failed.
    daemon.until(lambda: runs(dg.DagsterRunStatus.STARTED))
    assert daemon.stop(signal.SIGTERM) == 0
    assert left_over(collecting.root) == []
    assert not runs(dg.DagsterRunStatus.STARTED) + runs(dg.DagsterRunStatus.FAILURE)
    assert runs(dg.DagsterRunStatus.CANCELED)
    assert articles_in(collecting) == 3

    # A machine that lost its power: the daemon is killed with all its children.
    daemon = up()
    daemon.until(lambda: runs(dg.DagsterRunStatus.STARTED))
    daemon.process.kill()
    daemon.process.wait()
    assert "already" in collecting.call("up", "--port", "1", check=False).stderr  # what is left of it still serves
    end_all(collecting.root)
    write_jsonl(collecting.root / "landing" / "kiriman.jsonl", articles(4))
    daemon = up()
    daemon.until(lambda: articles_in(collecting) == 7)  # the sensor saw the file
    (lost,) = runs(dg.DagsterRunStatus.FAILURE)
    daemon.until(lambda: any(run.parent_run_id == lost.run_id for run in runs(dg.DagsterRunStatus.SUCCESS)))
    noted = collecting.root / "alerts" / "failed_runs.jsonl"
    daemon.until(noted.exists)
    assert "process of this run is gone" in noted.read_text()

    # A backfill of a range, as the page of Dagster launches it: one run, and all stays as it was.
    today = date.fromisoformat(runs()[0].tags["dagster/asset_partition_range_start"])
    keys = [(today - timedelta(days=number)).isoformat() for number in range(3)]
    selection = [{"path": ["clean", "articles"]}, {"path": ["clean", "zones"]}, {"path": ["clean", "date_candidates"]}]
    answer = daemon.query(BACKFILL, params={"partitionNames": keys, "assetSelection": selection})
    backfill = answer["data"]["launchPartitionBackfill"].get("backfillId")
    assert backfill, answer

    def backfilled() -> list[dg.DagsterRun]:
        mine = [run for run in runs() if run.tags.get("dagster/backfill") == backfill]
        return mine if mine and all(run.is_finished for run in mine) else []

    (run,) = daemon.until(backfilled)
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert run.tags["dagster/asset_partition_range_start"] == keys[-1]
    assert daemon.stop(signal.SIGINT) == 0
    assert left_over(collecting.root) == []
    assert articles_in(collecting) == 7
