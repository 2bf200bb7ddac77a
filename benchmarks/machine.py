"""The machine that figures were taken on, and the packages that they depend on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def machine(packages: Iterable[str] = ()) -> str:
    """One line: processor, cores, system, Python, and the versions of ``packages`` that are installed."""
    info = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (info.read_text(encoding="utf-8", errors="replace").splitlines() if info.is_file() else ())
        if line.startswith("model name")
    ]
    model = models[0] if models else platform.processor() or platform.machine()
    told = [model, f"{os.cpu_count()} cores", platform.system(), f"Python {platform.python_version()}"]
    return ", ".join(told + [f"{name} {found}" for name in packages if (found := installed(name))])


def installed(package: str) -> str | None:
    """The version of a package; null where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
