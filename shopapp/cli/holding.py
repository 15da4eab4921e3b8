"""resume: let what is on hold leave."""

from __future__ import annotations

import click

from shopapp.cli.units import unit


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def resume(yes: bool) -> None:
    """List what waits to leave, ask, and end the hold on a restored or copied installation."""
    from shopapp.jobs import quiet

    with unit() as session:
        row = quiet.state(session)
        if row is None or row.quiesced_at is None:
            click.echo("Nothing is on hold.")
            return
        click.echo(f"{row.quiesced_because} On hold since {row.quiesced_at:%Y-%m-%d %H:%M} UTC.")
        session.rollback()
        _list()
        if not yes:
            click.confirm("Let everything leave?", abort=True)
        quiet.resume(session, by="the command line")
    click.echo("Mail leaves again.")


def _list() -> None:
    from shopapp.ops.holding import held_by_store

    for handle, held in held_by_store():
        for mail in held.waiting:
            click.echo(f"{handle}: to {', '.join(mail.recipients)}: {mail.subject}")
        click.echo(f"{handle}: {len(held.waiting)} to leave, {len(held.unknown)} unknown")


COMMANDS = (resume,)
