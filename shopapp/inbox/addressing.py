"""Whom a reply goes to: everybody of the last message but ourselves, or whom a person typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shopapp.connectors.mail.addresses import ascii_address
from shopapp.inbox.intermediaries import is_form, speaks_for_others

MOST: Final = 50
_NO_REPLY = re.compile(r"(?:no|do[-_.]?not|dont)[-_.]?reply|mailer-daemon|postmaster", re.I)
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"\s*(?=<)')
_ANGLED = re.compile(r"<([^<>]*)>")


class BadAddress(ValueError):
    """What was typed is no list of addresses; says which and why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Addresses by the header they stand in; `bcc` stands in none."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    def everybody(self) -> tuple[str, ...]:
        """Each address once."""
        return tuple({each.casefold(): each for each in (*self.to, *self.cc, *self.bcc)}.values())


def reply_all(
    *,
    author: str,
    reply_to: Sequence[str],
    recipients: Sequence[str],
    own: Collection[str],
    customer: str,
) -> Recipients:
    """The people of a message but ourselves.

    Reply-To comes before the author, and before a sender that takes no replies the ticket's
    customer; a form that names nobody is nobody; `own` are the addresses of the store's mailboxes.
    """
    is_reachable = author and not speaks_for_others(author, own)
    authors = [author] if is_reachable else [customer or ("" if is_form(author, own) else author)]
    to = _others(reply_to, own) or _others(authors, own) or _others([customer], own)
    copied = [each for each in _others(recipients, own) if not _is_no_reply(each)]
    taken = {each.casefold() for each in to}
    return Recipients(to, tuple(each for each in copied if each.casefold() not in taken)[:MOST])


def typed(text: str) -> tuple[str, ...]:
    """The addresses of a typed list, each once: `ann@x.example, Bo <bo@x.example>`.

    Commas, semicolons and line ends part them. Raises BadAddress for the first one that is none.
    """
    found: dict[str, str] = {}
    for piece in _pieces(text):
        try:
            ascii_address(piece)
        except ValueError as error:
            raise BadAddress(f"{error} Correct or remove it.") from None
        found.setdefault(piece.casefold(), piece)
    if len(found) > MOST:
        message = f"A reply goes to {MOST} addresses at most; these are {len(found)}."
        raise BadAddress(message)
    return tuple(found.values())


def readable(text: str) -> tuple[str, ...]:
    """As `typed`, without what is no address (yet)."""
    return tuple(each for each in dict.fromkeys(_pieces(text)) if _is_address(each))[:MOST]


def is_own(address: str, own: Iterable[str]) -> bool:
    """Whether an address is one of our mailboxes, also with something behind a plus."""
    local, _, domain = address.casefold().rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return any(each.casefold() in (address.casefold(), bare) for each in own)


def _others(addresses: Sequence[str], own: Collection[str]) -> tuple[str, ...]:
    kept = {each.casefold(): each for each in addresses if each and not is_own(each, own)}
    return tuple(kept.values())


def _is_no_reply(address: str) -> bool:
    return bool(_NO_REPLY.match(address.rpartition("@")[0]))


def _is_address(text: str) -> bool:
    try:
        return bool(ascii_address(text))
    except ValueError:
        return False


def _pieces(text: str) -> Iterator[str]:
    for piece in re.split(r"[,;\n]", _NAME.sub("", text)):
        angled = _ANGLED.search(piece)
        bare = (angled[1] if angled else piece).strip()
        if bare:
            yield bare
