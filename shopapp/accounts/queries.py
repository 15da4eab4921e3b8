"""People and memberships as the edge and the pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from shopapp.accounts.models import Membership, Role, User
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
        .where(Membership.store_id == store_id, Membership.role == Role.ADMIN, User.active)
        .with_for_update(of=Membership)
    ).all()


def normal_email(email: str) -> str:
    """The one spelling of an address that is stored and compared."""
    return email.strip().lower()
