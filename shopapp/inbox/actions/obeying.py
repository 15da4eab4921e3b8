"""Rules at work: looked at when mail arrives or an answer fails to come, and explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from shopapp import clock
from shopapp.accounts import queries as people
from shopapp.db import Session
from shopapp.inbox import rules
from shopapp.inbox.actions import screening, snoozing, sorting, working
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import InboxRule, Macro, Priority, RuleRun, Ticket, TicketMessage, Trigger
from shopapp.inbox.queries import rules as queries
from shopapp.refusals import Refused
from shopapp.tenancy import store_of

log = structlog.get_logger(__name__)


def obey(
    session: Session, ticket: Ticket, message: TicketMessage, trigger: Trigger, *, occasion: str
) -> list[InboxRule]:
    """Let the active rules of `trigger` look at the ticket, in their order; those that acted.

    What one rule does wakes no other. One that breaks is left out, and says so on its page.
    """
    acted: list[InboxRule] = []
    active = queries.active(session, trigger)
    facts = queries.facts(session, ticket, message) if active else None
    for rule in active:
        if facts is not None and _obeyed(session, rule, ticket, facts, occasion):
            acted.append(rule)
    return acted


def obey_one(
    session: Session, rule: InboxRule, ticket: Ticket, message: TicketMessage, *, occasion: str
) -> bool:
    """Let one rule look at the ticket; whether it acted."""
    return _obeyed(session, rule, ticket, queries.facts(session, ticket, message), occasion)


def name_of(rule: InboxRule) -> str:
    """How a rule is called where it explains itself: 'rule 3: VIP'."""
    return f"rule {rule.position}: {rule.name}"


def _obeyed(
    session: Session, rule: InboxRule, ticket: Ticket, facts: rules.Facts, occasion: str
) -> bool:
    try:
        if not rules.holds(rule.conditions, facts, needs_all=rule.needs_all):
            return False
        with session.begin_nested():
            run = RuleRun(rule_id=rule.id, ticket_id=ticket.id, occasion=occasion)
            session.add(run)
            _act(session, rule, ticket, run)
    except (StaleDataError, OperationalError):  # overtaken: the mail is read again as a whole
        raise
    except Exception as error:  # noqa: BLE001 - no rule may keep mail from arriving
        _broken(session, rule, ticket, error)
        return False
    return True


def _act(session: Session, rule: InboxRule, ticket: Ticket, run: RuleRun) -> None:
    for step in rule.actions:
        _DO[step["do"]](session, ticket, step.get("value", ""), name_of(rule), run)
    session.flush()


def _broken(session: Session, rule: InboxRule, ticket: Ticket, error: Exception) -> None:
    log.warning("inbox.rule failed", rule=rule.id, error=type(error).__name__)
    rule.failed_at = clock.now()
    said = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    rule.last_error = f"On ticket #{ticket.number}: {said}"[:500]


Step = Callable[[Session, Ticket, str, str, RuleRun], object]


def _tag(session: Session, ticket: Ticket, value: str, why: str, _run: RuleRun) -> None:
    sorting.tag(session, ticket, name=value, by=None, why=why)


def _assign(session: Session, ticket: Ticket, value: str, why: str, _run: RuleRun) -> None:
    person = people.member(session, store_of(session), value)
    if person is None:
        message = "The person it assigns to is no longer in the team."
        raise Refused(message)
    working.assign(session, ticket, to=person, by=None, why=why)


def _prioritise(session: Session, ticket: Ticket, value: str, why: str, _run: RuleRun) -> None:
    sorting.set_priority(session, ticket, to=Priority(value), by=None, why=why)


def _snooze(session: Session, ticket: Ticket, value: str, why: str, _run: RuleRun) -> None:
    until = clock.now() + timedelta(hours=int(value))
    snoozing.snooze(session, ticket, until=until, by=None, why=why)


def _close(session: Session, ticket: Ticket, _value: str, why: str, _run: RuleRun) -> None:
    working.close(session, ticket, by=None, why=why)


def _spam(session: Session, ticket: Ticket, _value: str, why: str, _run: RuleRun) -> None:
    screening.mark_spam(session, ticket, by=None, why=why)


def _macro(session: Session, ticket: Ticket, value: str, why: str, run: RuleRun) -> None:
    macro = session.get(Macro, value)
    if macro is None:
        message = "The macro it proposes is no longer there."
        raise Refused(message)
    run.macro_id = macro.id
    note_event(session, ticket, "rule", by=None, to=macro.title, reason=why)


_DO: Mapping[str, Step] = {
    "tag": _tag,
    "assign": _assign,
    "prioritise": _prioritise,
    "snooze": _snooze,
    "close": _close,
    "spam": _spam,
    "macro": _macro,
}
STEPS: Sequence[str] = tuple(_DO)
