"""retention: forget what is over its time, or say what would go."""

from __future__ import annotations

import click

from shopapp.cli.units import found_store, unit


@click.group()
def retention() -> None:
    """What is kept how long (Settings, Retention); it runs every night by itself."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--store", "handle", help="Handle of one store. Default: every store.")
def run(dry_run: bool, handle: str | None) -> None:
    """Forget what is over its time, in small batches; safe to kill and to run again."""
    from functools import partial

    from flask import current_app
    from sqlalchemy import select

    from shopapp import clock
    from shopapp.ops.retention import running
    from shopapp.stores.models import Store
    from shopapp.tenancy import store_transaction

    with unit() as session:
        every = session.scalars(select(Store).order_by(Store.handle)).all()
        found = [found_store(session, handle)] if handle else every
        stores = [(store.id, store.handle) for store in found]
        session.rollback()
        for store_id, name in stores:
            transaction, now = partial(store_transaction, store_id), clock.now()
            if dry_run:
                with transaction() as bound:
                    counted = running.counts(bound, now)
            else:
                counted = running.run(transaction, current_app.config["SHOPAPP"], now)
            _tell(name, counted, "would go" if dry_run else "gone")


def _tell(store: str, counted: dict[str, int], what: str) -> None:
    from shopapp.ops.retention.rules import RULES

    for rule in RULES:
        click.echo(f"{store}: {rule.label}: {counted[rule.key]:,} {what}")


COMMANDS = (retention,)
"""The commands of this module."""
