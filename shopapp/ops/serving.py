"""`shopapp serve`: granian in the foreground, a worker beside it, and nothing left behind."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from shopapp.config import ROOT, Config
from shopapp.ops import lifeline

WORKER = (sys.executable, "-m", "shopapp.cli", "work")
_THREADS = 4
_STOP_SECONDS = 10
_COMPANION_SECONDS = 25  # longer than a worker gives its running jobs
_CRASH_SECONDS = 5.0


class CannotServe(Exception):
    """The server cannot start; the message is one sentence that says what to do."""


def serve(config: Config, *, app: str = "wsgi:app", worker: Sequence[str] | None = WORKER) -> None:
    """Serve `app` at HOST:PORT until Ctrl-C or SIGTERM, with `worker` beside it.

    `worker` is a command that understands `--parent PID`; None serves without one. Raises
    CannotServe when the port cannot be had, SystemExit when a process does not stay up.
    """
    check_port(config.host, config.port)
    companion = _Companion([*worker, "--parent", str(os.getpid())]) if worker else None
    server = _server(config, app)
    server.on_startup(partial(_begin, server, companion))
    try:
        server.serve(target_loader=partial(_load, os.getpid(), config))
    finally:
        if companion:
            companion.end()
    if companion and companion.is_broken:
        sys.exit(1)


def check_port(host: str, port: int) -> None:
    """Raise CannotServe when nobody can listen at `host`:`port`."""
    try:
        place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(place[0], place[1]) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place[4])
    except OSError as error:
        message = (
            f"cannot listen at {host}:{port} ({(error.strerror or str(error)).lower()}): "
            "stop what uses it, or set HOST and PORT to another address"
        )
        raise CannotServe(message) from None


def _server(config: Config, app: str) -> Any:
    return Server(
        app,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_THREADS * 16,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=_STOP_SECONDS,
        working_dir=ROOT,
    )


def _begin(server: Any, companion: _Companion | None) -> None:
    """Granian has set its signal handlers and holds the port."""
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # a closed terminal ends us as well
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)
    if companion:
        companion.begin(give_up=server.signal_handler_interrupt)


def _load(parent: int, config: Config, app: str) -> Any:
    """Load the app in granian's worker process, which must not outlive the one that started it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)  # granian sets its own once the app is loaded
    lifeline.end_with(parent, signal.SIGKILL)
    sys.path.insert(0, str(ROOT))
    module, _, name = app.partition(":")
    loaded = getattr(importlib.import_module(module), name)
    threading.Thread(target=_announce, args=(config,), daemon=True).start()
    return loaded


def _announce(config: Config) -> None:
    """Say that the server is ready, once it is: granian listens after the app is loaded."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection((config.host, config.port)):
            break
        time.sleep(0.02)
    print(f"shopapp is ready at {config.base_url} (Ctrl-C stops it)", flush=True)  # noqa: T201


class _Companion:
    """The worker process: started again when it crashes, ended when the server has ended."""

    is_broken = False

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._give_up: Callable[[], None] = lambda: None
        self._process: subprocess.Popen[bytes] | None = None
        self._born = 0.0

    def begin(self, give_up: Callable[[], None]) -> None:
        """Start; `give_up` is called when the worker does not stay up."""
        self._give_up = give_up
        signal.signal(signal.SIGCHLD, self._look)
        self._start()

    def end(self) -> None:
        """Ask it to end, wait for its running jobs, then insist."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_COMPANION_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        """In its own session: Ctrl-C reaches the server alone, which then ends the worker."""
        self._born = time.monotonic()
        self._process = subprocess.Popen(self._command, cwd=ROOT, start_new_session=True)

    def _look(self, _number: int, _frame: FrameType | None) -> None:
        if self._process is None or self._process.poll() is None:
            return
        if time.monotonic() - self._born < _CRASH_SECONDS:
            self.is_broken = True
            self._give_up()
        else:
            self._start()
