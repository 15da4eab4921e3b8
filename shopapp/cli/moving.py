"""import: move in from another help desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, unit

if TYPE_CHECKING:
    from shopapp.sheets.importing import Report

_DESKS = click.Choice(("gorgias", "zendesk", "helpscout"))


@click.command(name="import")
@click.argument("desk", type=_DESKS)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
@click.option("--open-tickets", is_flag=True, help="Bring tickets that are still open, too.")
@click.option("--dry-run", is_flag=True, help="Only say what would be brought.")
def import_desk(desk: str, file: Path, store: str, open_tickets: bool, dry_run: bool) -> None:
    """Bring macros, tags and closed tickets from another help desk's export; safe to repeat."""
    from shopapp.inbox.actions.moving import bring
    from shopapp.tenancy import bind

    with unit() as session:
        bind(session, found_store(session, store).id)
        report = bring(
            desk,
            session,
            file.read_bytes(),
            {"tickets": "all" if open_tickets else "closed"},
            write=not dry_run,
            progress=lambda done, total: None,
        )
    _tell(report)


def _tell(report: Report) -> None:
    for what, number in report.counts.items():
        click.echo(f"{number:,} {what}")
    if report.refused:
        click.echo(f"{report.refused:,} refused")
    for problem in report.problems:
        click.echo(f"record {problem.line}: {problem.message}")


COMMANDS = (import_desk,)
"""The commands of this module."""
