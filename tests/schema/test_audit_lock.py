"""The audit log takes new lines and refuses everything else, except through its one door."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.exc import DatabaseError

from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent, AuditOpening
from shopapp.db import Session
from shopapp.ops.database import audit_unlocked
from shopapp.stores.models import Store
from tests import cast
from tests.conftest import OpenStore
from tests.databases import engine_of

LINES = select(func.count()).select_from(AuditEvent)
REFUSED = "audit_event is append-only|permission denied for table audit_event"


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    """A session on harbor, where Ben has done one thing."""
    session = store_session("harbor")
    event = AuditEvent(actor_id=cast.BEN.id, actor_name="Ben", action="ticket.closed")
    event.subject_type, event.subject_id, event.after = "ticket", "1", {"status": "closed"}
    session.add(event)
    session.commit()
    return session


@pytest.mark.parametrize("values", [{"action": "nothing"}, {"actor_id": cast.ADA.id}])
def test_a_line_cannot_be_changed(harbor: Session, values: dict[str, str]) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(update(AuditEvent).values(values))


def test_a_line_cannot_be_deleted(harbor: Session) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(delete(AuditEvent))


def test_a_store_with_lines_cannot_be_deleted_by_accident(harbor: Session) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(delete(Store).where(Store.id == cast.HARBOR.id))


@pytest.mark.dialects("postgresql")
def test_the_log_cannot_be_truncated(harbor: Session) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(text("TRUNCATE audit_event"))


def test_a_person_who_leaves_keeps_their_name_in_the_log(harbor: Session) -> None:
    harbor.execute(delete(User).where(User.id == cast.BEN.id))
    assert harbor.scalars(select(AuditEvent.actor_name)).all() == ["Ben"]
    assert harbor.scalars(select(AuditEvent.actor_id)).all() == [None]


def test_retention_has_a_door(harbor: Session) -> None:
    with audit_unlocked(_connection(harbor)):
        harbor.execute(delete(AuditEvent))
    assert harbor.scalar(LINES) == 0


def test_a_store_leaves_through_the_door_with_everything(harbor: Session, engine: Engine) -> None:
    with audit_unlocked(_connection(harbor)):
        harbor.execute(delete(Store).where(Store.id == cast.HARBOR.id))
    harbor.commit()
    with Session(harbor._db, bind=engine) as later:
        assert later.scalars(select(Store.handle)).all() == ["hill"]


def test_who_used_the_door_is_known_when_the_store_is_gone(harbor: Session, owner_url: str) -> None:
    with audit_unlocked(_connection(harbor), "Harbor closes"):
        harbor.execute(delete(Store).where(Store.id == cast.HARBOR.id))
    harbor.commit()
    with engine_of(owner_url) as owner, Session(harbor._db, bind=owner) as later:
        opening = later.scalars(select(AuditOpening)).one()
    assert (opening.reason, opening.removed, opening.is_open) == ("Harbor closes", 1, False)


def test_the_door_closes_behind_who_used_it(harbor: Session) -> None:
    with audit_unlocked(_connection(harbor)):
        pass
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(delete(AuditEvent))


def test_a_rollback_closes_the_door_too(harbor: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_behind_the_door(harbor)
    harbor.rollback()
    assert harbor.scalar(LINES) == 1
    with pytest.raises(DatabaseError, match=REFUSED):
        harbor.execute(delete(AuditEvent))


def test_an_open_door_lets_nobody_change_a_line(harbor: Session) -> None:
    with pytest.raises(DatabaseError, match=REFUSED), audit_unlocked(_connection(harbor)):
        harbor.execute(update(AuditEvent).values(action="nothing"))


def _fail_behind_the_door(session: Session) -> None:
    with audit_unlocked(_connection(session)):
        session.execute(delete(AuditEvent))
        raise ZeroDivisionError


def _connection(session: Session) -> Connection:
    return session.connection()
