"""jobs: background work, of every store and of the installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from shopapp.cli.units import found_store, unit

if TYPE_CHECKING:
    from shopapp.ops.jobs import Line

STATES = ("dead", "waiting", "running", "done", "cancelled")
_KEPT_AS = {"waiting": "queued"}


@click.group()
def jobs() -> None:
    """Look at background work; retry or discard what was given up."""


@jobs.command(name="list")
@click.option("--state", type=click.Choice(STATES), help="Default: all that is not over.")
@click.option("--store", help="The store's handle. Default: all, and the installation's own work.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_jobs(state: str | None, store: str | None, limit: int) -> None:
    """The newest jobs, one a line, and how late work is."""
    from shopapp.jobs import queries
    from shopapp.jobs.models import JobState
    from shopapp.ops import jobs as ledger

    wanted = (state,) if state else STATES[:3]
    states = [JobState(_KEPT_AS.get(each, each)) for each in wanted]
    with unit() as session:
        session.reading = True
        store_id = found_store(session, store).id if store else None
        for line in ledger.lines(session, states=states, store_id=store_id, limit=limit):
            click.echo(_row(line))
        click.echo(f"The oldest due job has waited {queries.overdue_seconds(session):.0f} s.")


@jobs.command()
@click.argument("job_id")
def show(job_id: str) -> None:
    """Everything about one job but its arguments, which may name people."""
    from shopapp.ops import jobs as ledger

    with unit() as session:
        session.reading = True
        line = ledger.line(session, job_id)
        job = line.job
        for label, value in (
            ("job", f"{line.title} ({job.name})"),
            ("store", line.store or "the installation"),
            ("state", job.state),
            ("tries", f"{job.attempts} of {job.max_attempts}"),
            ("next try", job.run_at if job.state == "queued" else None),
            ("began", job.started_at),
            ("ended", job.finished_at),
            ("known", line.known),
            ("last error", job.last_error),
        ):
            if value:
                click.echo(f"{label:<11}{value}")


@jobs.command()
@click.argument("job_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every job that was given up.")
def retry(job_ids: tuple[str, ...], everything: bool) -> None:
    """Queue jobs that were given up again."""
    from shopapp.ops import jobs as ledger

    for job_id, is_queued in _settled(ledger.retry, job_ids, everything):
        click.echo(f"{job_id} is queued {'again' if is_queued else 'already'}.")


@jobs.command()
@click.argument("job_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every job that was given up.")
def discard(job_ids: tuple[str, ...], everything: bool) -> None:
    """Put jobs that were given up away for good."""
    from shopapp.ops import jobs as ledger

    for job_id, _ in _settled(ledger.discard, job_ids, everything):
        click.echo(f"{job_id} is discarded.")


def _settled(
    act: Callable[[str], bool], job_ids: tuple[str, ...], everything: bool
) -> Iterator[tuple[str, bool]]:
    """Each job and what `act` said of it, in transactions of their own."""
    from shopapp.ops.jobs import dead_ids

    if bool(job_ids) == everything:
        message = "Name jobs, or say --all."
        raise click.UsageError(message)
    with unit() as session:
        session.reading = True
        chosen = dead_ids(session) if everything else job_ids
        session.rollback()
        for job_id in chosen:
            yield job_id, act(job_id)


def _row(line: Line) -> str:
    job = line.job
    words = (job.id, job.state, line.title, line.store or "–", f"{job.attempts}/{job.max_attempts}")
    return "  ".join((*words, line.known)).rstrip()


COMMANDS = (jobs,)
