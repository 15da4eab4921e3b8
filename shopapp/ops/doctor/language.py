"""Whether the language model can write: set up, its key opens, it answers, money is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from shopapp import clock
from shopapp.connections.language_models import model_key
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.drafts.actions.asking import tariff_of
from shopapp.drafts.actions.spending import month_of
from shopapp.drafts.models import CallState, ModelCall, ModelMonth, ModelService
from shopapp.drafts.queries.writers import language_model
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, Status, ok, unknown, warning, wrong
from shopapp.ops.doctor.wording import counted, span
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

_SETTINGS = "Settings, AI drafts"
_TEST = f"Test it in {_SETTINGS}. Until then the embedded drafter writes."
_NEARLY = Decimal("0.9")
_READY = "The language model is set up."
_WORST_FIRST = (Status.WRONG, Status.WARNING, Status.UNKNOWN, Status.OK)


def ready(case: Case) -> Finding:
    """Where a service was chosen, its address, model and key are there; nobody is asked."""
    found = [_set_up(case, session, service) for session, service in _services(case)]
    return _worst(found) or ok("The embedded drafter writes; no service is asked.")


def answering(case: Case) -> Finding | None:
    """The service's last calls were answered; as they went by themselves, none is made."""
    return _worst([_answered(session, service) for session, service in _services(case)])


def money(case: Case) -> Finding | None:
    """This month's budget holds another draft."""
    return _worst([_left(session, service) for session, service in _services(case)])


def _services(case: Case) -> Iterator[tuple[Session, ModelService]]:
    """Each store's language model with a session bound to the store, where it has one."""
    for store_id in case.stores:
        with case.session(store_id) as session:
            service = language_model(session)
            if service is not None:
                yield session, service


def _worst(found: Sequence[Finding]) -> Finding | None:
    """One sentence for all stores: the worst, the first where they are alike."""
    return min(found, key=lambda each: _WORST_FIRST.index(each.status), default=None)


def _name(session: Session) -> str:
    return session.scalars(select(Store.name).where(Store.id == store_of(session))).one()


def _set_up(case: Case, session: Session, service: ModelService) -> Finding:
    if service.base_url and service.model:
        return _key(case, session)
    sentence = f"{_name(session)}: the language model lacks an address or a name."
    return wrong(sentence, f"Enter it in {_SETTINGS}, or choose the embedded one.")


def _key(case: Case, session: Session) -> Finding:
    """A key that a key service wraps would have to be asked for: Keys says whether it is known."""
    if not (case.config.instance / instance.SECRETS).exists():
        return unknown("There are no keys yet.", "The first start makes them.")
    keyring = instance.load(case.config).keyring
    if not keyring.is_remote:
        try:
            model_key(session, keyring=keyring)
        except ConnectorError as error:
            return wrong(f"{_name(session)}: {error.message}", error.fix or _TEST)
    return ok(_READY)


def _answered(session: Session, service: ModelService) -> Finding:
    now, last = clock.now(), _last_answer(session)
    since = f"last answered {span(now - last)} ago" if last else "has never answered"
    name = _name(session)
    if service.opened_until and service.opened_until > now:
        wait = span(service.opened_until - now)
        sentence = f"{name}: the language model is left alone for {wait} more; it {since}."
        return warning(sentence, _TEST)
    if service.failures:
        failed = counted(service.failures, "time")
        return warning(f"{name}: the language model failed {failed} in a row; it {since}.", _TEST)
    if last is None:
        return unknown(f"{name}: the language model {since}.", _TEST)
    return ok(f"The language model {since}.")


def _last_answer(session: Session) -> datetime | None:
    answered = ModelCall.state == CallState.SETTLED
    return session.scalar(select(func.max(ModelCall.created_at)).where(answered))


def _left(session: Session, service: ModelService) -> Finding:
    tariff, month = tariff_of(service), month_of(session)
    row = session.scalar(select(ModelMonth).where(ModelMonth.month == month))
    used = row.spent + row.reserved if row else Decimal(0)
    if tariff.budget is None:
        known = f"{used:.2f} was spent this month" if tariff.prices else "prices are not known"
        return ok(f"No budget is set; {known}.")
    name = _name(session)
    if tariff.prices is None:
        sentence = f"{name}: a budget is set without prices, so no call is made."
        return wrong(sentence, f"Enter the model’s prices in {_SETTINGS}.")
    sentence = f"{name}: {used:.2f} of this month’s budget of {tariff.budget:.2f} is used."
    if used < _NEARLY * tariff.budget:
        return ok(sentence)
    return warning(
        sentence, f"Raise it in {_SETTINGS}; once it is used up the embedded one writes."
    )
