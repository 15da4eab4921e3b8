"""A small process that keeps PostgreSQL for one test run: starts it when asked, ends with the run.

It holds the read end of a pipe whose other end belongs to the run. However the run ends, also by
SIGKILL, the pipe closes, and the keeper stops the server and removes its files.
"""

from __future__ import annotations

import json
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path

from tests.servers.postgres import Server, start_postgres

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Keeper:
    """The run's side: `door` is a socket where its processes ask for the server."""

    door: Path
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str | None:
        """Where the server came from; None as long as nobody asked for it."""
        note = _note(self.door)
        return note.read_text() if note.exists() else None

    def stop(self) -> None:
        """End the keeper and its server; returns when both are gone."""
        self.process.communicate()  # closes the pipe


def hire() -> Keeper:
    """Start a keeper for this process. PostgreSQL itself starts at the first `ask`."""
    door = Path(tempfile.mkdtemp(prefix="shopapp-keeper-"), "door")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.keeper", door],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    return Keeper(door, process)


def ask(door: Path) -> Server:
    """The run's PostgreSQL; the first who asks waits until it is up.

    Raises RuntimeError with the reason when it cannot be had.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(door))
        with client.makefile() as answer:
            told = json.load(answer)
    if "error" in told:
        raise RuntimeError(told["error"])
    return Server(**told, stop=lambda: None)


def keep(door: Path) -> None:
    """Answer at the door until the run is over."""
    with ExitStack() as stack, socket.socket(socket.AF_UNIX) as listener:
        stack.callback(shutil.rmtree, door.parent)
        listener.bind(str(door))
        listener.listen(64)
        print("listening", flush=True)
        server: Server | None = None
        while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
            with listener.accept()[0] as client:
                try:
                    if server is None:
                        server = start_postgres()
                        stack.callback(server.stop)
                        _note(door).write_text(server.origin)
                    answer = _public(server)
                except Exception as error:  # noqa: BLE001 - whatever it is, the asker must hear it
                    answer = {"error": f"{type(error).__name__}: {error}"}
                client.sendall(json.dumps(answer).encode())


def _public(server: Server) -> dict[str, str]:
    return {each.name: getattr(server, each.name) for each in fields(server) if each.name != "stop"}


def _note(door: Path) -> Path:
    return door.with_name("origin")


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
