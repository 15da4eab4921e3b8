"""Whether work gets done: the queue, the schedule, mail that has not left."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from shopapp import clock
from shopapp.jobs import queries, quiet
from shopapp.jobs.models import Job, JobState, ScheduleSlot
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, warning, wrong
from shopapp.ops.doctor.wording import counted, span

_SLOW = timedelta(minutes=1)
_STUCK = timedelta(minutes=5)
_UNKEPT = timedelta(minutes=25)  # some chore is due every ten minutes
_START = "Start a worker: shopapp work (shopapp serve brings one)."


def held(case: Case) -> Finding | None:
    """Nothing is held back."""
    with case.session() as session:
        found = quiet.state(session)
    if found is None or found.quiesced_at is None:
        return None
    fix = "Look at what waits, then run shopapp resume."
    return warning(f"Nothing leaves: {found.quiesced_because}", fix)


def queue(case: Case) -> Finding:
    """Jobs that are due are taken."""
    with case.session() as session:
        lag = timedelta(seconds=queries.overdue_seconds(session))
    sentence = f"The oldest due job has waited for {span(lag)}."
    if lag > _STUCK:
        return wrong(sentence, _START)
    if lag > _SLOW:
        return warning(sentence, "Give shopapp work more --threads, or start a second one.")
    return ok("No due job waits for a worker." if not lag else sentence)


def dead(case: Case) -> Finding:
    """No job was given up."""
    is_dead = Job.state == JobState.DEAD
    if case.only:
        is_dead &= Job.store_id == case.only
    with case.session() as session:
        number = session.scalar(select(func.count(Job.id)).where(is_dead)) or 0
    if not number:
        return ok("No job was given up.")
    return warning(
        f"Given up after too many failures: {counted(number, 'job')}.",
        "Read why on Today, then try them again.",
    )


def schedule(case: Case) -> Finding:
    """Somebody keeps the schedule."""
    with case.session() as session:
        last = session.scalar(select(func.max(ScheduleSlot.created_at)))
    if last is None:
        return unknown("The schedule has not begun yet.", _START)
    age = clock.now() - last
    sentence = f"The schedule last wrote a job {span(age)} ago."
    return ok(sentence) if age < _UNKEPT else wrong(sentence, _START)


def deliveries(case: Case) -> Finding:
    """Mail leaves, and nobody has to find out whether it did."""
    late = OutboundMail.not_before < clock.now() - _STUCK
    doubtful = waiting = 0
    for store_id in case.stores:
        with case.session(store_id) as session:
            state, count = OutboundMail.state, func.count(OutboundMail.id)
            is_unknown = select(count).where(state == OutboundState.UNKNOWN)
            is_late = select(count).where(state == OutboundState.QUEUED, late)
            doubtful += session.scalar(is_unknown) or 0
            waiting += session.scalar(is_late) or 0
    if doubtful:
        sentence = f"Nobody knows whether {counted(doubtful, 'mail')} arrived."
        return warning(sentence, "Open each ticket, find out, and say so.")
    if waiting:
        sentence = f"{counted(waiting, 'mail')} should have left more than {span(_STUCK)} ago."
        return warning(sentence, "Test the mail server in Settings, Connections.")
    return ok("No mail is late, and no delivery is in doubt.")
