"""A tiny application and a tiny worker, started as `shopapp serve` starts the real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from shopapp.config import Config
from shopapp.ops import lifeline, serving


def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]


def serve(port: str, worker: str) -> None:
    """`worker`: steady or fragile."""
    command = [sys.executable, "-m", "tests.ops.tiny", worker]
    try:
        serving.serve(Config(port=int(port)), app="tests.ops.tiny:app", worker=command)
    except serving.CannotServe as error:
        sys.exit(str(error))


def steady(_option: str, parent: str) -> None:
    """A worker that works until it is told to stop, or its parent is gone."""
    stop = lifeline.stop_on_signals()
    lifeline.end_with(int(parent))
    print("the worker works", flush=True)
    stop.wait()
    print("the worker stopped politely", flush=True)


def fragile(_option: str, _parent: str) -> None:
    """A worker that does not stay up."""
    sys.exit(3)


def orphan(file: str) -> None:
    """Start a child that is to end with us, and leave it at once."""
    code = f"from tests.ops import tiny; tiny.outlive({file!r}, {os.getpid()})"
    subprocess.Popen([sys.executable, "-c", code])


def outlive(file: str, parent: int) -> None:
    stop = lifeline.stop_on_signals()
    lifeline.end_with(parent)
    stop.wait()
    Path(file).write_text("ended")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
