"""A real Redis on a free loopback port: nothing on disk, gone with whoever asked for it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.servers import binaries

MISSING = "no Redis: install it (Debian: apt install redis-server)"
_PATIENCE = 20.0  # seconds until it must answer


@dataclass
class RedisServer:
    """`url` is the server's database 0, empty for each test. It can be away for a while."""

    program: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; returns when it answers. Raises RuntimeError when it does not."""
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "dir": self.folder}
        words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen(
            [*_tied(), self.program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + _PATIENCE
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < end and self.process.poll() is None:
                with suppress(redis.ConnectionError):
                    client.flushall()
                    return
                time.sleep(0.02)
        raise RuntimeError(f"Redis does not answer at port {self.port}")

    def stop(self) -> None:
        """Kill it: whatever it knew is lost."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def reset(self) -> None:
        """Up and empty."""
        if self.process is None:
            self.start()
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


def find_redis() -> Path | None:
    """The program, if it is on this machine."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


def provide_redis() -> Path | None:
    """Like `find_redis`, and installs Debian's package where that is allowed."""
    if find_redis() is None and binaries.may_install():
        binaries.apt_install("redis-server")
    return find_redis()


@contextmanager
def redis_server(program: Path, folder: Path) -> Iterator[RedisServer]:
    """A server of this process's own."""
    server = RedisServer(program, folder, _free_port())
    server.start()
    yield server
    server.stop()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _tied() -> list[str]:
    """The kernel ends it when we are gone, however we ended."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
