"""Importing costs little and does nothing: no file, no process, no environment, no heavy package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {"numba", "great_expectations", "dagster", "dbt"}

# Run in a process of its own. An act belongs to the nearest frame that is neither Python's own nor the
# import system's: what a library does while it is imported is its affair, what our modules do is ours.
WATCH = """
import importlib, os, sys, sysconfig
root, *names = sys.argv[1:]
sys.path.insert(0, root)
own = tuple(os.path.join(root, package) + os.sep for package in ("ingest", "warehouse"))
standard = sysconfig.get_paths()["stdlib"] + os.sep
foreign = tuple(sysconfig.get_paths()[name] + os.sep for name in ("purelib", "platlib"))
acts = []

def blame(act):
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib") or file.startswith(foreign):
            return
        if file.startswith(own):
            acts.append(f"{file[len(root) + 1:]}:{frame.f_lineno} {act}")
            return
        if not file.startswith((standard, "<frozen")):
            return
        frame = frame.f_back

def hook(event, arguments):
    if event == "open" or event.startswith(("os.", "shutil.", "subprocess.", "socket.", "tempfile.", "sqlite3.")):
        blame(f"{event} {arguments[:1]!r}")

read = os._Environ.__getitem__
def watched(self, key):
    blame(f"environment {key}")
    return read(self, key)

for name in ("polars", "yaml"):
    importlib.import_module(name)
os._Environ.__getitem__ = watched
sys.addaudithook(hook)
for name in names:
    importlib.import_module(name)
print("\\n".join(acts))
"""

REPORT = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
HELP = f"""
import sys
sys.argv = ["kliping", "--help"]
from orchestration.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code
print()
{REPORT}
"""


def python(code: str, *arguments: str, cwd: Path, path: Path) -> str:
    """What ``code`` prints in a fresh interpreter that writes no bytecode."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(path), "HOME": str(cwd), "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_import_touches_neither_files_nor_environment(modules: dict[str, Path], root: Path, tmp_path: Path) -> None:
    names = sorted(name for name in modules if not name.startswith("orchestration"))
    assert python(WATCH, str(root), *names, cwd=tmp_path, path=root).split("\n") == ["", ""]
    assert list(tmp_path.iterdir()) == []


def test_the_watch_sees_what_it_forbids(tmp_path: Path) -> None:
    """A module that reads the environment and opens a file at import is reported twice."""
    package = tmp_path / "ingest"
    package.mkdir()
    (package / "__init__.py").write_text("import os\nos.environ.get('HOME')\nopen(__file__).close()\n")
    seen = python(WATCH, str(tmp_path), "ingest", cwd=tmp_path, path=tmp_path).split("\n")
    assert [line.split(" ")[:2] for line in seen if line] == [
        ["ingest/__init__.py:2", "environment"],
        ["ingest/__init__.py:3", "open"],
    ]


def test_the_library_starts_without_heavy_packages(root: Path, tmp_path: Path) -> None:
    loaded = python(f"import ingest, warehouse.store, warehouse.contracts\n{REPORT}", cwd=tmp_path, path=root)
    assert {"ingest", "warehouse"} <= set(loaded.split())
    assert not HEAVY & set(loaded.split())


def test_help_starts_without_heavy_packages(root: Path, tmp_path: Path) -> None:
    shown, _, loaded = python(HELP, cwd=tmp_path, path=root).rstrip("\n").rpartition("\n")
    assert "run" in shown
    assert not HEAVY & set(loaded.split())
