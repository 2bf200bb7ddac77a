"""Serves the Dagster UI and daemon on a data folder."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from orchestration.run import use_folder
from warehouse.layout import Layout

_BIN = Path(sys.executable).parent
_WORKSPACE = """\
load_from:
  - python_module:
      module_name: orchestration.definitions
      location_name: kliping
"""


def serve(layout: Layout, host: str, port: int) -> int:
    """Run the webserver and the daemon until one ends or the process is told to stop; the exit code."""
    use_folder(layout, None)
    layout.landing.mkdir(parents=True, exist_ok=True)
    workspace = layout.dagster_home / "workspace.yaml"
    workspace.write_text(_WORKSPACE)
    location = ["--workspace", str(workspace)]
    commands = (
        [str(_BIN / "dagster-webserver"), *location, "-h", host, "-p", str(port)],
        [str(_BIN / "dagster-daemon"), "run", *location],
    )
    # A shell that starts this in the background makes SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    children = [subprocess.Popen(command) for command in commands]
    try:
        while all(child.poll() is None for child in children):
            try:
                children[0].wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
        return next(code for child in children if (code := child.poll()) is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.send_signal(signal.SIGINT)
        for child in children:
            child.wait()
