"""The files inside a zip, within limits: what is too many, too large or locked is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from shopapp.sheets.refusing import Unreadable
from shopapp.sheets.unpacking import encoding

FILES, ONE, ALL = 2_000, 2 * 1024 * 1024, 50 * 1024 * 1024
_LEFT_OUT = ("__MACOSX/", ".")
_NO_TEXT = "This is not a text file, or it is damaged. Save it as text in UTF-8 and try again."
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)


def files(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """(path, bytes) of each file of a zip in its order; None for one larger than ONE bytes.

    Raises Unreadable for what is no zip, is damaged or locked, or grows beyond ALL bytes. Nothing
    is written anywhere, so a path may say what it likes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _unpacked(archive)
    except _DAMAGED as error:
        raise Unreadable("The zip file is damaged or locked. Pack it again.") from error


def text_of(content: bytes) -> str:
    """The file's text in whichever encoding it is; raises Unreadable."""
    try:
        codec = encoding(content)
    except Unreadable as error:
        raise Unreadable(_NO_TEXT) from error
    return content.decode(codec).replace("\r\n", "\n").replace("\x00", "")


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes | None]]:
    wanted = [each for each in archive.infolist() if not each.is_dir() and _counts(each.filename)]
    if len(wanted) > FILES:
        raise Unreadable(f"The zip file holds more than {FILES:,} files. Split it.")
    room = ALL
    for each in wanted:
        with archive.open(each) as file:
            data = file.read(ONE + 1)
        room -= len(data)
        if room < 0:
            raise Unreadable("The zip file is too large once it is unpacked. Split it.")
        yield each.filename, data if len(data) <= ONE else None


def _counts(path: str) -> bool:
    return not path.startswith(_LEFT_OUT[0]) and not path.rpartition("/")[2].startswith(".")
