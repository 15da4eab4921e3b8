"""A mailbox signed in by its owner's consent: connected and disconnected."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connections import consents, mailboxes
from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus
from shopapp.connectors.oauth.shapes import Grant, Provider
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.mail.models import Mailbox, OutboundMail, RawMail, SignIn
from shopapp.refusals import Invalid

DAYS = 30
"""How far back the mail of a mailbox is read that was not connected before."""


def connect(
    session: Session,
    mailbox: Mailbox,
    provider: Provider,
    grant: Grant,
    *,
    keyring: Keyring,
    by: User,
) -> Mailbox:
    """Read and send as whoever consented: their address is this mailbox's, or becomes it.

    Raises Invalid when the mailbox has mail of another address.
    """
    mailbox.address = _address(session, mailbox, grant)
    try:
        consents.keep(
            session, mailbox.id, provider.name, grant, address=mailbox.address, keyring=keyring
        )
    except KeyringError as error:
        raise Invalid(f"The consent cannot be sealed: {error}.") from None
    before = mailbox.sign_in
    mailbox.sign_in = SignIn(provider.name)
    since = _since(mailbox)
    mailbox.imap = asdict(provider.imap) | {"username": mailbox.address, "since": since}
    mailbox.smtp = asdict(provider.smtp) | {"username": mailbox.address}
    for name in (mailboxes.imap_name(mailbox), mailboxes.smtp_name(mailbox)):
        mailboxes.forget_password(session, name)
    mailbox.failing_since, mailbox.last_error = None, None
    _record(session, "mailbox.connected", mailbox, before=before, by=by)
    _note(session, mailbox, EventStatus.SUCCESS, f"{provider.title} gave its consent.")
    return mailbox


def disconnect(session: Session, mailbox: Mailbox, *, by: User) -> Mailbox:
    """Forget the tokens and the provider's servers; mail stays."""
    before = mailbox.sign_in
    if before is SignIn.PASSWORD:
        return mailbox
    consents.forget(session, mailbox.id)
    mailbox.sign_in, mailbox.imap, mailbox.smtp = SignIn.PASSWORD, None, None
    mailbox.failing_since, mailbox.last_error = None, None
    _record(session, "mailbox.disconnected", mailbox, before=before, by=by)
    _note(session, mailbox, EventStatus.INFO, "Disconnected.")
    return mailbox


def _since(mailbox: Mailbox) -> str:
    """The first day to read; what was chosen before stays ('' is all mail)."""
    if mailbox.imap:
        return str(mailbox.imap.get("since") or "")
    return (clock.today("UTC") - timedelta(days=DAYS)).isoformat()


def _address(session: Session, mailbox: Mailbox, grant: Grant) -> str:
    if not grant.addresses:
        message = "The provider did not say whose mailbox this is. Connect again and let it."
        raise Invalid(message)
    if mailbox.address.lower() in grant.addresses:
        return mailbox.address
    given = grant.addresses[0]
    if _is_used(session, mailbox):
        message = f"You consented as {given}, but this mailbox is {mailbox.address}. Sign in there "
        raise Invalid(message + "as that address, or add another mailbox.")
    if session.scalar(select(Mailbox.id).where(Mailbox.address == given)):
        message = f"{given} is another mailbox of this store already: connect that one."
        raise Invalid(message)
    return given


def _is_used(session: Session, mailbox: Mailbox) -> bool:
    came = select(RawMail.id).where(RawMail.mailbox_id == mailbox.id).limit(1)
    went = select(OutboundMail.id).where(OutboundMail.mailbox_id == mailbox.id).limit(1)
    return any(session.scalar(each) is not None for each in (came, went))


def _record(session: Session, verb: str, mailbox: Mailbox, *, before: SignIn, by: User) -> None:
    after = {"sign_in": mailbox.sign_in.value}
    record(session, verb, mailbox, by=by, before={"sign_in": before.value}, after=after)


def _note(session: Session, mailbox: Mailbox, status: EventStatus, message: str) -> None:
    record_event(
        session,
        integration=f"imap:{mailbox.address}",
        status=status,
        message=f"{mailbox.address}: {message}",
        detail={"place": mailbox.address},
    )
