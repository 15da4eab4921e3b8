"""The bytes of a mail as it came: few lie in its row, many in a file of the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, Final

from shopapp.mail.files import Files

LARGE: Final = 1_000_000
"""Bytes; a mail of more is a file: a database copies what it holds several times."""


class OriginalMissing(Exception):
    """The file of a mail is not where files are kept; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where the bytes of the mail `id` lie; with neither place they were forgotten.

    Opening and reading a `file` may call the bucket: see Files.
    """

    id: str
    content: bytes | None = field(repr=False)
    file: str | None = None

    @property
    def is_forgotten(self) -> bool:
        return self.content is None and self.file is None

    def open(self, files: Files) -> BinaryIO:
        """To be read from the beginning, seekable; raises OriginalMissing."""
        if self.content is not None or self.file is None:
            return BytesIO(self.content or b"")
        try:
            return files.open(self.file)
        except FileNotFoundError:
            message = "The file of this mail is missing where attachments are kept."
            raise OriginalMissing(message) from None

    def read(self, files: Files) -> bytes:
        """All of them, none when they were forgotten; raises OriginalMissing."""
        if self.content is not None:
            return self.content
        with self.open(files) as file:
            return file.read()
