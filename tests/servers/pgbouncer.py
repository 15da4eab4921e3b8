"""PgBouncer before the tests' PostgreSQL, in transaction mode, as docs/operations.md has it."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.servers import binaries, cluster
from tests.servers.postgres import Server

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
MISSING = "no PgBouncer: install it (Debian: apt install pgbouncer)"
BESIDE_ROOT = "/usr/sbin"  # not on every user's PATH


@dataclass(frozen=True)
class Pooler:
    """Listening on a loopback port for one role of one server."""

    port: int
    role: str
    password: str

    def url(self, database: str) -> str:
        """The database `database` through the pooler."""
        return f"postgresql://{self.role}:{self.password}@127.0.0.1:{self.port}/{database}"


def find_pgbouncer() -> str | None:
    """The program, if this machine has it."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path=BESIDE_ROOT)


def provide_pgbouncer() -> str | None:
    """Like `find_pgbouncer`, and installs Debian's package where that is allowed."""
    found = find_pgbouncer()
    if found is None and binaries.may_install():
        binaries.apt_install("pgbouncer")
        found = find_pgbouncer()
    return found


@contextmanager
def pooler(server: Server, url: str, *, size: int) -> Iterator[Pooler]:
    """A pooler for the role of `url` with at most `size` connections to each database.

    It ends with the process that started it. Raises RuntimeError when it does not start.
    """
    parts = urlsplit(url)
    made = Pooler(cluster.free_port(), str(parts.username), str(parts.password))
    owner = cluster.unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="shopapp-pgbouncer-"))
    (folder / "userlist.txt").write_text(f'"{made.role}" "{made.password}"\n')
    (folder / "pgbouncer.ini").write_text(_settings(server, made, folder, size))
    if owner is not None:
        for each in (folder, *folder.iterdir()):
            shutil.chown(each, owner.pw_uid, owner.pw_gid)
    process = _start(folder, owner)
    try:
        _await(process, made, folder)
        yield made
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def written_settings() -> str:
    """The pgbouncer.ini of docs/operations.md."""
    found = re.search(r"```ini\n(; pgbouncer\.ini\n.*?)```", OPERATIONS.read_text(), re.DOTALL)
    assert found, "docs/operations.md has no pgbouncer.ini"
    return found[1]


def _settings(server: Server, made: Pooler, folder: Path, size: int) -> str:
    """The documented file, on this server, port and folder."""
    behind = urlsplit(server.url_admin)
    changed = {
        r"\* = .*": f"* = host={behind.hostname} port={behind.port or 5432}",
        "listen_port = .*": f"listen_port = {made.port}",
        "auth_file = .*": f"auth_file = {folder / 'userlist.txt'}",
        "default_pool_size = .*": f"default_pool_size = {size}",
        "unix_socket_dir = .*": "unix_socket_dir =",
    }
    text = written_settings()
    for pattern, line in changed.items():
        text, count = re.subn(f"(?m)^{pattern}$", line, text)
        assert count == 1, f"docs/operations.md says {pattern} {count} times"
    return text


def _start(folder: Path, owner: Any) -> subprocess.Popen[bytes]:
    program = find_pgbouncer()
    assert program is not None, MISSING
    whose = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [program, folder / "pgbouncer.ini"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=cluster.end_with_parent,  # noqa: PLW1509 - it only calls the kernel
            **whose,
        )


def _await(process: subprocess.Popen[bytes], made: Pooler, folder: Path) -> None:
    deadline = time.monotonic() + cluster.PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", made.port), timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PgBouncer did not start: {(folder / 'log').read_text()[-2000:]}")
