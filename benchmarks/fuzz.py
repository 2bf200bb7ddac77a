"""Fuzzing of the readers: damaged real inputs, and hostile shapes that grow.

    python -m benchmarks.fuzz --minutes 10 [--target NAME ...] [--out FOLDER] [--seed N] [--no-growth] [--json]

Run from the project's root. First every hostile shape of ``tests/fuzz/shapes.py`` is doubled until it is dear: a
reader whose cost more than triples where its input doubles is reported as quadratic. Then inputs made by damaging the
samples, and the development data where they lie beside the checkout, are driven through every target of
``tests/fuzz/targets.py`` until the time is up, in a process of its own: a crash, a hang or a broken promise is
reported once for each place in the code, with its input in ``--out``. The seed makes a run repeatable.

Exit code 1 where anything was found.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PIECES = [
    *(b"<div>", b"</div>", b"<p>", b"<script>", b"</script>", b"<!--", b"-->", b"<br>", b"&amp;", b"&#0;"),
    *(b'"', b"'", b"[", b"]", b"{", b"}", b",", b":", b"\\", b"\\u0000", b"\\ud800", b"null", b"NaN", b"1e999", b"-0"),
    *(b"\n", b"\r\n", b"\n\n", b"\t", b"\0", b"\x1b[31m", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80"),
    *("\u00a0\u0301\u202e\u2028\u200b\u00e2\u20ac\u0153\u0130\u1e9e\U0001f600".encode(), b"_x000D_", b"['a', 'b']"),
    *(b"Baca juga: ", b"Simak Video ", b"[Gambas:Video 20detik]", b"ADVERTISEMENT", b"Tags: ", b"Terkait", b"(***)"),
    *(b"Narasi:\n\n\"", b"JAKARTA, KOMPAS.com - ", b"Editor: ", b"Copyright (c) ", b"Halaman: 1 2", b" (abc/def)"),
    *(b"Jumat, 7 April 2023 | 16:11 WIB", b"11/4/2023", b"31/02/2023", b"99/99/9999", b"2 jam yang lalu", b"kemarin"),
    *(b"2023-04-07T16:11:00+99:99", b"0001-01-01", b"9999-12-31T23:59:59Z", b"45000.5", b"1681000000", b"9" * 40),
    *(b"https://", b"http://[::1", b"https://a@b:99999/", b"//a.example", b"%", b"%00", b"/amp", b"?utm_source=x"),
]  # fmt: skip
LARGEST = 200_000  # bytes of a damaged input
SLOWEST_SECONDS = 60  # an execution beyond this hangs
DEAR = 0.5  # CPU seconds at which doubling stops
SLOW_PER_BYTE = 50e-6  # CPU seconds a byte that are told
SMALLEST_GROWTH, LARGEST_GROWTH = 16 << 10, 5 << 20
GIANTS: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("a line of 5 MB", "text/plain", lambda: b"Rapat digelar di Jakarta, Selasa (11/4/2023). " * 108_696),
    ("100,000 nested tags", "text/html", lambda: b"<div>" * 100_000 + b"a" * 200 + b"</div>" * 100_000),
    ("100,000 tags that never close", "text/html", lambda: b"<b><p>" * 50_000 + b"a" * 200),
    ("a million Baca juga", "text/plain", lambda: b"Baca juga" * 1_000_000),
    ("a million Baca juga, lines", "text/plain", lambda: b"Baca juga\n" * 1_000_000),
    ("a million Baca juga, a page", "text/html", lambda: b"<p>Baca juga</p>" * 1_000_000),
)


def corpus() -> dict[str, list[bytes]]:
    """Real inputs by suffix: the samples, and the development data where they are at hand; large files are cut."""
    from tests.made_files import docx_of, pdf_of, warc_record

    folders = [ROOT / "samples"]
    data = Path(os.environ.get("KLIPING_DEV_DATA", ROOT.parent / "shared" / "data"))
    folders += [data / name for name in ("dumps", "pages", "seed")]
    found: dict[str, list[bytes]] = {}
    for path in sorted(path for folder in folders if folder.is_dir() for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".yml":
            content = path.read_bytes()
            if path.suffix not in (".xlsx", ".parquet", ".gz"):
                content = content[:LARGEST]
            found.setdefault(path.suffix.removeprefix(".") if path.suffix != ".gz" else "gz", []).append(content)
    articles = data / "articles" / "articles_dev.jsonl.gz"
    if articles.exists():
        with gzip.open(articles, "rb") as lines:
            rows = [json.loads(line) for number, line in enumerate(lines) if number % 97 == 0]
        found["body"] = [str(row.get("body") or "").encode() for row in rows]
        found["field"] = ["\n".join(str(v) for k, v in row.items() if k != "body").encode() for row in rows]
    found["row"] = [b'{"title":"J","body":' + json.dumps(t.decode("utf-8", "replace")).encode() + b"}" for t in
                    found.get("body", found["txt"])]  # fmt: skip
    page = (b"<html><body><h1>Judul</h1><p>" + text[:2000] + b"</p></body></html>" for text in found["txt"])
    found["warc"] = [warc_record(body=body) + warc_record(kind="revisit") + warc_record() for body in page]
    found["docx"] = [docx_of(b"<w:p><w:r><w:t>Siaran Pers</w:t></w:r></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>" * 3)]
    found["pdf"] = [pdf_of([[(72, 800 - 14 * n, f"Baris {n} siaran pers") for n in range(9)]] * 2)]
    return found


def seeds_of(target: str, inputs: dict[str, list[bytes]]) -> list[bytes]:
    """The inputs that a target starts from."""
    kind, _, argument = target.partition(":")
    texts = inputs.get("txt", []) + inputs.get("body", [])
    if kind in ("docx", "pdf"):
        return [f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>".encode() + b"BT /F1 11 Tf (Rapat-) Tj ET" for n in range(3)]
    if kind in ("normalise", "zones", "release"):
        return texts
    if kind in ("url", "dates"):
        return inputs.get("field", []) + inputs.get("txt", [])
    if argument.startswith("application/") and argument != "application/json":
        return inputs["pdf" if argument.endswith("pdf") else "docx"]
    if argument in ("text/html", "text/plain", "application/json"):
        return {"text/html": inputs["html"], "text/plain": texts}.get(argument, inputs["row"])
    suffix = argument.split(".")[1]
    suffix = {"htm": "html", "tsv": "csv", "ndjson": "jsonl"}.get(suffix, suffix)
    return inputs.get(suffix) or inputs["row"]


def damaged(rng: random.Random, seeds: list[bytes]) -> bytes:
    """An input made from one or two seeds: cut, spliced, repeated, flipped, with hostile pieces put in."""
    data = bytearray(rng.choice(seeds))
    if len(data) > 2000 and rng.random() < 0.6:  # small inputs run often
        start = rng.randrange(len(data) - 1000)
        data = data[start : start + rng.randrange(500, 20_000)] if rng.random() < 0.5 else data[: rng.randrange(20_000)]
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8))):
        at = rng.randrange(len(data) + 1)
        act = rng.randrange(7)
        if act == 0 and data:
            for _ in range(rng.randrange(1, 6)):
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif act == 1:
            del data[at:]
        elif act == 2:
            other = rng.choice(seeds)
            cut = rng.randrange(len(other) + 1)
            data[at:] = other[cut : cut + 20_000]
        elif act == 3:
            piece = bytes(data[at : at + rng.randrange(1, 60)])
            data[at:at] = piece * rng.randrange(1, 300)
        elif act == 4:
            data[at:at] = rng.choice(PIECES) * rng.choice((1, 1, 1, 2, 50))
        elif act == 5:
            del data[at : at + rng.randrange(1, 200)]
        else:
            data[at : at + rng.randrange(1, 12)] = rng.choice(PIECES)
    return bytes(data[: 4 * LARGEST])


def packed(rng: random.Random, target: str, data: bytes) -> bytes:
    """``data`` as a target's compression has it, sometimes damaged once more."""
    ending = target.rpartition(".")[2]
    if not target.startswith("collect:") or ending not in ("gz", "xz", "zst") or rng.random() < 0.05:
        return data
    if ending == "zst":
        import zstandard

        out = zstandard.ZstdCompressor(level=1).compress(data)
    else:
        out = gzip.compress(data, 1) if ending == "gz" else lzma.compress(data, preset=0)
    if rng.random() < 0.5:
        spoiled = bytearray(out)
        spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
        out = bytes(spoiled[: rng.randrange(len(spoiled) + 1)]) if rng.random() < 0.3 else bytes(spoiled)
    return out


def _place(error: BaseException) -> str:
    """The innermost frame of the project in a traceback: one finding for each."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/ingest/" in f.filename or "/fuzz/targets" in f.filename] or frames
    told = f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].name}"
    return f"{told}: {str(error).splitlines()[0][:160]}" if str(error) else told


def _work(seed: int, targets: list[str], until: float, folder: str, count: Any, out: Any) -> None:
    """The worker: executes until the time is up; what it is about to read lies in a file, should it die."""
    from tests.fuzz.targets import TARGETS

    rng, inputs = random.Random(seed), corpus()
    current, spent = Path(folder), Counter[str]()
    for target in targets:  # compiled kernels and lazy imports are no reader's cost
        TARGETS[target](seeds_of(target, inputs)[0][:200] if target.partition(":")[0] != "collect" else b"")
    while time.time() < until:
        # the target that has had the least CPU is next: cheap ones run more often
        target = min(targets, key=lambda name: spent[name])
        data = packed(rng, target, damaged(rng, seeds_of(target, inputs)))
        (current / "input").write_bytes(data)
        (current / "target").write_text(target)
        start = time.process_time()
        try:
            TARGETS[target](data)
        except Exception as error:  # noqa: BLE001 - whatever escapes is the finding
            out.put(("crash", target, _place(error), data, traceback.format_exc()))
        seconds = time.process_time() - start
        spent[target] += seconds + 1e-4
        if seconds > 0.5 and seconds / (len(data) + 1000) > SLOW_PER_BYTE:
            out.put(("slow", target, f"{seconds:.1f} s for {len(data):,} bytes", data, ""))
        count.value += 1
        out.put(("ran", target, "", b"", ""))


def mutate(seed: int, targets: list[str], minutes: float) -> Iterator[tuple[str, str, str, bytes, str]]:
    """Findings ``(kind, target, told, input, traceback)`` of damaged inputs, ``ran`` for each execution."""
    context = multiprocessing.get_context("spawn")
    until = time.time() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="kliping-fuzz-") as folder:
        while time.time() < until:
            count, out = context.Value("q", 0), context.SimpleQueue()
            worker = context.Process(target=_work, args=(seed, targets, until, folder, count, out))
            worker.start()
            seen, since = -1, time.time()
            while worker.is_alive():
                while not out.empty():
                    yield out.get()
                if count.value != seen:
                    seen, since = count.value, time.time()
                elif time.time() - since > SLOWEST_SECONDS:
                    worker.kill()
                time.sleep(0.05)
            worker.join()
            while not out.empty():
                yield out.get()
            if worker.exitcode:
                target = (Path(folder) / "target").read_text()
                kind = "hang" if worker.exitcode == -9 else "death"
                yield kind, target, f"exit code {worker.exitcode}", (Path(folder) / "input").read_bytes(), ""
            seed += 1


def _climb(target: str, name: str, out: Any) -> None:
    """Double one shape until it is dear; the last cost goes to ``out``."""
    from tests.fuzz.shapes import growth, is_quadratic, shapes_of
    from tests.fuzz.targets import TARGETS

    shape = shapes_of(target)[name]
    TARGETS[target](shape(100))
    size = SMALLEST_GROWTH
    while True:
        cost = growth(TARGETS[target], shape, size)
        if cost.twice > DEAR or 4 * size > LARGEST_GROWTH:
            out.put((target, name, 2 * size, cost.twice, cost.growth, is_quadratic(cost)))
            return
        size *= 2


def _climb_all(pairs: list[tuple[str, str]], out: Any) -> None:
    for target, name in pairs:
        try:
            _climb(target, name, out)
        except Exception:  # noqa: BLE001 - whatever escapes is the finding
            out.put((target, name, 0, 0.0, 0.0, traceback.format_exc()))


def climb(targets: list[str]) -> Iterator[tuple[str, str, int, float, float, Any]]:
    """``(target, shape, bytes, CPU seconds, growth, is quadratic)``; a shape that hangs has infinite growth."""
    from tests.fuzz.shapes import shapes_of

    context = multiprocessing.get_context("spawn")
    pairs = [(target, name) for target in targets for name in shapes_of(target)]
    while pairs:
        out = context.SimpleQueue()
        worker = context.Process(target=_climb_all, args=(pairs, out))
        worker.start()
        done, since = 0, time.time()
        while worker.is_alive() or not out.empty():
            if not out.empty():
                yield out.get()
                done, since = done + 1, time.time()
            elif time.time() - since > 2 * SLOWEST_SECONDS:
                worker.kill()
                worker.join()
            else:
                time.sleep(0.05)
        if done < len(pairs):
            yield (*pairs[done], 0, 0.0, float("inf"), f"died or hung: exit code {worker.exitcode}")
            done += 1
        pairs = pairs[done:]


def giants() -> Iterator[tuple[str, int, float]]:
    """``(name, bytes, CPU seconds)`` of the named giants through the whole clean stage."""
    from tests.fuzz.shapes import cpu_seconds
    from tests.fuzz.targets import TARGETS

    for name, media_type, make in GIANTS:
        data = make()
        yield name, len(data), cpu_seconds(TARGETS[f"clean:{media_type}"], data)


def main() -> int:
    """Fuzz, tell and save what was found."""
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--target", action="append", help="a target's name or its beginning; may be repeated")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "kliping-fuzz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    targets = [name for name in TARGETS if not arguments.target or name.startswith(tuple(arguments.target))]
    say = (lambda *_: None) if arguments.json else (lambda *words: print(*words, flush=True))
    found: dict[str, dict[str, Any]] = {}

    def finding(kind: str, target: str, told: str, data: bytes, trace: str) -> None:
        key = f"{kind}: {told}" if kind == "crash" else f"{kind}: {target}: {told}"
        known = found.setdefault(key, {"kind": kind, "target": target, "told": told, "count": 0})
        known["count"] += 1
        if known["count"] == 1:
            stem = arguments.out / f"{kind}-{len(found)}"
            stem.with_suffix(".input").write_bytes(data)
            stem.with_suffix(".txt").write_text(f"{target}\n{told}\n\n{trace}")
            known["input"] = str(stem.with_suffix(".input"))
            say(f"{kind.upper()} {target} {told} -> {stem}.input")

    costs = []
    if not arguments.no_growth:
        for name, size, seconds in giants():
            costs.append({"shape": name, "target": "clean", "bytes": size, "cpu_seconds": round(seconds, 2)})
            say(f"{seconds:7.2f} s {size:>10,} bytes  {name}")
        for target, name, size, seconds, growth, verdict in climb(targets):
            costs.append({"shape": name, "target": target, "bytes": size, "cpu_seconds": round(seconds, 3),
                          "growth": round(growth, 2)})  # fmt: skip
            if verdict:
                is_cost = verdict is True
                told = f"{name}: {seconds:.2f} s for {size:,} bytes, {growth:.1f} times the half" if is_cost else name
                finding("quadratic" if is_cost else "crash", target, told, b"", "" if is_cost else str(verdict))
    executions = Counter[str]()
    for kind, target, told, data, trace in mutate(arguments.seed, targets, arguments.minutes):
        if kind == "ran":
            executions[target] += 1
        else:
            finding(kind, target, told, data, trace)
    result = {
        "seed": arguments.seed,
        "minutes": arguments.minutes,
        "executions": executions.total(),
        "by_target": dict(sorted(executions.items())),
        "shapes": len(costs),
        "findings": list(found.values()),
        "costs": costs,
    }
    if arguments.json:
        json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        say(f"{executions.total():,} executions, {len(costs)} shapes, {len(found)} findings, seed {arguments.seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
