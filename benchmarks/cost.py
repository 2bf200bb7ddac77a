"""What a command costs: CPU with that of its children, and the peak memory of its largest process."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a command cost: CPU with that of its children, and the largest process's peak memory."""

    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float


def _peak_of(group: int) -> float:
    """The present peak (VmHWM, MB) of the largest process of a process group."""
    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group and (
                found := re.search(r"VmHWM:\s+(\d+)", status.read_text())
            ):
                peaks.append(int(found[1]) / 1024)
        except OSError:  # it ended meanwhile
            continue
    return max(peaks)


def cost_of(command: Sequence[str | Path]) -> Cost:
    """Run ``command`` and measure it. Raises CalledProcessError where it fails."""
    before, start, peak = os.times(), time.monotonic(), 0.0
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, start_new_session=True)
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.2):
            peak = max(peak, _peak_of(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    ended.set()
    watcher.join()
    after = os.times()
    if code:
        raise subprocess.CalledProcessError(code, list(command))
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Cost(cpu, time.monotonic() - start, peak)
