"""One artefact: manifest, database and attachments in a stream; written, and unpacked again."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopapp.ops.backups.errors import BackupError, damaged
from shopapp.ops.backups.manifests import Manifest, from_json
from shopapp.ops.backups.sealing import packing, unpacking

Progress = Callable[[int, int], None]
_FILE = re.compile(r"attachments/[A-Za-z0-9_-]+/[0-9a-f]{2}/[0-9a-f]{64}")
_DATABASES = ("database.sqlite", "database.dump")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An artefact in a folder of its own; `attachments` has a folder for each store."""

    manifest: Manifest
    database: Path
    attachments: Path


def attachments_in(instance: Path) -> list[Path]:
    """Every attachment and raw mail kept as a file, in order; drafts being written are left out."""
    root = instance / "attachments"
    found = (path for path in root.rglob("*") if _FILE.fullmatch(str(path.relative_to(instance))))
    return sorted(found)


def write(
    path: Path,
    manifest: Manifest,
    database: Path,
    files: list[Path],
    *,
    instance: Path,
    recipient: str,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Write the artefact into `path`; the manifest to lie beside it. Raises BackupError."""
    total = database.stat().st_size + sum(_size(each) for each in files)
    done = 0
    with packing(path, recipient) as (tar, counted):
        _add_bytes(tar, "manifest.json", manifest.to_json())
        tar.add(database, database.name, filter=_plain)
        done += database.stat().st_size
        for each in files:
            progress(done, total)
            if _add_file(tar, each, str(each.relative_to(instance))):
                done += _size(each)
    progress(total, total)
    return manifest.outside(size=counted.size, sha256=counted.sha256.hexdigest())


def unpack(path: Path, folder: Path, identities: Any, name: str) -> Unpacked:
    """Unpack an artefact into the empty `folder`; every file is what its name says.

    Raises BackupError: damaged, another key, or not one of ours.
    """
    manifest: Manifest | None = None
    with unpacking(path, identities, name) as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isreg() else None
            if source is None:
                raise damaged(name)
            if member.name == "manifest.json":
                manifest = from_json(source.read(), name)
            else:
                _take_out(source, member.name, folder, name)
    found = [folder / each for each in _DATABASES if (folder / each).exists()]
    if manifest is None or len(found) != 1:
        raise damaged(name)
    (folder / "attachments").mkdir(exist_ok=True)
    return Unpacked(manifest, found[0], folder / "attachments")


def _take_out(source: Any, member: str, folder: Path, name: str) -> None:
    is_file = _FILE.fullmatch(member)
    if not is_file and member not in _DATABASES:
        message = f"{name} holds '{member}', which no backup of shopapp does: nothing was touched"
        raise BackupError(message)
    target = folder / member
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(source, file, 1024 * 1024)
    if is_file and _digest(target) != target.name:
        raise damaged(name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, path: Path, name: str) -> bool:
    """False when a redaction has removed it meanwhile."""
    try:
        with path.open("rb") as file:
            member = _plain(tar.gettarinfo(arcname=name, fileobj=file))
            tar.addfile(member, file)
    except FileNotFoundError:
        return False
    return True


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names and times of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode, member.mtime = 0o600, 0
    return member


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
