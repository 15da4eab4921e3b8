"""Processes that end together: a polite end on a signal, and none that outlives its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.5


def stop_on_signals() -> threading.Event:
    """An event set by SIGTERM or SIGINT; a second signal ends the process at once."""
    stop = threading.Event()

    def asked(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    return stop


def end_with(parent: int, number: int = signal.SIGTERM) -> None:
    """Send this process signal `number` as soon as process `parent`, which started it, is gone.

    Linux does it by itself; a thread that looks is for other systems, and for a parent that was
    gone before we asked.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    threading.Thread(target=_look, args=(parent, number), daemon=True).start()


def _look(parent: int, number: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), number)
