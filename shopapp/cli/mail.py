"""mail: bring mail in from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, read_config, unit

if TYPE_CHECKING:
    from shopapp.inbox.actions.importing import Report


@click.group()
def mail() -> None:
    """Customer mail."""


@mail.command(name="import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
@click.option("--refused", is_flag=True, help="List what was refused, and why.")
@click.option(
    "--draft-days",
    default=7,
    show_default=True,
    help="Draft replies to mail of the last so many days only; 0: to none.",
)
def import_mail(path: Path, store: str, refused: bool, draft_days: int) -> None:
    """Turn .eml files, an mbox, a Maildir or a folder of them into tickets; safe to repeat.

    A mail may have 50 MB. Old mail gets no draft by itself: ask for one on its ticket.
    """
    from datetime import timedelta

    from shopapp.inbox.actions.importing import Intake, Report, import_path

    config = read_config()
    with unit(config) as session:
        store_id = found_store(session, store).id
        session.rollback()
        intake = Intake.of(config, store_id, fresh=timedelta(days=draft_days))
        report = Report()
        for report in import_path(intake, path):
            _progress(report)
    _tell(report, refused=refused)


@mail.command(name="check-domain")
@click.argument("address")
@click.option("--store", default="harbor", show_default=True, help="The store's handle.")
@click.option("--selector", help="A DKIM selector; without it the mailbox's own.")
def check_domain(address: str, store: str, selector: str | None) -> None:
    """Look up MX, SPF, DKIM and DMARC of the mailbox ADDRESS, and say which record to add."""
    from shopapp.mail import domains
    from shopapp.mail.queries import mailbox_at
    from shopapp.refusals import Invalid
    from shopapp.tenancy import bind

    config = read_config()
    with unit(config) as session:
        bind(session, found_store(session, store).id)
        mailbox = mailbox_at(session, address)
        if mailbox is None:
            message = f"The store {store} has no mailbox {address}."
            raise Invalid(message)
        row = domains.look_up(session, mailbox, selector=selector, config=config)
        findings = domains.findings_of(row)
    for one in findings:
        click.echo(f"{one.check:6} {one.verdict.value:8} {one.says}")
        if one.value:
            click.echo(f"       add at {one.name}: {one.value}")


def _progress(report: Report) -> None:
    """On a terminal, one line that counts."""
    from sys import stderr

    if stderr.isatty():
        click.echo(f"\r{report.seen} seen, {report.parsed} read", nl=False, err=True)


def _tell(report: Report, *, refused: bool) -> None:
    click.echo(
        f"{report.seen} seen: {report.stored} stored, {report.duplicates} here already, "
        f"{report.refused} refused; {report.parsed} read, {report.opened} new tickets, "
        f"{report.quarantined} in quarantine."
    )
    for origin, reason in report.reasons if refused else ():
        click.echo(f"refused {origin}: {reason}")


COMMANDS = (mail,)
