"""doctor, studio: how the installation fares, and a look at its data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, read_config, unit

if TYPE_CHECKING:
    from shopapp.ops.doctor.examination import Report

_MARKS = {"ok": "ok     ", "warning": "warning", "wrong": "WRONG  ", "unknown": "unknown"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Examine this installation; exit code 1 when something is wrong."""
    from shopapp.ops.doctor.cases import opened
    from shopapp.ops.doctor.examination import examine

    with opened(read_config()) as case:
        report = examine(case)
    click.echo(_as_json(report) if as_json else _as_text(report))
    ctx.exit(0 if report.is_well else 1)


@click.command()
@click.option("--store", default="", help="The store's handle; every store when left out.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in a browser.")
def studio(store: str, open_browser: bool) -> None:
    """Print where the data can be looked at: admins sign in there, and see their store."""
    from webbrowser import open as show

    from sqlalchemy import select

    from shopapp.stores.models import Store

    config = read_config()
    with unit(config) as session:
        session.reading = True
        query = select(Store.handle).order_by(Store.handle)
        handles = [found_store(session, store).handle] if store else session.scalars(query).all()
    for handle in handles:
        click.echo(f"{config.base_url}/{handle}/system/studio")
    if open_browser and handles:
        show(f"{config.base_url}/{handles[0]}/system/studio")


def _as_json(report: Report) -> str:
    from dataclasses import asdict

    findings = [
        {"group": title, **asdict(each)} for title, found in report.groups for each in found
    ]
    return json.dumps({"is_well": report.is_well, "findings": findings}, indent=1)


def _as_text(report: Report) -> str:
    lines: list[str] = []
    for title, found in report.groups:
        lines += ["", title]
        for each in found:
            lines.append(f"  {_MARKS[each.status]}  {each.sentence}")
            lines += [f"           {each.fix}"] if each.fix else []
    return "\n".join(lines[1:])


COMMANDS = (doctor, studio)
