"""config, map: what is in force, and where things are."""

from __future__ import annotations

import click

from shopapp.cli.units import read_config


@click.command()
def config() -> None:
    """Print every variable in force, passwords and keys masked."""
    from dataclasses import fields

    from shopapp.config import masked

    values = read_config()
    for variable in fields(values):
        click.echo(f"{variable.metadata['name']}={masked(variable.name, values)}")


@click.command(name="map")
@click.option("--every-file", is_flag=True, help="Modules inside the packages too.")
def house_map(every_file: bool) -> None:
    """Print the tree of the code with its captions."""
    from shopapp.ops import housemap

    click.echo(housemap.tree(every_file=every_file), nl=False)


COMMANDS = (config, house_map)
