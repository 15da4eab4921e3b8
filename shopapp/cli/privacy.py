"""privacy: give out or remove what a store holds about somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, unit

if TYPE_CHECKING:
    from shopapp.db import Session
    from shopapp.ops.models import PrivacyRequest
    from shopapp.ops.privacy.people import Person


@click.group()
def privacy() -> None:
    """Requests of customers, and of a store that leaves (Settings, Privacy)."""


@privacy.command()
@click.option("--store", "handle", required=True, help="Handle of the store.")
@click.option("--customer", required=True, help="E-mail address, or Shopify id.")
@click.option("--to", type=click.Path(), required=True, help="The ZIP file to write.")
def export(handle: str, customer: str, to: str) -> None:
    """Write all that a store holds about a customer to a ZIP file."""
    from pathlib import Path

    from flask import current_app

    from shopapp.ops.privacy import actions

    with unit() as session:
        person = _person(session, handle, customer)
        config = current_app.config["SHOPAPP"]
        with Path(to).open("xb") as file:
            request = actions.export_customer(
                session, person, file, config=config, by=None, source="cli"
            )
        _tell(request, f"Wrote {to}")


@privacy.command()
@click.option("--store", "handle", required=True, help="Handle of the store.")
@click.option("--customer", required=True, help="E-mail address, or Shopify id.")
@click.option("--confirm", required=True, help="The same again: nothing brings it back.")
def redact_customer(handle: str, customer: str, confirm: str) -> None:
    """Remove what a store holds about a customer; orders keep their amounts."""
    from flask import current_app

    from shopapp.ops.models import RequestKind
    from shopapp.ops.privacy import actions
    from shopapp.ops.privacy.remembering import remember

    _check(customer, confirm)
    with unit() as session:
        person = _person(session, handle, customer)
        config = current_app.config["SHOPAPP"]
        session.rollback()
        remember(config, RequestKind.REDACT_CUSTOMER, person.store_id, person.hashes)
        request = actions.redact_customer(session, person, config=config, by=None, source="cli")
        _tell(request, "Redacted")


@privacy.command()
@click.option("--store", "handle", required=True, help="Handle of the store.")
@click.option("--confirm", required=True, help="The handle again: nothing brings it back.")
def redact_store(handle: str, confirm: str) -> None:
    """Remove a store with its keys, rows, files, and the people who work for no other."""
    from flask import current_app

    from shopapp.ops.models import RequestKind
    from shopapp.ops.privacy import actions
    from shopapp.ops.privacy.remembering import remember

    _check(handle, confirm)
    with unit() as session:
        store_id = found_store(session, handle).id
        session.rollback()
        config = current_app.config["SHOPAPP"]
        remember(config, RequestKind.REDACT_STORE, store_id)
        request = actions.redact_store(config, store_id, by="the command line", source="cli")
        _tell(request, f"Redacted the store {handle}")


def _check(named: str, confirmed: str) -> None:
    from shopapp.refusals import Invalid

    if named != confirmed:
        message = f"Nothing was changed: --confirm must say '{named}'."
        raise Invalid(message)


def _person(session: Session, handle: str, customer: str) -> Person:
    """The person, with `session` bound to the store; raises Invalid when there is none."""
    from shopapp.ops.privacy import people
    from shopapp.refusals import Invalid
    from shopapp.tenancy import bind

    bind(session, found_store(session, handle).id)
    person = people.named(session, customer)
    if person is None:
        message = f"{handle} holds nothing about '{customer}'."
        raise Invalid(message)
    return person


def _tell(request: PrivacyRequest, what: str) -> None:
    click.echo(f"{what}: {request.total:,} rows and files. Proof: {request.id}")
    for table, count in sorted(request.counts.items()):
        click.echo(f"  {table}: {count:,}")


COMMANDS = (privacy,)
"""The commands of this module."""
