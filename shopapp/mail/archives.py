"""Mail in an archive: each file taken out under a name of ours, within bounds, one at a time."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Final

from shopapp.mail import sources
from shopapp.mail.sources import Item, Refused

MOST_FILES: Final = 200_000
MOST_BYTES: Final = 20_000_000_000
RATIO: Final = 200
"""How many times its own size an archive may unpack to; mail packs to a third, or a tenth."""
_FREE = 10_000_000
_PIECE = 1 << 16
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError, OSError)


class _Bomb(Exception):
    """The archive unpacks to more than is taken."""


def messages(
    path: Path, folder: Path, *, name: str, looks_like_mail: Callable[[bytes], bool]
) -> Iterator[Item]:
    """The mails of a file that may be an archive (zip, tar, tar.gz): as sources.messages.

    Files are taken out into `folder`, one at a time; their names are told, never used as paths.
    `name` is what people call the file. What is too much or broken is refused, and ends it.
    """
    members = _zip(path) if zipfile.is_zipfile(path) else _tar(path)
    if members is None:
        found = sources.messages(path, looks_like_mail=looks_like_mail)
        yield from (_named(each, path, name) for each in found)
        return
    allowed = [min(MOST_BYTES, _FREE + RATIO * path.stat().st_size)]
    try:
        for number, (member, size, file) in enumerate(members, 1):
            if number > MOST_FILES:
                yield Refused(name, f"more than {MOST_FILES:,} files; import it in parts")
                return
            origin = f"{name}: {member}"
            if _is_noise(member):
                continue
            copy = folder / ("mail.eml" if _is_one_mail(member) else "mail")
            limit = sources.LIMIT if _is_one_mail(member) else allowed[0]
            if size > limit:
                yield Refused(origin, f"{size / 1e6:.1f} MB; a mail may have 50.0 MB")
                continue
            _take_out(file, copy, limit, allowed)
            for each in sources.messages(copy, looks_like_mail=looks_like_mail):
                yield _named(each, copy, origin)
            copy.unlink()
    except _Bomb:
        yield Refused(name, "it unpacks to far more than a mailbox of its size would")
    except _BROKEN:
        yield Refused(name, "the archive is damaged or has a password; what came before it counts")


def _take_out(file: IO[bytes], copy: Path, limit: int, allowed: list[int]) -> None:
    """What the archive says of sizes is not believed: bytes are counted as they come."""
    with file, copy.open("wb") as target:
        taken = 0
        while piece := file.read(_PIECE):
            taken += len(piece)
            allowed[0] -= len(piece)
            if allowed[0] < 0 or taken > limit:
                raise _Bomb
            target.write(piece)


def _zip(path: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for each in archive.infolist():
            if not each.is_dir():
                yield each.filename, each.file_size, archive.open(each)


def _tar(path: Path) -> Iterator[tuple[str, int, IO[bytes]]] | None:
    with suppress(tarfile.TarError, OSError, EOFError, zlib.error):
        tarfile.open(path, "r|*").close()
        return _members(path)
    return None


def _members(path: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    with tarfile.open(path, "r|*") as archive:
        for each in archive:
            file = archive.extractfile(each) if each.isreg() else None
            if file is not None:
                yield each.name, each.size, file


def _is_noise(member: str) -> bool:
    """What a Mac adds, and mail of a Maildir that is still being delivered."""
    parts = PurePosixPath(member).parts
    name = parts[-1] if parts else ""
    return "__MACOSX" in parts or name in (".DS_Store", "Thumbs.db") or parts[-2:-1] == ("tmp",)


def _is_one_mail(member: str) -> bool:
    path = PurePosixPath(member)
    return path.suffix.lower() == ".eml" or path.parent.name in ("cur", "new")


def _named(item: Item, path: Path, name: str) -> Item:
    shown = item.origin.replace(str(path), name, 1)
    return replace(item, origin=shown)
