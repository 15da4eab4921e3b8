"""Invitations: offered by an admin, sent by mail, accepted once by who has the link."""

from __future__ import annotations

from datetime import timedelta

from shopapp import clock
from shopapp.account.actions import people
from shopapp.accounts import queries, tokens
from shopapp.accounts.models import Invitation, Membership, Role, User
from shopapp.audit import actions as audit
from shopapp.config import Config
from shopapp.db import Session
from shopapp.mail import letters
from shopapp.refusals import Invalid, NotAllowed
from shopapp.stores.models import Store, StoreStatus
from shopapp.tenancy import bind, store_of

VALID = timedelta(days=7)
UNUSABLE = "This invitation was used or taken back, or it has expired."
ELSEWHERE = "This invitation is for another address than yours."


def invite(
    session: Session, *, email: str, role: Role, by: User, config: Config
) -> tuple[Invitation, str]:
    """Offer a role to an address; the row, and the link's token, which is not kept.

    Raises Invalid for what is no address, for a member, and for who has an open invitation.
    """
    address, store_id = people.checked_email(email), store_of(session)
    user = queries.user_by_email(session, address)
    if user is not None and queries.membership(session, store_id, user.id):
        message = f"{address} is a member of this store already."
        raise Invalid(message, "email")
    row = queries.invitation_to(session, store_id, address)
    if row is not None and row.accepted_at is None and not is_over(row):
        message = f"{address} has an invitation already. Send it again below, or take it back."
        raise Invalid(message, "email")
    row = row or Invitation(store_id=store_id, email=address)
    row.role = role
    token = _renewed(session, row, by)
    audit.record(session, "invitation.sent", row, by=by, after=_facts(row))
    _send(session, row, token, by=by, config=config)
    return row, token


def send_again(session: Session, row: Invitation, *, by: User, config: Config) -> str:
    """A new link, for seven days from now; the one before it is dead. Its token."""
    token = _renewed(session, row, by)
    audit.record(session, "invitation.sent_again", row, by=by, after=_facts(row))
    _send(session, row, token, by=by, config=config)
    return token


def link(session: Session, row: Invitation, *, by: User) -> str:
    """A new link to hand over by other means than mail; the one before it is dead. Its token."""
    token = _renewed(session, row, by)
    audit.record(session, "invitation.link_made", row, by=by, after=_facts(row))
    return token


def take_back(session: Session, row: Invitation, *, by: User) -> None:
    """Make the link worthless."""
    audit.record(session, "invitation.taken_back", row, by=by, before=_facts(row))
    session.delete(row)


def offered(session: Session, token: str) -> tuple[Invitation, Store]:
    """What a link offers; raises NotAllowed when it offers nothing (any more)."""
    row = queries.invitation_behind(session, tokens.hashed(token)) if token else None
    store = session.get(Store, row.store_id) if row else None
    if row is None or store is None or is_over(row) or store.status is StoreStatus.ARCHIVED:
        raise NotAllowed(UNUSABLE)
    return row, store


def accept_as_new(session: Session, token: str, *, name: str, password: str) -> tuple[User, Store]:
    """A new person, whose address the link proves, becomes a member.

    Raises NotAllowed for a dead link, Invalid for a weak password or an address with an account.
    """
    row, store = offered(session, token)
    bind(session, store.id)
    user = people.create_user(session, email=row.email, name=name, password=password)
    _admit(session, row, user)
    return user, store


def accept_as(session: Session, token: str, user: User) -> Store:
    """A person with an account becomes a member; raises NotAllowed for a dead link or another's."""
    row, store = offered(session, token)
    if user.email != row.email:
        raise NotAllowed(ELSEWHERE)
    bind(session, store.id)
    _admit(session, row, user)
    return store


def is_over(row: Invitation) -> bool:
    """Whether its seven days are over."""
    return row.expires_at <= clock.now()


def _admit(session: Session, row: Invitation, user: User) -> Membership:
    """Who became a member in another way meanwhile keeps that role."""
    row.accepted_at = clock.now()
    audit.record(session, "invitation.accepted", row, by=user, after=_facts(row))
    found = queries.membership(session, row.store_id, user.id)
    return found or people.add_member(session, user, role=row.role, by=user)


def _renewed(session: Session, row: Invitation, by: User) -> str:
    token = tokens.new()
    row.token_hash = tokens.hashed(token)
    row.invited_by_id = by.id
    row.expires_at = clock.now() + VALID
    row.accepted_at = None
    session.add(row)
    session.flush()
    return token


def _send(session: Session, row: Invitation, token: str, *, by: User, config: Config) -> None:
    store = session.get_one(Store, row.store_id)
    letters.send(
        session,
        "invitation.txt",
        to=row.email,
        key=f"invitation:{row.id}:{row.token_hash[:16]}",
        config=config,
        store=store.name,
        role=row.role.value,
        by=by.name or by.email,
        days=VALID.days,
        link=f"{config.base_url}/invitations/{token}",
    )


def _facts(row: Invitation) -> dict[str, str]:
    return {"email": row.email, "role": row.role.value}
