"""Serves the Dagster UI and daemon on a data folder, and leaves nothing running behind.

Does not belong here: when runs start (``timetable``, ``defs/automation``).
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from orchestration.run import use_folder
from orchestration.timetable import read_timetable
from warehouse.errors import LockedError
from warehouse.layout import Layout
from warehouse.store import run_lock

if TYPE_CHECKING:
    import dagster as dg

_BIN = Path(sys.executable).parent
_WORKSPACE = """\
load_from:
  - python_module:
      module_name: orchestration.definitions
      location_name: kliping
"""
_DAEMON_SECONDS = 6.0
# How long a group of processes may take to end when it is asked by each signal.
_STOPS = ((signal.SIGINT, 10.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))


def serve(layout: Layout, host: str, port: int) -> int:
    """Run the webserver and the daemon until one ends or the process is told to stop; the exit code.

    A run that is under way is stopped with them, and the next one goes on where it was. Raises TimetableError, and
    LockedError where the folder is served already.
    """
    read_timetable(layout.schedules)
    use_folder(layout, None)
    layout.landing.mkdir(parents=True, exist_ok=True)
    workspace = layout.dagster_home / "workspace.yaml"
    workspace.write_text(_WORKSPACE)
    location = ["--workspace", str(workspace)]
    commands = (
        [str(_BIN / "dagster-webserver"), *location, "-h", host, "-p", str(port)],
        [str(_BIN / "dagster-daemon"), "run", *location],
    )
    with _alone(layout) as lock:
        end_dead_runs(layout)
        # A shell that starts this in the background makes SIGINT ignored, and children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # Each is the head of a group of its own: what it starts can be stopped with it, and Ctrl-C reaches only us.
        # They keep the lock, so that two daemons never serve one folder, even where this process is killed.
        children = [subprocess.Popen(command, start_new_session=True, pass_fds=[lock]) for command in commands]
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
            # a second Ctrl-C must not leave processes behind
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _end_daemon(children[1])
            _cancel_runs()
            _stop(children)
            end_dead_runs(layout, is_stopped=True)


@contextmanager
def _alone(layout: Layout) -> Iterator[int]:
    """The descriptor of a lock that is held as long as a process has it open."""
    with (layout.dagster_home / ".serving").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"`kliping up` is serving {layout.root} already; stop it first. If it was killed, end what is left of"
                " it: dagster-webserver and dagster-daemon."
            ) from None
        yield handle.fileno()


def _under_way(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs that the daemon launched and that have not ended; a run of the command has no origin."""
    import dagster as dg

    statuses = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    return [run for run in instance.get_runs(dg.RunsFilter(statuses=statuses)) if run.remote_job_origin]


def _end_daemon(daemon: subprocess.Popen[bytes]) -> None:
    """Let the daemon finish launching what it is launching, and launch nothing more; runs go on meanwhile."""
    daemon.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        daemon.wait(_DAEMON_SECONDS)


def _cancel_runs() -> None:
    """Let runs know that they are stopped on purpose: they end as cancelled, and nobody is told that they failed."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        for run in _under_way(instance):
            instance.report_run_canceling(run)


def end_dead_runs(layout: Layout, *, is_stopped: bool = False) -> int:
    """Close runs whose process is gone, so that they do not hold up the queue; their number.

    A run holds the folder's lock: where it is free, nothing that is said to be under way still is. Runs that were
    stopped on purpose are cancelled, others have failed: the daemon starts those again, once.
    """
    import dagster as dg

    told = "The process of this run is gone: the machine or Kliping was stopped."
    try:
        with run_lock(layout), dg.DagsterInstance.get() as instance:
            dead = _under_way(instance)
            for run in dead:
                if is_stopped:
                    instance.report_run_canceled(run, told)
                else:
                    instance.report_run_failed(run, told)
    except LockedError:  # the command `kliping run` is at work
        return 0
    return len(dead)


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the children and all that they started."""
    groups = {child.pid for child in children}
    for how, seconds in _STOPS:
        for group in groups:
            if _is_alive(group):
                os.killpg(group, how)
        until = monotonic() + seconds
        while any(_is_alive(group) for group in groups) and monotonic() < until:
            for child in children:
                child.poll()
            sleep(0.1)
    for child in children:
        child.wait()


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
