"""A small lake and what orchestration does around dbt, for tests of the marts.

``Pipeline`` plays the part of orchestration as dbt sees it: it keeps a lake, lists the parts that changed since the
last acknowledgement, runs dbt, acknowledges. Run as a script, this file is the process that runs dbt (``serve``).
Does not belong here: what the marts should hold (``test_marts``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.contracts import TABLES, tables_of
from warehouse.keys import hex16

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
ANSWER = "problems: "
DONE = "dbt has ended\n"
LAKE_TABLES = (
    "clean.articles", "entities.mentions", "entities.event_dates", "entities.statements", "raw.fetch_outcomes",
    "raw.discovered_links",
)  # fmt: skip
ACCUMULATING = ("int_parts__touched", "int_articles__touched", "int_days__touched", "int_links__touched")
PER_RUN = {*ACCUMULATING, "int_report_days__touched", "int_mentions__rolled_up"}

DAY = date(2024, 10, 20)  # the last day of one cabinet; bodies are split on the next

Key = tuple[date, str]  # fetched_on and part_id


@dataclass(frozen=True)
class Document:
    """A document as a test writes it; ``names`` are the bodies that the text mentions, in order."""

    url: str | None
    body: str
    names: tuple[str, ...] = ()
    published: date | None = DAY
    fetched: datetime = datetime(2024, 10, 20, 3)
    outlet: str = "harian-uji"
    title: str = "Judul berita uji"
    via: str = "name"
    record: str | None = None
    language: str = "id"
    correction: str = "none"
    source: str = "uji"
    source_kind: str = "dump"

    @property
    def document_id(self) -> str:
        return hex16(self.source, self.url or self.record or "", self.title, self.body, str(self.published))

    @property
    def text(self) -> str:
        # a pictograph and an accent before the mentions: offsets count code points, not bytes
        return "\n\n".join([f"Kafé 😀 {self.body}.", *(f"Pernyataan {name} dibacakan." for name in self.names)])

    def article(self) -> dict[str, Any]:
        published = self.published and datetime.combine(self.published, datetime.min.time())
        return {
            "document_id": self.document_id,
            "source_id": self.source,
            "source_kind": self.source_kind,
            "source_record_id": self.record,
            "fetched_at_utc": self.fetched,
            "url": self.url,
            "canonical_url": self.url,
            "outlet_id": self.outlet,
            "title": self.title,
            "text": self.text,
            "published_at_utc": published,
            "utc_offset_minutes": published and 420,
            "precision": published and "day",
            "date_rule": "uji" if published else "none:no_candidate",
            "published_date": self.published,
            "updated_at_utc": None,
            "section": None,
            "author": None,
            "tags": ["uji"],
            "language": self.language,
            "content_kind": "news",
            "content_kind_rule": "none:no_sign",
            "content_kind_evidence": None,
            "correction_state": self.correction,
            "correction_evidence": None if self.correction == "none" else "Ralat",
            "word_count": len(self.text.split()),
            "content_hash": hex16(self.title, self.body, *self.names),
            "mends": [],
        }

    def mentions(self) -> Iterator[dict[str, Any]]:
        sentence_start = 0
        for name in self.names:
            sentence_start = self.text.index(f"Pernyataan {name} ", sentence_start + 1)
            start = sentence_start + len("Pernyataan ")
            yield {
                "mention_id": hex16(self.document_id, str(start)),
                "document_id": self.document_id,
                "zone": "body",
                "start": start,
                "end": start + len(name),
                "sentence_start": sentence_start,
                "sentence_end": sentence_start + len(f"Pernyataan {name} dibacakan."),
                "surface": name,
                "alias_id": name,
                "agency_id": name,
                "candidates": [name],
                "via": self.via,
                "rule": "uji",
                "status": "resolved",
            }

    def event_dates(self) -> Iterator[dict[str, Any]]:
        yield {
            "event_date_id": hex16(self.document_id, "event"),
            "document_id": self.document_id,
            "zone": "title",
            "start": 0,
            "end": 5,
            "sentence_start": 0,
            "sentence_end": len(self.title),
            "surface": self.title[:5],
            "event_date": self.published or DAY,
            "rule": "uji",
            "printed_weekday": None,
            "weekday_agrees": None,
        }

    def statements(self) -> Iterator[dict[str, Any]]:
        """Each mention's body says the last word of its sentence."""
        for mention in self.mentions():
            end = mention["sentence_end"] - 1
            yield {
                "statement_id": hex16(self.document_id, "statement", str(end)),
                "document_id": self.document_id,
                "zone": "body",
                "start": end - len("dibacakan"),
                "end": end,
                "sentence_start": mention["sentence_start"],
                "sentence_end": mention["sentence_end"],
                "surface": "dibacakan",
                "statement_kind": "indirect",
                "cue": "Pernyataan",
                "speaker_start": mention["start"],
                "speaker_end": mention["end"],
                "speaker": mention["surface"],
                "speaker_kind": "body",
                "role": None,
                "agency_id": mention["agency_id"],
                "rule": "uji",
            }

    def attempt(self, part_id: str) -> dict[str, Any]:
        return {
            "attempt_id": hex16(part_id, self.document_id),
            "source_id": self.source,
            "source_kind": self.source_kind,
            "locator": "uji:1",
            "url": self.url,
            "source_record_id": self.record,
            "fetched_at_utc": self.fetched,
            "outcome": "ok",
            "document_id": self.document_id,
            "duration_seconds": None,
            "byte_count": len(self.body),
            "error": None,
            "attempt_kind": "page" if self.source_kind == "web" else None,
        }


def asked(
    at: datetime, outcome: str = "ok", items: int | None = None, known: int | None = None, source: str = "harian-uji"
) -> dict[str, Any]:
    """An attempt at the one feed of a source."""
    return {
        "attempt_id": hex16(source, str(at), "feed"),
        "source_id": source,
        "source_kind": "feed",
        "locator": f"https://{source}.example/rss",
        "url": f"https://{source}.example/rss",
        "fetched_at_utc": at,
        "outcome": outcome,
        "attempt_kind": "feed",
        "item_count": items,
        "known_item_count": known,
    }


def told(at: datetime, url: str, source: str = "harian-uji") -> dict[str, Any]:
    """A link as the feed of a source tells of it; its identity is its address."""
    return {
        "discovery_id": hex16(url, source),
        "link_id": hex16(url),
        "source_id": source,
        "url": url,
        "channel_url": f"https://{source}.example/rss",
        "channel_kind": "feed",
        "discovered_at_utc": at,
        "metadata": "{}",
    }


def frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TABLES[table].polars_schema(), orient="row")


def period(
    agency_id: str, valid_from: date, valid_to: date | None = None, parent_id: str | None = None
) -> dict[str, Any]:
    return {
        "agency_id": agency_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "agency_name": f"{agency_id} {valid_from.year}",
        "acronym": None,
        "kind": "ministry",
        "parent_id": parent_id,
        "source": "uji",
    }


REGISTRY: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": name, "lineage_id": name, "source": "uji"}
        for name in ("induk", "induk.unit", "induk.unit.subdit", "lama", "baru")
    ],
    "agency_periods": [
        # a rename of the top, a unit that moves to another parent, a body that ends
        period("induk", date(1945, 8, 19), date(2009, 12, 31)),
        period("induk", date(2010, 1, 1)),
        period("induk.unit", date(2000, 1, 1), DAY, "induk"),
        period("induk.unit", DAY + timedelta(1), None, "baru"),
        period("induk.unit.subdit", date(2000, 1, 1), None, "induk.unit"),
        period("lama", date(2000, 1, 1), DAY),
        period("baru", DAY + timedelta(1)),
    ],
    "outlets": [
        {
            "outlet_id": "harian-uji",
            "outlet_name": "Harian Uji",
            "domains": ["uji.example"],
            "network": None,
            "outlet_kind": "online",
            "clock_zone": "WIB",
            "has_local_z_stamps": False,
            "source": "uji",
        },
    ],
}


@dataclass
class Pipeline:
    """A data folder and the dbt runs over it."""

    root: Path
    worker: Worker
    acknowledged: dict[Key, str] = field(default_factory=dict)

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def database(self) -> Path:
        return self.root / "media.duckdb"

    def __post_init__(self) -> None:
        if self.root.exists():
            return
        for layer in ("raw", "clean", "entities"):
            for table in tables_of(layer):
                self._put(self.lake / "_schema" / f"{table.full_name}.parquet", table.empty())
        for table in ("agencies", "agency_periods", "outlets"):
            self._put(self.lake / "registry" / f"{table}.parquet", frame(f"registry.{table}", REGISTRY[table]))

    @staticmethod
    def _put(path: Path, content: pl.DataFrame) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        content.write_parquet(path)

    def _file(self, table: str, key: Key) -> Path:
        return self.lake / table.replace(".", "/") / f"fetched_on={key[0]}" / f"{key[1]}.parquet"

    def put(
        self,
        part_id: str,
        *documents: Document,
        fetched_on: date = DAY,
        attempts: Sequence[Mapping[str, Any]] = (),
        links: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Write a part, or write it anew; ``attempts`` are those at channels."""
        key = (fetched_on, part_id)
        rows = {
            "clean.articles": [document.article() for document in documents],
            "entities.mentions": [row for document in documents for row in document.mentions()],
            "entities.event_dates": [row for document in documents for row in document.event_dates()],
            "entities.statements": [row for document in documents for row in document.statements()],
            "raw.fetch_outcomes": [*(document.attempt(part_id) for document in documents), *attempts],
            "raw.discovered_links": links,
        }
        for table in LAKE_TABLES:
            self._put(self._file(table, key), frame(table, rows[table]))

    def drop(self, part_id: str, fetched_on: date = DAY) -> None:
        for table in LAKE_TABLES:
            self._file(table, (fetched_on, part_id)).unlink()

    def parts(self) -> dict[Key, str]:
        """The parts of the lake with the fingerprint of their content."""
        found: dict[Key, str] = {}
        for path in sorted((self.lake / "clean/articles").glob("*/*.parquet")):
            key = (date.fromisoformat(path.parent.name.removeprefix("fetched_on=")), path.stem)
            content = b"".join(self._file(table, key).read_bytes() for table in LAKE_TABLES)
            found[key] = hashlib.sha256(content).hexdigest()
        return found

    def list_parts(self, *, everything: bool = False) -> None:
        """Write what changed since the last acknowledgement, as orchestration does before dbt."""
        now = self.parts()
        keys = {key for key in now.keys() | self.acknowledged.keys() if now.get(key) != self.acknowledged.get(key)}
        if everything:
            keys |= now.keys()
        rows = [
            {
                "layer": table.split(".")[0],
                "table_name": table.split(".")[1],
                "fetched_on": key[0],
                "part_id": key[1],
                "path": str(self._file(table, key)) if key in now else None,
            }
            for key in sorted(keys)
            for table in LAKE_TABLES
        ]
        types = {name: pl.String() for name in ("layer", "table_name", "part_id", "path")}
        schema = {"layer": types["layer"], "table_name": types["table_name"], "fetched_on": pl.Date(), **types}
        pl.DataFrame(rows, schema=schema).write_parquet(self.root / "touched_parts.parquet")

    def dbt(self, *arguments: str) -> None:
        """One dbt invocation over this folder; a warning is an error."""
        environment = {
            "KLIPING_DUCKDB": str(self.database),
            "KLIPING_LAKE": str(self.lake),
            "KLIPING_TOUCHED": str(self.root / "touched_parts.parquet"),
        }
        paths = ["--target-path", str(self.root / "target"), "--log-path", str(self.root / "logs")]
        self.worker.call([*arguments, *paths], environment)

    def run(self, *arguments: str, everything: bool = False) -> None:
        """What orchestration does in a run: list, compute."""
        self.list_parts(everything=everything)
        self.dbt("run", *arguments)

    def acknowledge(self) -> None:
        """What orchestration does after publication: first its own record, then the tables that accumulate."""
        self.acknowledged = self.parts()
        with duckdb.connect(str(self.database)) as connection:
            for table in ACCUMULATING:
                connection.execute(f"delete from intermediate.{table}")

    def copy(self, root: Path) -> Pipeline:
        """The same data folder elsewhere."""
        shutil.copytree(self.root, root)
        return replace(self, root=root, acknowledged=dict(self.acknowledged))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table that outlives a run, its rows sorted."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            names = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
            return {
                f"{schema}.{name}": connection.execute(f"select * from {schema}.{name} order by all").fetchall()
                for schema, name in names
                if name not in PER_RUN
            }

    def refreshed(self) -> dict[str, list[tuple[Any, ...]]]:
        """The tables that a full refresh makes of the same lake, in a database of its own."""
        other = Pipeline(self.root.with_name("refreshed"), self.worker)
        shutil.rmtree(other.root)
        shutil.copytree(self.lake, other.lake)
        other.run("--full-refresh", everything=True)
        return other.tables()


class Worker:
    """A process that reads the project once and then runs dbt as often as it is asked to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

    def call(self, arguments: list[str], environment: dict[str, str]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([arguments, environment]), file=self._process.stdin, flush=True)
        answers = []
        for line in self._process.stdout:
            if line == DONE:
                break
            if line.startswith(ANSWER):
                answers.append(json.loads(line.removeprefix(ANSWER)))
        assert answers == [[]], answers

    def close(self) -> None:
        self._process.communicate()


def serve() -> None:
    """The other side of ``Worker``: one JSON line asks, one answers with what went wrong.

    Each invocation runs in a fork, because dbt changes the project that it was given and keeps files open.
    """
    from dbt.cli.main import dbtRunner

    options = [
        "--warn-error",
        "--quiet",
        "--no-write-json",
        "--log-level-file",
        "none",
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
    ]
    manifest = None
    for line in sys.stdin:
        arguments, environment = json.loads(line)
        os.environ.update(environment)
        if manifest is None:
            parsed = dbtRunner().invoke(["parse", *options, *arguments[-4:]])
            assert parsed.success, parsed.exception
            manifest = parsed.result
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            print(DONE, end="", flush=True)
            continue
        done = dbtRunner(manifest=manifest).invoke([arguments[0], *options, *arguments[1:]])
        results = getattr(done.result, "results", [])
        problems = [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail", "warn")]
        if not (problems or done.success):
            problems = [str(done.exception)]
        print(f"{ANSWER}{json.dumps(problems)}", flush=True)
        os._exit(0)


if __name__ == "__main__":
    serve()
