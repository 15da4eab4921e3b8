"""drafts: what machines proposed and people made of it, as training data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shopapp.cli.units import found_store, unit

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def drafts() -> None:
    """Drafts of replies, and what they teach."""


@drafts.command()
@click.option("--store", "handle", required=True, help="Handle of the store.")
@click.option("--to", type=click.Path(), required=True, help="A new or empty folder.")
@click.option("--since", help="The first day, as 2026-11-26, in the store's time zone.")
@click.option("--until", help="The last day.")
@click.option("--subject", help="What drafts are for: ticket, purchase_order or seo.")
@click.option("--intent", help="What the mail asked for.")
@click.option("--model", help="Who drafted.")
@click.option("--language", help="A two-letter code.")
def export(handle: str, to: str, **typed: str | None) -> None:
    """Write decided drafts as TRL datasets: preference, SFT and unpaired, redacted and split."""
    from contextlib import closing

    from shopapp.audit.actions import record
    from shopapp.db import new_session
    from shopapp.drafts.actions import exporting
    from shopapp.drafts.queries import exportable
    from shopapp.drafts.queries.filters import Filters
    from shopapp.tenancy import bind

    filters, folder = Filters.read(typed), _empty(to)
    with unit() as session:
        store = found_store(session, handle)
        store_id = store.id
        session.rollback()
        with closing(new_session()) as reading:
            reading.reading = True
            bind(reading, store_id)
            plan = exportable.plan(reading, filters)
            pages = exporting.read_pages(reading, plan, _progress)
            manifest = exporting.write(plan, pages, folder)
        bind(session, store_id)
        told = {**filters.stored(), "to": str(folder)}
        record(session, "export.written", store, by=None, after=told, source="cli")
    _tell(manifest, folder)


def _empty(to: str) -> Path:
    from pathlib import Path

    from shopapp.refusals import Invalid

    folder = Path(to)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        message = f"{to} is not empty: name a new folder."
        raise Invalid(message)
    return folder


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done:,} of {total:,} drafts", err=True, nl=done >= total)


def _tell(manifest: dict[str, Any], folder: Path) -> None:
    click.echo(f"Wrote {folder}: {manifest['drafts']:,} drafts looked at.")
    for kind, splits in manifest["rows"].items():
        counts = ", ".join(f"{name} {number:,}" for name, number in splits.items())
        click.echo(f"  {kind}: {counts}")
    for kind, reasons in manifest["left_out"].items():
        for reason, number in reasons.items():
            click.echo(f"  left out of {kind}: {number:,}, {reason}")


COMMANDS = (drafts,)
"""The commands of this module."""
