"""copy: move the database to the other dialect."""

from __future__ import annotations

import click

from shopapp.cli.units import read_config


@click.command()
@click.option("--from", "source", required=True, help="sqlite:///… or postgresql://…")
@click.option("--to", "target", required=True, help="An empty database, as its owner.")
def copy(source: str, target: str) -> None:
    """Copy a whole database to an empty one, compare both, and leave the copy quiesced.

    Stop shopapp first: what is written meanwhile is not copied. Files stay in the instance folder.
    """
    from shopapp.crypto import instance
    from shopapp.ops.copying import actions

    keyring = instance.load(read_config()).keyring
    copied = actions.copy(source, target, keyring=keyring, say=click.echo)
    click.echo(
        f"Copied {copied.rows:,} rows of {copied.tables} tables; counts and hashes agree. "
        f"A secret opened in {copied.opened} of {copied.sealed} stores that have one."
    )
    if copied.opened < copied.sealed:
        click.echo("The others need the keyring they were sealed with (ENCRYPTION_KEYS).", err=True)
    click.echo("Attachments, outbox and keys are files: they stay in the instance folder.")


COMMANDS = (copy,)
"""The commands of this module."""
