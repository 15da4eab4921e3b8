"""Message ids: read leniently, written one way."""

from __future__ import annotations

import hashlib
import re

from shopapp.inbox.parsing.addresses import without_remarks
from shopapp.inbox.parsing.encoded_words import decode_words, one_line
from shopapp.inbox.parsing.limits import MAX_ID, MAX_REFERENCES
from shopapp.inbox.parsing.notes import Notes

_BRACKETED = re.compile(r"<([^<>]+)>")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a header's value, in order, each once, without brackets, comments and blanks.

    Words without brackets count only where the whole value is such words: old programs put a
    sentence with an address into In-Reply-To. Long ids come as encoded words: Python's own mail
    package writes them so.
    """
    value = decode_words(value, Notes()) if "=?" in value else value
    found = _BRACKETED.findall(value)
    if not found:
        words = value.replace(",", " ").split()
        found = words if words and all("@" in word for word in words) else []
    ids = (short_id(_bare(each)) for each in found)
    return tuple(dict.fromkeys(each for each in ids if each))


def kept_references(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The first reference and the newest ones, at most MAX_REFERENCES."""
    return ids if len(ids) <= MAX_REFERENCES else (ids[0], *ids[-(MAX_REFERENCES - 1) :])


def short_id(message_id: str) -> str:
    """An id of at most MAX_ID characters; equal ids stay equal, different ones different."""
    if len(message_id) <= MAX_ID:
        return message_id
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    return f"{message_id[: MAX_ID - 65]}.{digest}"


def made_id(sha256: str) -> str:
    """The id of a mail that came without one; the same bytes always get the same id."""
    return f"{sha256[:40]}@without-message-id.invalid"


def _bare(written: str) -> str:
    return re.sub(r"\s+", "", one_line(without_remarks(written)))
