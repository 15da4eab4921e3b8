"""What is done to people: made, admitted to a store, given another role or password, let go."""

from __future__ import annotations

import re
from contextlib import closing

from sqlalchemy.orm import object_session

from shopapp.accounts import passwords, presence, queries
from shopapp.accounts.models import Membership, Role, User
from shopapp.audit import actions as audit
from shopapp.db import Session, new_session
from shopapp.ids import new_id
from shopapp.jobs import ledger
from shopapp.refusals import Invalid, NotAllowed
from shopapp.tenancy import store_of, store_transaction

NOTE = "account.note"
_EMAIL = re.compile(r"[^@\s,;:<>\"()]+@[^@\s,;:<>\"()]+\.[^@\s,;:<>\"()]+|[^@\s]+@localhost")
WRONG = "That e-mail address and password do not belong together."
OFF = "This account is switched off. An admin of your store can switch it on again."
DEMO = (
    "Demo accounts work on this machine only. Make your own with shopapp init, "
    "or set SHOPAPP_ALLOW_DEMO=1."
)
LAST_ADMIN = "A store needs an admin: make somebody else one first."


def authenticate(session: Session, *, email: str, password: str, demo_may_sign_in: bool) -> User:
    """The person with this address and password.

    Raises NotAllowed. Only who gave the right password learns more than that it was not.
    """
    user = queries.user_to_check(session, email)
    if not passwords.is_right(password, user) or user is None:
        raise NotAllowed(WRONG)
    if not user.active:
        raise NotAllowed(OFF)
    if user.is_demo and not demo_may_sign_in:
        raise NotAllowed(DEMO)
    return user


def create_user(session: Session, *, email: str, name: str = "", password: str) -> User:
    """A new person, not yet a member of any store.

    Raises Invalid for an address that is none or is taken, and for a weak password.
    """
    address = checked_email(email)
    if queries.user_by_email(session, address):
        message = f"There is a person with the address {address} already."
        raise Invalid(message, "email")
    passwords.check(password, email=address)
    user = User(email=address, name=name.strip(), password=passwords.hashed(password))
    session.add(user)
    session.flush()
    return user


def checked_email(email: str) -> str:
    """The one spelling of an address; raises Invalid for what is none."""
    address = queries.normal_email(email)
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        message = f"'{email}' is not an e-mail address."
        raise Invalid(message, "email")
    return address


def add_member(
    session: Session, user: User, *, role: Role, by: User | None, source: str = "web"
) -> Membership:
    """Admit `user` to the store of the session; raises Invalid when they are a member."""
    store_id = store_of(session)
    if queries.membership(session, store_id, user.id):
        message = f"{user.email} is a member of this store already."
        raise Invalid(message, "email")
    membership = Membership(store_id=store_id, user_id=user.id, role=role)
    session.add(membership)
    session.flush()
    after = {"email": user.email, "role": role.value}
    audit.record(session, "member.added", membership, by=by, after=after, source=source)
    return membership


def change_role(
    session: Session, membership: Membership, *, role: Role, by: User | None, source: str = "web"
) -> Membership:
    """Give a member another role; raises NotAllowed for the last admin."""
    if membership.role is role:
        return membership
    _keep_an_admin(session, membership.store_id, membership.user_id)
    before, after = {"role": membership.role.value}, {"role": role.value}
    membership.role = role
    audit.record(
        session,
        "member.role_changed",
        membership,
        by=by,
        before=before,
        after=after,
        source=source,
    )
    return membership


def remove_member(
    session: Session, membership: Membership, *, by: User | None, source: str = "web"
) -> Membership:
    """Let a member go; raises NotAllowed for the last admin."""
    _keep_an_admin(session, membership.store_id, membership.user_id)
    before = {"email": membership.user.email, "role": membership.role.value}
    audit.record(session, "member.removed", membership, by=by, before=before, source=source)
    session.delete(membership)
    return membership


def rename(user: User, *, name: str) -> User:
    """What others read beside what the person does."""
    user.name = name
    return user


def set_password(user: User, *, password: str) -> User:
    """A new password; every session of the person ends. Raises Invalid for a weak one.

    Say so in the audit log with `note` once it is committed, or with `note_later` before: it
    concerns several stores.
    """
    passwords.check(password, email=user.email)
    user.password = passwords.hashed(password)
    return end_sessions(user)


def change_password(user: User, *, current: str, password: str) -> User:
    """The person's own new password; raises Invalid on 'current' when that one is wrong."""
    if not passwords.is_right(current, user):
        message = "That is not your present password."
        raise Invalid(message, "current")
    return set_password(user, password=password)


def end_sessions(user: User) -> User:
    """Sign the person out everywhere; the cookies they had are worth nothing."""
    presence.end_all(_session_of(user), user.id)
    user.fs_uniquifier = new_id()
    return user


def set_active(user: User, *, active: bool) -> User:
    """Switch an account on or off; off ends every session of the person.

    Raises NotAllowed for the last admin of a store.
    """
    if not active:
        session = _session_of(user)
        for store in queries.administered(session, user.id):
            _keep_an_admin(session, store.id, user.id)
        end_sessions(user)
    user.active = active
    return user


def note(user_id: str, action: str, *, by: User | None, source: str = "web") -> None:
    """Write a fact about a person, whom no store owns, into the audit log of each of their stores.

    A session belongs to one store, so each line is a short transaction of its own: call it when
    no other one is open.
    """
    with closing(new_session()) as session:
        session.reading = True
        store_ids = [store.id for store in queries.stores_of(session, user_id)]
    for store_id in store_ids:
        with store_transaction(store_id) as session:
            audit.record(session, action, session.get_one(User, user_id), by=by, source=source)


def note_later(session: Session, user: User, action: str, *, by: User | None) -> None:
    """The same from within a request: jobs write the lines once its transaction is committed."""
    arguments = {"user_id": user.id, "action": action, "by_id": by.id if by else None}
    for store in queries.stores_of(session, user.id):
        ledger.enqueue(session, NOTE, store_id=store.id, arguments=arguments)


def _keep_an_admin(session: Session, store_id: str, user_id: str) -> None:
    admins = {each.user_id for each in queries.locked_admins(session, store_id)}
    if admins == {user_id}:
        raise NotAllowed(LAST_ADMIN)


def _session_of(user: User) -> Session:
    session = object_session(user)
    if not isinstance(session, Session):
        message = "this person was read through no session"
        raise TypeError(message)
    return session
