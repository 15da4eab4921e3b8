"""run, serve, work: start shopapp."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shopapp.cli.units import read_config

if TYPE_CHECKING:
    from shopapp.ops.seeding import Planted


@click.command()
def run() -> None:
    """Start here: make what is missing, then serve with a worker beside it."""
    from shopapp.ops import serving, start

    config = read_config()
    serving.check_port(config.host, config.port)
    planted = start.first_start(config)
    start.check_keys(config)
    if planted:
        _tell(planted)
    elif not start.has_store(config):
        click.echo("There is no store yet: shopapp init --email you@example.com makes one.")
    serving.serve(config)


@click.command()
def serve() -> None:
    """Serve a database that is up to date, with a worker beside it."""
    from shopapp.ops import serving, start

    config = read_config()
    start.check_ready(config)
    start.check_keys(config)
    serving.serve(config)


@click.command()
@click.option("--threads", default=2, show_default=True, help="Jobs done at the same time.")
@click.option("--parent", type=int, hidden=True, help="End when this process ends.")
def work(threads: int, parent: int | None) -> None:
    """Do background work until stopped."""
    from shopapp import create_app, schedule
    from shopapp.ops import start

    config = read_config()
    start.check_ready(config)
    start.check_keys(config)
    schedule.work(create_app(config), parent=parent, threads=threads)


def _tell(planted: Planted) -> None:
    click.echo(f"\n{planted}. Sign in as one of")
    for account in planted.accounts:
        click.echo(f"  {account.email}  ({account.role} of {account.store})")
    click.echo(f"with the password  {planted.password}")
    click.echo("(said once; shopapp users reset-password gives a new one)\n")


COMMANDS = (run, serve, work)
