"""knowledge: bring articles and policies from files, and take an import back."""

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
    from shopapp.imports.actions.deciding import bring_now
    from shopapp.inbox.actions.bringing import KNOWLEDGE
    from shopapp.sheets.bundling import bundled
    from shopapp.tenancy import bind

    content = bundled([(file.name, file.read_bytes()) for file in files])
    options = {"are": kind, "split": "headings" if split else "whole"}
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    with unit() as session:
        bind(session, found_store(session, store).id)
        if dry_run:
            _tell(KNOWLEDGE.run(session, content, options, write=False, progress=lambda *_: None))
            return
        row, report = bring_now(session, KNOWLEDGE, f"{files[0].name}{more}", content, options)
        _tell(report)
        click.echo(f"Take it back with: shopapp knowledge undo {row.id} --store {store}")


@knowledge.command(name="imports")
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
def list_imports(store: str) -> None:
    """What was imported, newest first, with the ids that `undo` takes."""
    from shopapp.imports import queries, wording
    from shopapp.tenancy import bind

    with unit() as session:
        bind(session, found_store(session, store).id)
        for row in queries.latest(session, "knowledge"):
            who = row.imported_by.email if row.imported_by else "at the terminal"
            came_to = ", ".join(f"{number:,} {what}" for what, number in row.counts.items())
            state, _ = wording.state(row, None)
            click.echo(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M} UTC  {state}  {row.filename}")
            click.echo(f"    {who}: {came_to or 'nothing'}")


@knowledge.command(name="undo")
@click.argument("import_id", metavar="[IMPORT]", required=False)
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
def undo_import(import_id: str | None, store: str) -> None:
    """Take an import back, the newest one unless told otherwise; what was changed since stays."""
    from shopapp.imports import queries, wording
    from shopapp.imports.actions.undoing import undo
    from shopapp.refusals import Invalid
    from shopapp.tenancy import bind

    with unit() as session:
        bind(session, found_store(session, store).id)
        row = queries.to_undo(session, "knowledge", import_id)
        if row is None:
            message = "No such import can be undone: see shopapp knowledge imports."
            raise Invalid(message)
        click.echo(f"{row.filename}: {wording.undone(undo(session, row, by=None))}")


def _tell(report: Report) -> None:
    for what, number in report.counts.items():
        click.echo(f"{what.capitalize()}: {number:,}")
    if report.refused:
        click.echo(f"Refused: {report.refused:,}")
    for problem in report.problems:
        click.echo(f"{problem.column}: {problem.message}")


COMMANDS = (knowledge,)
"""The commands of this module."""
