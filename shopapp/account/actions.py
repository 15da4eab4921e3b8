"""What is done to people: made, admitted to a store, given another role or password, let go."""

from __future__ import annotations

import re
from contextlib import closing

from shopapp import clock
from shopapp.accounts import passwords, queries
from shopapp.accounts.models import Membership, Role, User
from shopapp.audit import actions as audit
from shopapp.db import Session, new_session
from shopapp.ids import new_id
from shopapp.refusals import Invalid, NotAllowed
from shopapp.tenancy import store_of, store_transaction

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
    user.last_login_at = clock.now()
    return user


def create_user(session: Session, *, email: str, name: str = "", password: str) -> User:
    """A new person, not yet a member of any store.

    Raises Invalid for an address that is none or is taken, and for a weak password.
    """
    address = queries.normal_email(email)
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        message = f"'{email}' is not an e-mail address."
        raise Invalid(message, "email")
    if queries.user_by_email(session, address):
        message = f"There is a person with the address {address} already."
        raise Invalid(message, "email")
    passwords.check(password, email=address)
    user = User(email=address, name=name.strip(), password=passwords.hashed(password))
    session.add(user)
    session.flush()
    return user


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
    _keep_an_admin(session, membership)
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
    _keep_an_admin(session, membership)
    before = {"email": membership.user.email, "role": membership.role.value}
    audit.record(session, "member.removed", membership, by=by, before=before, source=source)
    session.delete(membership)
    return membership


def set_password(user: User, *, password: str) -> User:
    """A new password; every session of the person ends. Raises Invalid for a weak one.

    Say so in the audit log with `note` once it is committed: it concerns several stores.
    """
    passwords.check(password, email=user.email)
    user.password = passwords.hashed(password)
    user.fs_uniquifier = new_id()
    return user


def set_active(user: User, *, active: bool) -> User:
    """Switch an account on or off; off ends every session of the person."""
    if not active:
        user.fs_uniquifier = new_id()
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


def _keep_an_admin(session: Session, membership: Membership) -> None:
    admins = {each.id for each in queries.locked_admins(session, membership.store_id)}
    if admins == {membership.id}:
        raise NotAllowed(LAST_ADMIN)
