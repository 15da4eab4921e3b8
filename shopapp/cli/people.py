"""init, users: people and their first store; nothing here needs mail."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, read_config, unit

if TYPE_CHECKING:
    from shopapp.accounts.models import Membership, User
    from shopapp.db import Session

PASSWORD = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
STORE = click.option("--store", required=True, help="The store's handle.")
ROLE = click.option("--role", type=click.Choice(["admin", "agent", "staff"]), default="agent")


@click.command()
@click.option("--email", required=True, help="Who will be the admin.")
@click.option("--name", default="", help="The admin's name.")
@click.option("--store", default="My store", show_default=True, help="The store's name.")
@click.option("--handle", help="The store's name in addresses; made from its name when left out.")
@PASSWORD
def init(email: str, name: str, store: str, handle: str | None, password_stdin: bool) -> None:
    """Make the first admin and an empty store, without demo data."""
    from shopapp.ops import start

    config = read_config()
    start.bring_up_to_date(config)
    handle = handle or _handle_of(store)
    with unit(config) as session:
        password, said = _password(password_stdin)
        start.open_own_store(
            session, email=email, name=name, password=password, store=store, handle=handle
        )
    click.echo(f"{config.base_url}/{handle}/ is ready for {email}.{said}")


@click.group()
def users() -> None:
    """People and what they may do."""


@users.command(name="list")
def list_users() -> None:
    """Everybody, with roles by store."""
    from shopapp.accounts import queries

    with unit() as session:
        session.reading = True
        for user in queries.everyone(session):
            roles = ", ".join(f"{each.store.handle}: {each.role}" for each in user.memberships)
            off = "" if user.active else " (switched off)"
            click.echo(f"{user.email}{off}  {roles or 'no store'}")


@users.command()
@click.option("--email", required=True)
@click.option("--name", default="")
@STORE
@ROLE
@PASSWORD
def add(email: str, name: str, store: str, role: str, password_stdin: bool) -> None:
    """Admit somebody to a store; a new person gets a password."""
    from shopapp.account import actions
    from shopapp.accounts import queries
    from shopapp.accounts.models import Role
    from shopapp.tenancy import bind

    said = ""
    with unit() as session:
        bind(session, found_store(session, store).id)
        user = queries.user_by_email(session, email)
        if user is None:
            password, said = _password(password_stdin)
            user = actions.create_user(session, email=email, name=name, password=password)
        actions.add_member(session, user, role=Role(role), by=None, source="cli")
    click.echo(f"{email} is {role} of {store}.{said}")


@users.command(name="reset-password")
@click.argument("email")
@PASSWORD
def reset_password(email: str, password_stdin: bool) -> None:
    """Give somebody a new password and end their sessions."""
    from shopapp.account import actions

    with unit() as session:
        password, said = _password(password_stdin)
        user_id = actions.set_password(_found(session, email), password=password).id
        session.commit()
        actions.note(user_id, "user.password_reset", by=None, source="cli")
    click.echo(f"{email} has a new password; every session of theirs has ended.{said}")


@users.command(name="reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Let somebody who lost phone and recovery codes sign in with the password alone."""
    from shopapp.account import actions
    from shopapp.account.actions import factors

    with unit() as session:
        user_id = factors.reset(session, _found(session, email)).id
        session.commit()
        actions.note(user_id, "user.second_factor_reset", by=None, source="cli")
    click.echo(f"{email} signs in with the password alone; every session of theirs has ended.")


@users.command()
@click.argument("email")
@STORE
@click.option("--role", type=click.Choice(["admin", "agent", "staff"]), required=True)
def role(email: str, store: str, role: str) -> None:
    """Give a member another role."""
    from shopapp.account import actions
    from shopapp.accounts.models import Role

    with unit() as session:
        member = _member(session, email, store)
        actions.change_role(session, member, role=Role(role), by=None, source="cli")
    click.echo(f"{email} is {role} of {store}.")


@users.command()
@click.argument("email")
@STORE
def remove(email: str, store: str) -> None:
    """Let a member go."""
    from shopapp.account import actions

    with unit() as session:
        actions.remove_member(session, _member(session, email, store), by=None, source="cli")
    click.echo(f"{email} is no longer a member of {store}.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Switch an account off; its sessions end. The last admin of a store stays on."""
    _switch(email, active=False)


@users.command()
@click.argument("email")
def enable(email: str) -> None:
    """Switch an account on again."""
    _switch(email, active=True)


def _switch(email: str, *, active: bool) -> None:
    from shopapp.account import actions

    with unit() as session:
        user_id = actions.set_active(_found(session, email), active=active).id
        session.commit()
        done = "user.enabled" if active else "user.disabled"
        actions.note(user_id, done, by=None, source="cli")
    click.echo(f"{email} is switched {'on' if active else 'off'}.")


def _found(session: Session, email: str) -> User:
    from shopapp.accounts.queries import user_by_email
    from shopapp.refusals import Invalid

    user = user_by_email(session, email)
    if user is None:
        message = f"There is nobody with the address {email}."
        raise Invalid(message)
    return user


def _member(session: Session, email: str, handle: str) -> Membership:
    """The membership, through a session that is bound to its store from here on."""
    from shopapp.accounts.queries import membership
    from shopapp.refusals import Invalid
    from shopapp.tenancy import bind

    store = found_store(session, handle)
    found = membership(session, store.id, _found(session, email).id)
    if found is None:
        message = f"{email} is not a member of {handle}."
        raise Invalid(message)
    bind(session, store.id)
    return found


def _password(from_stdin: bool) -> tuple[str, str]:
    """A password, and what to say of it: one that was made up is shown once."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), ""
    from shopapp.accounts.passwords import generated

    password = generated()
    return password, f"\nPassword (shown once): {password}"


def _handle_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")


COMMANDS = (init, users)
