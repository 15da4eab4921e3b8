"""The files of a reply being written, as the composer shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from shopapp.inbox.models import Attachment
from shopapp.inbox.views.files import size_in_words


@dataclass(frozen=True, slots=True)
class File:
    """A file on a reply: name, size for people, where to download it."""

    id: str
    name: str
    size: str
    url: str


def files_of(attachments: Sequence[Attachment]) -> list[File]:
    """The files of a reply as chips."""
    return [
        File(
            each.id,
            each.filename,
            size_in_words(each.size),
            url_for("inbox.attachment", attachment_id=each.id),
        )
        for each in sorted(attachments, key=lambda each: (each.created_at, each.id))
    ]
