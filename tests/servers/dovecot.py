"""A real Dovecot of the tests: loopback, TLS, passwords and tokens that a test can change."""

from __future__ import annotations

import imaplib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.servers import binaries, cluster, dovecot_settings
from tests.servers.certificates import self_signed
from tests.servers.tokens import TokenServer

MISSING = "no Dovecot: install it (Debian: apt install dovecot-imapd)"
BESIDE_ROOT = "/usr/sbin"  # not on every user's PATH
EXPIRED, UNKNOWN = "127.0.0.2", "127.0.0.3"
"""The same server under addresses whose certificates have expired, or are vouched for by nobody."""


@dataclass
class ImapServer:
    """IMAP at `host`: `port` (plain or STARTTLS) and `tls_port`; `ca_file` vouches for it.

    `tokens` maps a bearer token to the address it is good for, asked at every sign-in.
    Folders are named as on the wire (modified UTF-7), with "/" between levels.
    """

    program: str
    folder: Path
    tokens: TokenServer
    host: str = "127.0.0.1"
    port: int = field(default_factory=cluster.free_port)
    tls_port: int = field(default_factory=cluster.free_port)
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def ca_file(self) -> Path:
        return self.folder / "vouched.pem"

    def add_user(self, address: str, password: str = "secret") -> None:
        """A new mailbox with INBOX, Sent, Junk and Trash; or a new password for an old one."""
        self._give(
            self.folder / "users" / address, json.dumps({"password": f"{{PLAIN}}{password}"})
        )

    def remove_user(self, address: str) -> None:
        """The sign-in fails from now on; the mail stays."""
        (self.folder / "users" / address).unlink()

    def deliver(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        """One mail, straight into the Maildir, as a local delivery agent would."""
        place = self.maildir(address, folder) / "new"
        if not place.exists():
            with self.imap(address, folder):
                pass  # opening a folder makes it
        name = f"{int(time.time())}.M{next(self._numbers):09}P{os.getpid()}.test"
        self._give(place.parent / "tmp" / name, raw)
        (place.parent / "tmp" / name).rename(place / name)

    def maildir(self, address: str, folder: str = "INBOX") -> Path:
        """The folder on disk: with `new`, `cur`, `tmp` and Dovecot's own files."""
        root = self.folder / "mail" / address
        return root if folder == "INBOX" else root / ("." + folder.replace("/", "."))

    def change_uidvalidity(self, address: str, folder: str = "INBOX") -> None:
        """As after a restored server: new UIDVALIDITY, new UIDs. No session may be open."""
        for each in self.maildir(address, folder).glob("dovecot*"):
            if each.name.startswith(("dovecot-uidlist", "dovecot.index")):
                each.unlink()

    @contextmanager
    def imap(self, address: str, folder: str | None = None) -> Iterator[imaplib.IMAP4]:
        """Somebody else's mail program, signed in without asking for the password."""
        link = imaplib.IMAP4(self.host, self.port)
        password = json.loads((self.folder / "users" / address).read_text())["password"]
        link.login(address, password.removeprefix("{PLAIN}"))
        if folder is not None:
            link.select(f'"{folder}"')
        try:
            yield link
        finally:
            link.logout()

    def expunge(self, address: str, uids: str, folder: str = "INBOX") -> None:
        """Remove mails by their UIDs, as "3" or "1:5,8"."""
        with self.imap(address, folder) as link:
            link.uid("STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
            link.expunge()

    def start(self) -> None:
        """Start it; returns when it answers. Raises RuntimeError when it does not."""
        owner = cluster.unprivileged()
        whose = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [self.program, "-F", "-c", self.folder / "dovecot.conf"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=cluster.end_with_parent,  # noqa: PLW1509 - it only calls the kernel
                **whose,  # type: ignore[call-overload]
            )
        end = time.monotonic() + cluster.PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            with suppress(OSError), socket.create_connection((self.host, self.port), 5) as link:
                if link.recv(64).startswith(b"* OK"):
                    return
            time.sleep(0.02)
        raise RuntimeError(f"Dovecot did not start: {self._told()[-2000:]}")

    def stop(self) -> None:
        """End it with every session it has: to its clients the line drops."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(cluster.PATIENCE)
            with suppress(ProcessLookupError):  # whoever is still saying goodbye
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None

    def reset(self) -> None:
        """Up, without mailboxes and tokens."""
        if self.process is None:
            self.start()
        for each in (*(self.folder / "users").iterdir(), *(self.folder / "mail").iterdir()):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        self.tokens.good.clear()

    def _give(self, path: Path, content: str | bytes) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if (owner := cluster.unprivileged()) is not None:
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _told(self) -> str:
        return "".join(
            (self.folder / name).read_text(errors="replace")
            for name in ("output", "log")
            if (self.folder / name).exists()
        )


def find_dovecot() -> str | None:
    """The program, if this machine has it with IMAP."""
    has_imap = Path("/usr/lib/dovecot/imap").exists() or Path("/usr/libexec/dovecot/imap").exists()
    found = shutil.which("dovecot") or shutil.which("dovecot", path=BESIDE_ROOT)
    return found if has_imap else None


def provide_dovecot() -> str | None:
    """Like `find_dovecot`, and installs Debian's package where that is allowed."""
    if find_dovecot() is None and binaries.may_install():
        binaries.apt_install("dovecot-imapd")
    return find_dovecot()


@contextmanager
def imap_server(program: str) -> Iterator[ImapServer]:
    """A server of this process's own; it and its files end with it."""
    folder = Path(tempfile.mkdtemp(prefix="shopapp-dovecot-"))  # short: its sockets live in it
    with TokenServer() as tokens:
        server = ImapServer(program, folder, tokens)
        try:
            _furnish(server)
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)


def _furnish(server: ImapServer) -> None:
    folder = server.folder
    for name in ("base", "mail", "users"):
        (folder / name).mkdir()
    self_signed(folder, "trusted", server.host)
    self_signed(folder, "expired", EXPIRED, days=-1)
    self_signed(folder, "unknown", UNKNOWN)
    vouched = (folder / "trusted.pem").read_text() + (folder / "expired.pem").read_text()
    dovecot_settings.write(server, addresses={EXPIRED: "expired", UNKNOWN: "unknown"})
    (folder / "vouched.pem").write_text(vouched)
    if (owner := cluster.unprivileged()) is not None:
        for each in (folder, *folder.iterdir()):
            shutil.chown(each, owner.pw_uid, owner.pw_gid)
