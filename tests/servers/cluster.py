"""One throw-away PostgreSQL cluster: made, started and taken down by the process that owns it."""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.servers import binaries

PATIENCE = 60  # seconds for a slow machine to start a server

INITDB = ("-U", "postgres", "-E", "UTF8", "-A", "password", "--no-sync")
# Durability is for data that somebody wants back.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "max_parallel_workers_per_gather": "0",
    "autovacuum": "off",
    "jit": "off",
}


class Cluster:
    """A running server. `url` is the superuser's; `stop()` ends it and removes its folder."""

    def __init__(self) -> None:
        self.programs = binaries.postgres_programs()
        self.password = secrets.token_hex(16)
        self.owner = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="shopapp-pg-"))
        self.data = self.folder / "data"
        self.process: subprocess.Popen[Any] | None = None
        try:
            self._initialise()
            self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def origin(self) -> str:
        return f"PostgreSQL {binaries.version(self.programs)} from {self.programs}"

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # nothing in it is worth a checkpoint
            self.process.wait(PATIENCE)
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        if self.owner is not None:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
            self.programs = self._reachable(self.programs)
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)  # its folder is closed to others
        made = self._run_initdb("C.UTF-8")
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            made = self._run_initdb("C")
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stdout[-2000:]}")

    def _run_initdb(self, locale: str) -> subprocess.CompletedProcess[str]:
        secret = f"--pwfile={self.folder / 'password'}"
        return subprocess.run(
            [self.programs / "initdb", "-D", self.data, *INITDB, secret, f"--locale={locale}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._as_owner(),
        )

    def _start(self) -> None:
        for _ in range(5):  # another program may take the free port first
            self.port = _free_port()
            if self._started():
                return
        log = (self.folder / "log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL did not start: {log[-2000:]}")

    def _started(self) -> bool:
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, f"--port={self.port}", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - it only calls the kernel
                **self._as_owner(),
            )
        self.process = process
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            if "ready" in _status(self.data / "postmaster.pid"):
                return True
            time.sleep(0.02)
        return False

    def _as_owner(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root: root hands it to a user who may do nothing else."""
        place = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "TZ": "UTC"}}
        if self.owner is None:
            return place
        return place | {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def _reachable(self, programs: Path) -> Path:
        """The programs, or a copy beside the data when their folder is closed to the owner."""
        closed = [each for each in programs.parents if not each.stat().st_mode & 0o001]
        if not closed:
            return programs
        copy = self.folder / "programs"
        leave_out = shutil.ignore_patterns("include", "*.a", "pgxs")
        shutil.copytree(programs.parent, copy, symlinks=True, ignore=leave_out)
        return copy / "bin"


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _status(pid_file: Path) -> str:
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    return lines[-1] if lines else ""  # it is made empty


def _end_with_parent() -> None:
    """On Linux the kernel ends the server when its owner dies, however the owner dies."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGQUIT)
