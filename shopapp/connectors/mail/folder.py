"""An outbox folder: mail as .eml files, for a shop that has no mail server yet."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from shopapp.connectors.errors import ConnectorError, Misconfigured, Permanent, Temporary
from shopapp.connectors.mail.shapes import Probe, Receipt

_SAFE = re.compile(r"[a-z0-9_][a-z0-9._@+=-]{0,119}")
_FIX = "Make the folder writable and see that the disk has room."


class OutboxFolder:
    """A folder that takes mail; delivering one Message-ID again leaves one file.

    A file appears whole or not at all, and is on the disk when `deliver` returns. A delivery that
    was killed may leave a `.tmp` file behind, never half an .eml.
    """

    is_idempotent = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return f"outbox folder {self._folder}"

    def deliver(
        self, raw: bytes, envelope_from: str, recipients: Sequence[str], message_id: str
    ) -> Receipt:
        """Keep `raw` as it is, in a file named after `message_id`.

        Raises Permanent when another mail already bears this Message-ID, Misconfigured when the
        folder cannot be used, Temporary when the disk fails.
        """
        started = perf_counter()
        file = self._folder / file_name(message_id)
        try:
            self._keep(raw, file)
        except OSError as error:
            raise _unusable(self._folder, error) from error
        spent = round((perf_counter() - started) * 1000)
        return Receipt(tuple(recipients), {}, f"kept as {file.name}", spent)

    def probe(self) -> Probe:
        """Write and remove a file; raises ConnectorError."""
        started = perf_counter()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".probe.", suffix=".tmp"):
                pass
        except OSError as error:
            raise _unusable(self._folder, error) from error
        return Probe(round((perf_counter() - started) * 1000), self.name, (), secure=True)

    def _keep(self, raw: bytes, file: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _write_whole(raw, file)
        elif file.read_bytes() != raw:
            raise Permanent(f"Another mail with the same Message-ID is already in {file.name}.")
        _sync_folder(self._folder)


def file_name(message_id: str) -> str:
    """The file for a Message-ID: safe on every file system, and another for every other id."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    if _SAFE.fullmatch(bare):
        return f"{bare}.eml"
    slug = re.sub(r"[^a-z0-9_@+=-]+", "-", bare.lower())[:80].strip("-") or "mail"
    mark = hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{slug}.{mark}.eml"


def _write_whole(raw: bytes, file: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".mail.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(raw)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where folders can be synced (not on Windows)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unusable(folder: Path, error: OSError) -> ConnectorError:
    message = f"The outbox folder {folder} cannot be used: {(error.strerror or 'error').lower()}."
    if isinstance(error, (PermissionError, FileExistsError, NotADirectoryError)):
        return Misconfigured(message, fix=_FIX)
    return Temporary(message, fix=_FIX)
