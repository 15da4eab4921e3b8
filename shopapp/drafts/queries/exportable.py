"""Drafts an export takes: counted, cut into splits, and read page by page in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import undefer

from shopapp.accounts.queries import members
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.exporting import splitting
from shopapp.drafts.exporting.examples import Case
from shopapp.drafts.exporting.redacting import Known, Person
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.queries.filters import Filters
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

PAGE = 200
_ORDER = (AiDraft.created_at, AiDraft.id)
DECIDED = (DraftState.SENT, DraftState.DISCARDED)
TOLD = ("model", "version", "prompt_version", "intent", "language")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export does, settled when it begins: nothing that comes later changes it.

    `team` are the store's own people, `total` the drafts looked at, `stale` those overtaken.
    """

    filters: Filters
    timezone: str
    store_name: str
    team: tuple[Person, ...]
    total: int
    stale: int
    splits: splitting.Splits
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Material:
    """A draft with what its export needs: whose it is, and who is named in it."""

    case: Case
    customer: str
    known: Known


def plan(session: Session, filters: Filters) -> Plan:
    """Count what `filters` take and find where validation and test begin."""
    store = _store(session)
    newest = session.scalar(_narrowed(select(func.max(AiDraft.created_at)), filters, store))
    total = session.scalar(_narrowed(select(func.count()), filters, store)) or 0
    stale = _narrowed(select(func.count()), filters, store, (DraftState.STALE,))
    people = [each.user for each in members(session, store.id)]
    return Plan(
        filters,
        store.timezone,
        store.name,
        tuple(Person(tuple(filter(None, [each.name])), (each.email,)) for each in people),
        total,
        session.scalar(stale) or 0,
        splitting.Splits(*_cuts(session, filters, store, total)),
        newest,
    )


def page(session: Session, plan: Plan, after: Case | None) -> list[Material]:
    """The next drafts behind `after`, oldest first; none behind the last one."""
    if plan.until is None:
        return []
    query = _narrowed(select(AiDraft), plan.filters, _store(session))
    query = query.where(AiDraft.created_at <= plan.until)
    if after is not None:
        query = query.where(_is_behind(after))
    query = query.options(undefer(AiDraft.context_packet)).order_by(*_ORDER).limit(PAGE)
    return _materials(session, session.scalars(query).all(), plan.team)


def newest(session: Session, plan: Plan, limit: int) -> list[Material]:
    """The last drafts an export would hold, to be looked at before."""
    store = _store(session)
    query = _narrowed(select(AiDraft), plan.filters, store)
    query = query.options(undefer(AiDraft.context_packet))
    backwards = query.order_by(AiDraft.created_at.desc(), AiDraft.id.desc()).limit(limit)
    return _materials(session, session.scalars(backwards).all(), plan.team)


def classes(session: Session, filters: Filters) -> dict[str, int]:
    """How many drafts of each class the filters take."""
    store = _store(session)
    counted = _narrowed(select(AiDraft.edit_class, func.count()), filters, store)
    rows = session.execute(counted.group_by(AiDraft.edit_class)).all()
    counts = {row[0]: row[1] for row in rows}
    return {each.value: counts[each.value] for each in EditClass if counts.get(each.value)}


def choices(session: Session, column: Any) -> Sequence[str]:
    """The different values of a column among decided drafts, for a filter's list."""
    query = select(column).where(AiDraft.state.in_(DECIDED), column.is_not(None)).distinct()
    return session.scalars(query.order_by(column).limit(100)).all()


def _materials(
    session: Session, drafts: Sequence[AiDraft], team: tuple[Person, ...]
) -> list[Material]:
    """The drafts with their origins, asked for once."""
    origins = subjects.origins(session, drafts)
    nobody = subjects.Origin("", "", "", Known())
    return [_material(draft, origins.get(draft.id, nobody), team) for draft in drafts]


def _store(session: Session) -> Store:
    return session.scalars(select(Store).where(Store.id == store_of(session))).one()


def _narrowed(
    query: Select[*tuple[Any, ...]],
    filters: Filters,
    store: Store,
    states: tuple[DraftState, ...] = DECIDED,
) -> Select[*tuple[Any, ...]]:
    wanted: list[ColumnElement[bool]] = [AiDraft.state.in_(states)]
    begins, ends = filters.begins(store.timezone), filters.ends(store.timezone)
    if begins:
        wanted.append(AiDraft.created_at >= begins)
    if ends:
        wanted.append(AiDraft.created_at < ends)
    exact = {
        AiDraft.intent: filters.intent,
        AiDraft.model: filters.model,
        AiDraft.language: filters.language,
        AiDraft.subject_type: DraftSubject(filters.subject) if filters.subject else None,
    }
    wanted += [column == value for column, value in exact.items() if value]
    return query.where(*wanted)


def _cuts(
    session: Session, filters: Filters, store: Store, total: int
) -> tuple[datetime | None, datetime | None]:
    """The moments of the rows with which validation and test begin."""
    ordered = _narrowed(select(AiDraft.created_at), filters, store).order_by(*_ORDER)
    validation, test = (
        session.scalar(ordered.offset(at).limit(1)) for at in splitting.positions(total)
    )
    return validation, test


def _is_behind(after: Case) -> ColumnElement[bool]:
    same = and_(AiDraft.created_at == after.at, AiDraft.id > after.id)
    return and_(AiDraft.created_at >= after.at, or_(AiDraft.created_at > after.at, same))


def _material(draft: AiDraft, origin: subjects.Origin, team: tuple[Person, ...]) -> Material:
    packet = draft.context_packet or {}
    question = packet.get("question") or origin.question
    case = Case(
        draft.id,
        draft.created_at,
        draft.content,
        draft.final_text if draft.state is DraftState.SENT else None,
        EditClass(draft.edit_class or EditClass.DISCARDED),
        question,
        packet.get("subject") or origin.subject,
        packet,
        draft.score or {},
        {"up": True, "down": False}.get((draft.feedback or {}).get("thumb", "")),
        draft.discard_reason or "",
        {name: getattr(draft, name) for name in TOLD},
    )
    customer = (packet.get("customer") or {}).get("email", "").lower()
    known = Known((*_of_packet(packet), *origin.known.people, *team), *_named(packet, origin.known))
    return Material(case, origin.customer or customer or draft.subject_id, known)


def _of_packet(packet: dict[str, Any]) -> tuple[Person, ...]:
    customer = packet.get("customer") or {}
    names = [customer.get("name") or "", customer.get("first_name") or ""]
    emails = tuple(filter(None, [customer.get("email")]))
    return (Person(tuple(filter(None, names)), emails),) if any(names) or emails else ()


def _named(packet: dict[str, Any], known: Known) -> tuple[tuple[str, ...], tuple[str, ...]]:
    order = packet.get("order") or {}
    parcels = [p.get("tracking_number") or "" for p in order.get("fulfilments") or ()]
    orders = (*known.orders, *filter(None, [order.get("name")]))
    return orders, (*known.parcels, *filter(None, parcels))
