"""Streams of an artefact: packed, encrypted to a public age key, and back again."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyrage

from shopapp.ops.backups.errors import BackupError, damaged

_FAST = 1


@dataclass
class Counted:
    """A file that knows the size and the sha256 of what was written to it."""

    file: IO[bytes]
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


@contextmanager
def packing(path: Path, recipient: str) -> Iterator[tuple[tarfile.TarFile, Counted]]:
    """A tar to add members to, and what becomes of it in `path`: read it after the block.

    Without `recipient` it is only compressed. Raises BackupError.
    """
    with path.open("xb") as file, ExitStack() as stack:
        path.chmod(0o600)
        counted = Counted(file)
        sink: Any = counted
        if recipient:
            sink = stack.enter_context(_encrypting(counted, _recipient(recipient)))
        zipped = stack.enter_context(gzip.GzipFile("", "wb", _FAST, sink, 0))
        with tarfile.open(fileobj=zipped, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            yield tar, counted


@contextmanager
def unpacking(path: Path, identities: Any, name: str) -> Iterator[tarfile.TarFile]:
    """The members of the artefact in `path`, to be read in their order.

    The block must do nothing that lasts: only at its end is it known that nothing was cut off or
    altered. Raises BackupError for that, and for an identity that does not fit.
    """
    try:
        with path.open("rb") as file, ExitStack() as stack:
            source: Any = file
            if name.endswith(".age"):
                source = stack.enter_context(_decrypting(file, identities, name))
            with gzip.GzipFile(fileobj=source) as zipped:
                with tarfile.open(fileobj=zipped, mode="r|") as tar:
                    yield tar
                while zipped.read(1024 * 1024):
                    pass
    except _CUT_OFF as error:
        raise damaged(name) from error


def identities_in(path: Path) -> list[Any]:
    """The age identities of a file as age-keygen writes it. Raises BackupError."""
    try:
        lines = path.read_text().splitlines()
        return [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in lines
            if line.startswith("AGE-SECRET-KEY-")
        ]
    except (OSError, ValueError, pyrage.IdentityError):
        message = f"{path} holds no age identity: it is the file with the AGE-SECRET-KEY- line"
        raise BackupError(message) from None


def new_identity() -> tuple[str, str]:
    """A fresh pair: the text of an identity file, and the public key."""
    made = pyrage.x25519.Identity.generate()
    public = str(made.to_public())
    return f"# public key: {public}\n{made}\n", public


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        message = "BACKUP_RECIPIENT is no age public key: copy the whole age1… line"
        raise BackupError(message) from None


@contextmanager
def _encrypting(sink: Counted, recipient: Any) -> Iterator[BinaryIO]:
    """A file whose bytes go to `sink` encrypted; age pulls, so it runs beside us."""
    ours, theirs = _pipe()
    failed: list[BaseException] = []
    try:
        with _beside(lambda: pyrage.encrypt_io(theirs, sink, [recipient]), theirs) as failed:
            try:
                yield ours
            finally:
                ours.close()
    finally:
        if failed:
            reason = str(failed[0]).rpartition("] ")[2]  # an OSError in age's wrapping
            message = f"nothing was made: the backup cannot be written ({reason}), see to the disk"
            raise BackupError(message) from None


@contextmanager
def _decrypting(file: BinaryIO, identities: Any, name: str) -> Iterator[BinaryIO]:
    theirs, ours = _pipe()
    failed: list[BaseException] = []
    try:
        with _beside(lambda: pyrage.decrypt_io(file, theirs, identities), theirs) as failed:
            try:
                yield ours
                while ours.read(1024 * 1024):
                    pass
            finally:
                ours.close()
    except _CUT_OFF:
        if failed:
            raise _unreadable(failed[0], name) from None
        raise
    if failed:
        raise _unreadable(failed[0], name)


_CUT_OFF = (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile)


def _unreadable(error: BaseException, name: str) -> BackupError:
    if "No matching keys" in str(error):
        return BackupError(f"{name} was encrypted to another key: give its own identity file")
    return damaged(name)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    """A pipe's two ends: what is written to the first is read from the second."""
    reading, writing = os.pipe()
    return os.fdopen(writing, "wb", 65536), os.fdopen(reading, "rb", 65536)


@contextmanager
def _beside(work: Callable[[], None], end: BinaryIO) -> Iterator[list[BaseException]]:
    """Run `work` in a thread during the block, then close its `end`; what it raised, afterwards."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  # told to the other thread
            failed.append(error)
        with suppress(OSError):
            end.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield failed
    finally:
        thread.join()
