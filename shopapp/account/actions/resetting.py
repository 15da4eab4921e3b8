"""A forgotten password: a link by mail, bound to the password it replaces, for one hour."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import undefer

from shopapp import clock
from shopapp.account.actions import people
from shopapp.accounts import queries
from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.mail import letters
from shopapp.refusals import NotAllowed

SEND = "account.reset"
VALID = timedelta(hours=1)
UNUSABLE = "This link was used already, or it is more than an hour old."


def ask(session: Session, *, email: str) -> None:
    """Have a link sent to the address, if it is somebody's: a job looks, whoever asks.

    The request does the same for every address, so that its time tells nothing.
    """
    address = queries.normal_email(email)[:254]
    key = f"{SEND}:{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()}"
    ledger.enqueue(
        session, SEND, store_id=None, arguments={"email": address}, dedupe_key=key, max_attempts=3
    )


def whose(session: Session, email: str) -> tuple[User, str] | None:
    """Who may get a link at the address, and the store whose outbox carries it.

    Demo accounts, accounts that are off, and people of no store get none.
    """
    user = queries.user_to_check(session, email)
    stores = queries.stores_of(session, user.id) if user else ()
    if user is None or not user.active or user.is_demo or not stores:
        return None
    return user, min(stores, key=lambda store: store.id).id


def send(session: Session, user_id: str, *, key: str, secret_key: str, config: Config) -> None:
    """Write the mail, in a session bound to the store whose outbox carries it."""
    user = _with_password(session, user_id)
    if user is None:
        return
    letters.send(
        session,
        "password_reset.txt",
        to=user.email,
        key=key,
        config=config,
        name=user.name,
        email=user.email,
        minutes=int(VALID.total_seconds() // 60),
        link=f"{config.base_url}/reset/{token(user, secret_key)}",
    )


def token(user: User, secret_key: str) -> str:
    """A link's token: worthless once the password or the sessions it names have changed."""
    now = int(clock.now().timestamp())
    return str(_signer(secret_key).dumps([user.id, now, _fingerprint(user)]))


def person(session: Session, link: str, secret_key: str) -> User:
    """Whom a link lets choose a new password; raises NotAllowed when it is dead."""
    try:
        said: Any = _signer(secret_key).loads(link)
    except BadData:
        raise NotAllowed(UNUSABLE) from None
    user_id, made, fingerprint = said  # only we sign such lists
    user = _with_password(session, user_id)
    age = clock.now().timestamp() - made
    if user is None or not user.active or fingerprint != _fingerprint(user):
        raise NotAllowed(UNUSABLE)
    if not 0 <= age <= VALID.total_seconds():
        raise NotAllowed(UNUSABLE)
    return user


def reset(session: Session, link: str, *, password: str, secret_key: str) -> User:
    """A new password in place of the forgotten one; every session of the person ends.

    Raises NotAllowed for a dead link, Invalid for a weak password.
    """
    user = person(session, link, secret_key)
    people.set_password(user, password=password)
    people.note_later(session, user, "user.password_reset", by=user)
    return user


def _with_password(session: Session, user_id: str) -> User | None:
    return session.get(
        User, user_id, options=[undefer(User.password)], with_for_update={"key_share": True}
    )


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key, salt="password reset", signer_kwargs={"digest_method": hashlib.sha256}
    )


def _fingerprint(user: User) -> str:
    return hashlib.sha256(f"{user.password}:{user.fs_uniquifier}".encode()).hexdigest()[:32]
