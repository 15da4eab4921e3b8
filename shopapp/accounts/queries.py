"""People and memberships as the edge and the pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from shopapp.accounts.models import Invitation, Membership, Role, User, UserSession
from shopapp.db import Session
from shopapp.stores.models import Store


def entry(session: Session, user_id: str, handle: str) -> Membership | None:
    """A person's membership in the store called `handle`, or None for a stranger."""
    return session.scalar(
        select(Membership)
        .join(Membership.store)
        .options(contains_eager(Membership.store))
        .where(Membership.user_id == user_id, Store.handle == handle)
    )


def stores_of(session: Session, user_id: str) -> Sequence[Store]:
    """The stores a person is a member of, by name."""
    return session.scalars(
        select(Store)
        .join(Membership, Membership.store_id == Store.id)
        .where(Membership.user_id == user_id)
        .order_by(Store.name)
    ).all()


def members(session: Session, store_id: str) -> Sequence[Membership]:
    """The people of a store, by name, each with the user loaded."""
    return session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(Membership.store_id == store_id)
        .order_by(User.name, User.email)
    ).all()


def member(session: Session, store_id: str, user_id: str) -> User | None:
    """The user if they are a member of the store."""
    return session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.store_id == store_id, User.id == user_id)
    )


def user_by_email(session: Session, email: str) -> User | None:
    """The user with this address, letter case aside."""
    return session.scalar(select(User).where(User.email == normal_email(email)))


def user_to_check(session: Session, email: str) -> User | None:
    """The same with the password's hash loaded: for a sign-in."""
    wanted = select(User).where(User.email == normal_email(email))
    return session.scalar(wanted.options(undefer(User.password)))


def user_to_prove(session: Session, user_id: str) -> User | None:
    """The user with password and second factor loaded, locked until the transaction ends."""
    return session.scalar(
        select(User)
        .where(User.id == user_id)
        .options(
            undefer(User.password), undefer(User.tf_totp_secret), undefer(User.mf_recovery_codes)
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def recovery_codes(session: Session, user_id: str) -> list[str]:
    """The hashes of the recovery codes a person has left."""
    return session.scalar(select(User.mf_recovery_codes).where(User.id == user_id)) or []


def signed_in(
    session: Session, fs_uniquifier: str, token_hash: str
) -> tuple[User, UserSession] | None:
    """Whom a cookie names and the browser it was given to; None once either is over."""
    found = session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            User.fs_uniquifier == fs_uniquifier,
            User.active,
            UserSession.token_hash == token_hash,
            UserSession.ended_at.is_(None),
        )
    ).one_or_none()
    return (found[0], found[1]) if found else None


def sessions_of(
    session: Session, user_id: str, *, seen_since: datetime, remembered_since: datetime
) -> Sequence[UserSession]:
    """The browsers in which a person is signed in, the last seen first.

    A browser that is not remembered is over when it was not seen since `seen_since`.
    """
    return session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.last_seen_at >= remembered_since,
            or_(UserSession.is_remembered, UserSession.last_seen_at >= seen_since),
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    ).all()


def invitations(session: Session, store_id: str) -> Sequence[Invitation]:
    """The open invitations of a store, expired ones included, by address."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.store_id == store_id, Invitation.accepted_at.is_(None))
        .order_by(Invitation.email)
    ).all()


def invitation(session: Session, store_id: str, invitation_id: str) -> Invitation | None:
    """An open invitation of the store, locked until the transaction ends."""
    return _invitation(
        session, Invitation.store_id == store_id, Invitation.id == invitation_id, is_open=True
    )


def invitation_to(session: Session, store_id: str, email: str) -> Invitation | None:
    """The invitation of the store to an address, accepted or not; locked."""
    at = Invitation.email == normal_email(email)
    return _invitation(session, Invitation.store_id == store_id, at)


def invitation_behind(session: Session, token_hash: str) -> Invitation | None:
    """The open invitation a link leads to; locked."""
    return _invitation(session, Invitation.token_hash == token_hash, is_open=True)


def everyone(session: Session) -> Sequence[User]:
    """Every user of the installation by address, each with memberships and their stores loaded."""
    stores = selectinload(User.memberships).joinedload(Membership.store)
    return session.scalars(select(User).options(stores).order_by(User.email)).all()


def membership(session: Session, store_id: str, user_id: str) -> Membership | None:
    """The person's membership in the store, with the user loaded."""
    return session.scalar(
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.store_id == store_id, Membership.user_id == user_id)
    )


def locked_admins(session: Session, store_id: str) -> Sequence[Membership]:
    """The admins of the store who can sign in, locked until the transaction ends."""
    return session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(Membership.store_id == store_id, Membership.role == Role.ADMIN, User.active)
        .order_by(Membership.id)
        .with_for_update(of=[Membership, User], key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def administered(session: Session, user_id: str) -> Sequence[Store]:
    """The stores of which a person is an admin, in one order for everybody who locks them."""
    return session.scalars(
        select(Store)
        .join(Membership, Membership.store_id == Store.id)
        .where(Membership.user_id == user_id, Membership.role == Role.ADMIN)
        .order_by(Store.id)
    ).all()


def normal_email(email: str) -> str:
    """The one spelling of an address that is stored and compared."""
    return email.strip().lower()


def _invitation(
    session: Session, *which: ColumnElement[bool], is_open: bool = False
) -> Invitation | None:
    wanted = select(Invitation).where(*which).with_for_update()
    if is_open:
        wanted = wanted.where(Invitation.accepted_at.is_(None))
    return session.scalar(wanted)
