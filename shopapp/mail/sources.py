"""Finding mail in files: .eml, mbox, Maildir, or a folder of any of them; one mail in memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shopapp.mail import mbox, sniffing

LIMIT: Final = 50_000_000
_HEAD: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Found:
    """A mail: its bytes as stored, and where they came from (in an mbox with `#number`)."""

    origin: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not taken as mail, and why."""

    origin: str
    reason: str


class PathUnreadable(Exception):
    """The path itself cannot be read; the text is one sentence for the person who typed it."""


Item = Found | Refused


def messages(
    path: Path, *, looks_like_mail: Callable[[bytes], bool], limit: int = LIMIT
) -> Iterator[Item]:
    """Every file at or below `path`, in a fixed order, as mails found or as a reason why not.

    A file that begins with a From line is an mbox and gives several; an .eml or a file of a Maildir
    is always one mail. `limit` is in bytes for each mail; a larger one is refused and never
    held in memory. In a Maildir `tmp` is left alone: its mails are still being delivered. Links
    to folders are not followed. Raises PathUnreadable, at once, when `path` cannot be read.
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            next(path.iterdir(), None)
        elif path.is_file():
            path.open("rb").close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise PathUnreadable(f"{_shown(path)} cannot be read: {_why(error)}.") from error
    return _Reader(looks_like_mail, limit).walk(path)


@dataclass(frozen=True, slots=True)
class _Reader:
    looks_like_mail: Callable[[bytes], bool]
    limit: int

    def walk(self, top: Path) -> Iterator[Item]:
        """Depth first without recursion, so that no depth of folders is too deep."""
        waiting = [top]
        while waiting:
            path = waiting.pop()
            try:
                if not path.is_dir():
                    yield from self._opened(path)
                elif path.is_symlink() and path != top:
                    yield Refused(_shown(path), "a link to a folder; import that folder itself")
                else:
                    waiting += reversed(_entries(path))
            except OSError as error:
                yield Refused(_shown(path), _why(error))

    def _opened(self, path: Path) -> Iterator[Item]:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            yield Refused(_shown(path), "not a regular file")
            return
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if reason := _no_mail(head):
                yield Refused(_shown(path), reason)
                return
            file.seek(0)
            if mbox.is_mbox(head) and not _is_one_mail(path):
                for number, part in enumerate(mbox.parts(file, self.limit), 1):
                    yield self._judged(f"{_shown(path)}#{number}", part.raw, part.size)
                return
            size = os.fstat(file.fileno()).st_size
            raw = None if size > self.limit else file.read(self.limit + 1)
            yield self._judged(_shown(path), raw, size)

    def _judged(self, origin: str, raw: bytes | None, size: int) -> Item:
        if raw is None or len(raw) > self.limit:
            return Refused(origin, f"{_megabytes(size)}; a mail may have {_megabytes(self.limit)}")
        if not self.looks_like_mail(raw):
            return Refused(origin, "no mail: it has no mail headers")
        return Found(origin, raw)


def _entries(folder: Path) -> list[Path]:
    """What is in `folder`, sorted by bytes so that the order is the same on every machine."""
    unfinished = {"tmp"} if _is_maildir(folder) else set()
    return sorted((one for one in folder.iterdir() if one.name not in unfinished), key=os.fsencode)


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _is_one_mail(path: Path) -> bool:
    in_maildir = path.parent.name in ("cur", "new") and _is_maildir(path.parent.parent)
    return in_maildir or path.suffix.lower() == ".eml"


def _no_mail(head: bytes) -> str | None:
    return sniffing.what_it_is(head) if head.strip() else "an empty file"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _why(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or "the name of the file is not valid").lower()


def _shown(path: Path) -> str:
    """The path as text that can be stored and printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")
