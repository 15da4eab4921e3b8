"""knowledge: bring articles and policies from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, unit

if TYPE_CHECKING:
    from shopapp.sheets.importing import Report


@click.group(name="knowledge")
def knowledge() -> None:
    """Articles and policies that drafts rest on."""


@knowledge.command(name="import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE…",
)
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
@click.option("--kind", type=click.Choice(("article", "policy")), default="article")
@click.option("--split", is_flag=True, help="One article for each second-level heading.")
@click.option("--dry-run", is_flag=True, help="Only say what would be brought.")
def import_files(
    files: tuple[Path, ...], store: str, kind: str, split: bool, dry_run: bool
) -> None:
    """Bring Markdown, HTML or CSV files, or a zip of them; an article of the same title changes."""
    from shopapp.inbox.actions.bringing import bring
    from shopapp.sheets.bundling import bundled
    from shopapp.tenancy import bind

    with unit() as session:
        bind(session, found_store(session, store).id)
        report = bring(
            session,
            bundled([(file.name, file.read_bytes()) for file in files]),
            {"are": kind, "split": "headings" if split else "whole"},
            write=not dry_run,
            progress=lambda done, total: None,
        )
    _tell(report)


def _tell(report: Report) -> None:
    for what, number in report.counts.items():
        click.echo(f"{what.capitalize()}: {number:,}")
    if report.refused:
        click.echo(f"Refused: {report.refused:,}")
    for problem in report.problems:
        click.echo(f"{problem.column}: {problem.message}")


COMMANDS = (knowledge,)
"""The commands of this module."""
