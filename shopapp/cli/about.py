"""config, map: what is in force, and where things are."""

from __future__ import annotations

import click

from shopapp.cli.units import read_config


@click.command()
def config() -> None:
    """Print every variable in force, secrets masked."""
    from dataclasses import fields

    values = read_config()
    for variable in fields(values):
        value = getattr(values, variable.name)
        shown = "••••" if variable.metadata["secret"] and value else _shown(value)
        click.echo(f"{variable.metadata['name']}={shown}")


@click.command(name="map")
@click.option("--every-file", is_flag=True, help="Modules inside the packages too.")
def house_map(every_file: bool) -> None:
    """Print the tree of the code with its captions."""
    from shopapp.ops import housemap

    click.echo(housemap.tree(every_file=every_file), nl=False)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


COMMANDS = (config, house_map)
