"""db, seed: the schema, and demo data."""

from __future__ import annotations

from typing import Any

import click

from shopapp.cli.units import read_config

_UNWANTED = ("init", "list-templates", "multidb")


class Database(click.Group):
    """Our commands, and after them those of Flask-Migrate we have no own words for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *sorted(set(_theirs()) - set(self.commands))]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or _theirs().get(name)


@click.group(cls=Database)
@click.pass_context
def db(ctx: click.Context) -> None:
    """Look after the database's schema."""
    from flask.cli import ScriptInfo

    from shopapp import create_app

    ctx.obj = ScriptInfo(create_app=lambda: create_app(read_config()))


@db.command()
def upgrade() -> None:
    """Bring the database to this code's revision."""
    from shopapp.ops import database, start

    config = read_config()
    start.bring_up_to_date(config)
    click.echo(f"The database is at {database.status(config.sqlalchemy_url).head}.")


@db.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Say where the database stands; exit code 1 when migrations are to come."""
    from shopapp.crypto import instance
    from shopapp.ops import database

    config = read_config()
    instance.load(config)
    found = database.status(config.sqlalchemy_url)
    click.echo(f"at {found.current or 'nothing yet'}, the code is at {found.head}")
    for revision in found.pending:
        click.echo(f"to come: {revision}")
    ctx.exit(0 if found.is_current else 1)


@click.command()
@click.option("--scenario", type=click.Choice(["base", "empty"]), default="base", show_default=True)
@click.option("--reset", is_flag=True, help="Remove the demo stores first.")
def seed(scenario: str, reset: bool) -> None:
    """Plant the demo stores."""
    from shopapp import create_app
    from shopapp.accounts import passwords
    from shopapp.ops import seeding, start

    config = read_config()
    start.bring_up_to_date(config)
    app = create_app(config)
    with app.app_context():
        password = config.demo_password or passwords.generated()
        seeding.plant(app, scenario, password=password, reset=reset)
    click.echo(f"Planted '{scenario}'. The password of every demo account: {password}")


def _theirs() -> dict[str, Any]:
    """Flask-Migrate's commands; those that would start a second history are left out."""
    from flask_migrate.cli import db as group

    return {name: found for name, found in group.commands.items() if name not in _UNWANTED}


COMMANDS = (db, seed)
