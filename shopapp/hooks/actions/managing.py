"""Mail hooks: made for a mailbox, given another secret, revoked."""

from __future__ import annotations

import secrets as random
from datetime import timedelta

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.connections import hooks as sealed
from shopapp.crypto.keyrings import Keyring, KeyringError
from shopapp.db import Session
from shopapp.mail.models import Mailbox, MailHook
from shopapp.refusals import Invalid
from shopapp.tenancy import store_of

OVERLAP = timedelta(days=2)
_LEAST = 16


def create(
    session: Session, mailbox: Mailbox, *, secret: str, keyring: Keyring, by: User
) -> tuple[MailHook, str]:
    """A hook for the mailbox and its secret, which is never shown again.

    An empty `secret` has one made; a provider's own signing key is given. Raises Invalid.
    """
    hook = MailHook(
        mailbox=mailbox,
        mailbox_id=mailbox.id,
        token=f"{store_of(session)}-{random.token_urlsafe(18)}",
        deliveries=0,
        failures=0,
    )
    session.add(hook)
    session.flush()
    chosen = _keep(session, hook, secret, keyring)
    record(session, "mail_hook.created", hook, by=by, after={"mailbox": mailbox.address})
    return hook, chosen


def rotate(session: Session, hook: MailHook, *, secret: str, keyring: Keyring, by: User) -> str:
    """Another secret; the one before is taken for OVERLAP. Raises Invalid."""
    chosen = _keep(session, hook, secret, keyring)
    hook.previous_until = clock.now() + OVERLAP
    record(session, "mail_hook.rotated", hook, by=by, after={"mailbox": hook.mailbox.address})
    return chosen


def revoke(session: Session, hook: MailHook, *, by: User) -> None:
    """Nothing is taken at its address from now on."""
    record(session, "mail_hook.revoked", hook, by=by, before={"mailbox": hook.mailbox.address})
    sealed.forget_secrets(session, hook.id)
    session.delete(hook)


def _keep(session: Session, hook: MailHook, secret: str, keyring: Keyring) -> str:
    chosen = secret.strip() or random.token_urlsafe(32)
    if len(chosen) < _LEAST:
        message = (
            f"A signing key has at least {_LEAST} characters. Leave it empty to have one made."
        )
        raise Invalid(message, "secret")
    try:
        sealed.keep_secret(session, hook.id, chosen, keyring=keyring)
    except KeyringError as error:
        raise Invalid(f"The secret cannot be sealed: {error}.", "secret") from None
    return chosen
