"""Asking a virus scanner about a file: clamd over its INSTREAM protocol, or a command."""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from shopapp.connectors.errors import Misconfigured, Temporary

_CHUNK = 1 << 16
_SECONDS = 120
_INFECTED = 1  # the exit code of clamscan and its kind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said; `virus` is its name for what it found, None of a clean file."""

    virus: str | None


def scan(scanner: str, file: BinaryIO) -> Verdict:
    """Ask the scanner called `scanner` (see SCANNER_URL); raises Temporary or Misconfigured.

    tcp://host:port and unix:///path speak clamd's protocol. command:… gets the file on its
    standard input and ends with 0 for clean, 1 for infected, its name on the last line.
    """
    kind, _, rest = scanner.partition(":")
    return _by_command(rest, file) if kind == "command" else _by_clamd(scanner, file)


def _by_clamd(url: str, file: BinaryIO) -> Verdict:
    try:
        with _connected(url) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            while chunk := file.read(_CHUNK):
                clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
            clamd.sendall(struct.pack("!L", 0))
            answer = b"".join(iter(lambda: clamd.recv(4096), b""))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Temporary(f"The virus scanner cannot be reached: {reason}.") from None
    return _judged(answer.decode("utf-8", "replace").strip("\0\n "))


def _judged(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(None)
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND")[:200])
    raise Temporary(f"The virus scanner answered: {said[:200] or 'nothing'}.")


@contextmanager
def _connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as made:
            made.settimeout(_SECONDS)
            made.connect(parts.path)
            yield made
    else:
        with socket.create_connection((parts.hostname or "", parts.port or 3310), _SECONDS) as made:
            yield made


def _by_command(command: str, file: BinaryIO) -> Verdict:
    try:
        done = subprocess.run(  # noqa: S603 - the installation's own command, without a shell
            shlex.split(command),
            input=file.read(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Temporary(f"The virus scanner took more than {_SECONDS} seconds.") from None
    except (OSError, ValueError):
        message = "The virus scanner's command cannot be run."
        raise Misconfigured(message, fix="Check SCANNER_URL.") from None
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 0:
        return Verdict(None)
    if done.returncode == _INFECTED:
        return Verdict((lines[-1] if lines else "a virus")[:200])
    raise Temporary(f"The virus scanner's command ended with {done.returncode}.")
