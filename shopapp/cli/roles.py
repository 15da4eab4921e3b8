"""db roles: who may do what in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shopapp.cli.data import db
from shopapp.cli.units import read_config

if TYPE_CHECKING:
    from shopapp.config import Config
    from shopapp.ops.roles import Outcome


@db.command()
@click.option("--owner", default="", help="Owns the tables. Default: DIRECT_URL's own role.")
@click.option("--runtime", default="shopapp_runtime", show_default=True, help="Runs the app.")
@click.option("--backup", default="shopapp_backup", show_default=True, help="Reads everything.")
@click.option("--search", default="shopapp_search", show_default=True, help="Never logs in.")
@click.option("--ask", is_flag=True, help="Ask for the passwords instead of making them.")
@click.option("--new-passwords", "anew", is_flag=True, help="Also for roles that are there.")
@click.option("--sql", "on_paper", is_flag=True, help="Print what would be run, and run nothing.")
@click.pass_context
def roles(ctx: click.Context, /, *, ask: bool, anew: bool, on_paper: bool, **named: str) -> None:
    """Make or mend PostgreSQL's roles through DIRECT_URL; exit code 1 when something is missing.

    The owner changes the schema, the runtime role reads and writes rows behind the walls, the
    backup role reads all. Run it before the first upgrade and after upgrades.
    """
    from shopapp.ops.granting import Names
    from shopapp.ops.roles import arrange

    names, config = Names(**named), read_config()
    given = {role: _asked(role) for role in names.people if role} if ask else {}
    done = arrange(config, names, given=given, anew=anew, on_paper=on_paper)
    for statement in done.statements if on_paper else ():
        click.echo(f"{statement};")
    _tell(config, done, err=on_paper)
    for sentence in done.missing:
        click.echo(f"missing: {sentence}", err=True)
    ctx.exit(1 if done.missing else 0)


def _asked(role: str) -> str:
    return str(click.prompt(f"Password of {role}", hide_input=True, confirmation_prompt=True))


def _tell(config: Config, done: Outcome, *, err: bool) -> None:
    """The new passwords, once, as the addresses they are for."""
    from shopapp.ops.roles import url_for

    names = done.names
    click.echo(
        f"{names.owner} owns the tables, {names.runtime} runs the app, {names.backup} backs it up.",
        err=err,
    )
    for role, password in done.passwords.items():
        variable = {names.owner: "DIRECT_URL", names.runtime: "DATABASE_URL"}.get(role, role)
        click.echo(f"{variable}={url_for(config, role, password)}  (shown once)", err=err)


COMMANDS: tuple[click.Command, ...] = ()
