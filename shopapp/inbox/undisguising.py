"""Undisguising: a mail's subject, names and file names without what they hide (pure)."""

from __future__ import annotations

from dataclasses import replace

from shopapp.inbox.parsing import Address, InboundAttachment, InboundMessage
from shopapp.inbox.sanitising import hidden_in_plain, hidden_text, plain_text, visible_plain
from shopapp.inbox.sanitising import visible_text as visible_html

_FEW, _SHARE = 5, 0.2


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
    """The words a reader sees.

    Of HTML that hides some, or whose plain part tells another story, only what it shows.
    """
    if html and (hidden_text(html) or _differs(text, html)):
        return visible_html(html)
    return visible_plain(text)


def hidden(html: str | None, text: str) -> tuple[str, ...]:
    """What a mail says without showing it, in order of appearance."""
    return hidden_text(html) if html else hidden_in_plain(text)


def _differs(text: str, html: str) -> bool:
    """Whether the plain part has words of its own, more than a footer would."""
    said = text.casefold().split()
    known = set(plain_text(html).casefold().split())
    own = [word for word in said if word not in known]
    return len(own) >= _FEW and len(own) > _SHARE * len(said)


def _named(address: Address) -> Address:
    return Address(visible_plain(address.name), address.email)


def _file(item: InboundAttachment) -> InboundAttachment:
    return replace(item, filename=visible_plain(item.filename) or "file")
