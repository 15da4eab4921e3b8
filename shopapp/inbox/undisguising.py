"""Undisguising: a mail's subject, names and file names without what they hide (pure)."""

from __future__ import annotations

from dataclasses import replace

from shopapp.inbox.parsing import Address, InboundAttachment, InboundMessage
from shopapp.inbox.sanitising import hidden_in_plain, hidden_text, visible_plain
from shopapp.inbox.sanitising import visible_text as visible_html


def undisguised(message: InboundMessage) -> InboundMessage:
    """The mail with nothing hidden in what stands around its text; a note says what was."""
    carriers = (message.subject, message.from_name, *(a.filename for a in message.attachments))
    found = [each for carrier in carriers for each in hidden_in_plain(carrier)]
    if all(visible_plain(carrier) == carrier for carrier in carriers):
        return message
    told = f": {'; '.join(found)[:200]}" if found else ""
    note = f"the subject, a name or a file name held invisible characters{told}"
    return replace(
        message,
        subject=visible_plain(message.subject),
        sender=_named(message.sender) if message.sender else None,
        reply_to=tuple(map(_named, message.reply_to)),
        attachments=tuple(map(_file, message.attachments)),
        problems=(*message.problems, note),
    )


def shown(html: str | None, text: str) -> str:
    """The words a reader sees: of a mail with HTML no word that its HTML does not show.

    The plain part is kept where it says the same: its lines are the writer's own.
    """
    seen = visible_html(html) if html else ""
    known = set(seen.casefold().split())
    is_same = all(word in known for word in visible_plain(text).casefold().split())
    return visible_plain(text) if is_same or not html else seen


def hidden(html: str | None, text: str) -> tuple[str, ...]:
    """What a mail says without showing it, in order of appearance."""
    return hidden_text(html) if html else hidden_in_plain(text)


def _named(address: Address) -> Address:
    return Address(visible_plain(address.name), address.email)


def _file(item: InboundAttachment) -> InboundAttachment:
    return replace(item, filename=visible_plain(item.filename) or "file")
