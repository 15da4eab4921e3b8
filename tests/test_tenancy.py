"""Proof 4: two stores side by side; a session bound to one neither reads nor writes the other."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, exists, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload

from shopapp.accounts.models import User
from shopapp.catalog.models import Customer, Location, Order
from shopapp.db import Session
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.tenancy import CrossStore, Unbound, bind, store_of
from tests import cast
from tests.conftest import OpenStore

Rows = dict[str, str | None] | list[dict[str, str | None]]
TENT_SUBJECTS = {"The tent has three corners", "Too quiet"}
TEA_SUBJECTS = {"Where is my tea?", "A leaf in the parcel"}


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


@pytest.fixture
def hill(store_session: OpenStore) -> Session:
    return store_session("hill")


@pytest.fixture
def foreign_id(hill: Session) -> str:
    """The id of a ticket of the other store."""
    found = hill.scalars(select(Ticket.id).order_by(Ticket.number)).all()
    hill.rollback()
    return found[0]


def test_equal_shopify_ids_live_side_by_side(harbor: Session, hill: Session) -> None:
    tea = harbor.scalars(select(Order.shopify_id).order_by(Order.shopify_id)).all()
    harbor.rollback()
    assert tea == hill.scalars(select(Order.shopify_id).order_by(Order.shopify_id)).all()
    assert len(tea) == 2


def test_a_select_finds_own_rows_alone(harbor: Session) -> None:
    assert set(harbor.scalars(select(Ticket.subject))) == TEA_SUBJECTS
    assert harbor.scalar(select(func.count()).select_from(Ticket)) == 2


def test_a_get_by_a_foreign_id_finds_nothing(harbor: Session, foreign_id: str) -> None:
    assert harbor.get(Ticket, foreign_id) is None


def test_an_alias_hides_nothing(harbor: Session) -> None:
    other = aliased(Ticket)
    assert set(harbor.scalars(select(other.subject))) == TEA_SUBJECTS


def test_a_join_finds_own_rows_alone(harbor: Session) -> None:
    """Even on a value that both stores share."""
    pairs = select(Ticket.subject, Order.name).join(
        Order, Order.shopify_id == Ticket.shopify_order_id
    )
    assert len(harbor.execute(pairs).all()) == 2
    outer = select(User.name, Ticket.subject).outerjoin(Ticket, Ticket.number == 1)
    assert {subject for _, subject in harbor.execute(outer)} == {"Where is my tea?"}


def test_a_subquery_finds_own_rows_alone(harbor: Session, foreign_id: str) -> None:
    inner = select(Ticket.subject).subquery()
    assert set(harbor.scalars(select(inner.c.subject))) == TEA_SUBJECTS
    spy = select(User.id).where(exists().where(Ticket.id == foreign_id))
    assert harbor.scalars(spy).all() == []


def test_a_relationship_leads_to_own_rows_alone(harbor: Session, hill: Session) -> None:
    stranger = hill.scalars(select(Customer.id)).first()
    hill.rollback()
    point_away = update(Ticket).where(Ticket.number == 1).values(customer_id=stranger)
    harbor.execute(point_away)
    harbor.commit()
    for option in (joinedload, selectinload, lazyload):
        harbor.expunge_all()
        loaded = select(Ticket).where(Ticket.number == 1).options(option(Ticket.customer))
        ticket = harbor.scalars(loaded).one()
        assert ticket.customer_id == stranger
        assert ticket.customer is None


def test_an_update_reaches_own_rows_alone(harbor: Session, hill: Session) -> None:
    harbor.execute(update(Ticket).values(subject="Ours"))
    harbor.commit()
    assert set(hill.scalars(select(Ticket.subject))) == TENT_SUBJECTS


def test_a_delete_reaches_own_rows_alone(harbor: Session, hill: Session) -> None:
    harbor.execute(delete(TicketMessage))
    harbor.execute(delete(Ticket))
    harbor.commit()
    assert set(hill.scalars(select(Ticket.subject))) == TENT_SUBJECTS


def test_a_row_added_belongs_to_the_bound_store(harbor: Session) -> None:
    place = Location(shopify_id="1", name="Quay")
    harbor.add(place)
    harbor.commit()
    assert place.store_id == cast.HARBOR.id


def test_a_row_that_names_another_store_is_refused(harbor: Session) -> None:
    harbor.add(Location(shopify_id="1", name="Summit", store_id=cast.HILL.id))
    with pytest.raises(CrossStore):
        harbor.flush()


def test_a_row_cannot_move_to_another_store(harbor: Session) -> None:
    ticket = harbor.scalars(select(Ticket)).first()
    assert ticket is not None
    ticket.store_id = cast.HILL.id
    with pytest.raises(CrossStore):
        harbor.flush()


SUMMIT = {"id": "cx", "store_id": cast.HILL.id, "shopify_id": "1", "name": "Summit"}
QUAY = {"id": "cy", "store_id": cast.HARBOR.id, "shopify_id": "1", "name": "Quay"}


@pytest.mark.parametrize("rows", [SUMMIT, [SUMMIT], [QUAY, SUMMIT], {**QUAY, "store_id": None}])
def test_an_insert_into_another_store_is_refused(harbor: Session, rows: Rows) -> None:
    with pytest.raises(CrossStore):
        harbor.execute(insert(Location), rows)
    given = [rows] if isinstance(rows, dict) else rows
    with pytest.raises(CrossStore):
        harbor.execute(insert(Location).values(given))


def test_an_insert_into_the_bound_store_works(harbor: Session) -> None:
    harbor.execute(insert(Location), [QUAY])
    harbor.execute(insert(Location).values(QUAY | {"id": "cz", "shopify_id": "2"}))
    harbor.execute(insert(Location).values([QUAY | {"id": "cw", "shopify_id": "3"}]))
    assert harbor.scalars(select(Location.name)).all() == ["Quay"] * 3


def test_the_legacy_bulk_methods_are_refused(harbor: Session) -> None:
    """They ask nobody."""
    for method in (harbor.bulk_insert_mappings, harbor.bulk_update_mappings):
        with pytest.raises(NotImplementedError):
            method(Location, [QUAY])
    with pytest.raises(NotImplementedError):
        harbor.bulk_save_objects([Location(**QUAY)])


def test_an_update_by_key_is_refused(harbor: Session, foreign_id: str) -> None:
    """SQLAlchemy adds no condition to it, so it would reach every store."""
    with pytest.raises(CrossStore):
        harbor.execute(update(Ticket), [{"id": foreign_id, "subject": "Ours"}])


def test_an_update_cannot_give_rows_away(harbor: Session, hill: Session) -> None:
    with pytest.raises(CrossStore):
        harbor.execute(update(Ticket).values(store_id=cast.HILL.id, number=Ticket.number + 10))
    harbor.rollback()
    assert set(hill.scalars(select(Ticket.subject))) == TENT_SUBJECTS


def test_merging_a_foreign_row_is_refused(harbor: Session, hill: Session) -> None:
    ticket = hill.scalars(select(Ticket)).first()
    assert ticket is not None
    hill.expunge(ticket)
    hill.rollback()
    merged = harbor.merge(ticket)
    merged.subject = "Ours"
    with pytest.raises(CrossStore):
        harbor.flush()


def test_an_unbound_session_gets_no_store_owned_row(session: Session) -> None:
    for statement in (select(Ticket), update(Ticket).values(subject=""), delete(Ticket)):
        with pytest.raises(Unbound):
            session.execute(statement)
    session.add(Location(shopify_id="1", name="Nowhere"))
    with pytest.raises(Unbound):
        session.flush()


def test_an_unbound_session_reads_platform_tables(session: Session) -> None:
    assert set(session.scalars(select(User.name))) == {"Ada", "Ben", "Cleo", "Dora", "Eve"}


def test_a_session_is_bound_once_for_life(harbor: Session) -> None:
    bind(harbor, cast.HARBOR.id)
    with pytest.raises(CrossStore):
        bind(harbor, cast.HILL.id)
    assert store_of(harbor) == cast.HARBOR.id


def test_a_session_bound_in_the_middle_of_a_transaction_sees_its_store(session: Session) -> None:
    session.scalars(select(User)).all()
    bind(session, cast.HILL.id)
    assert set(session.scalars(select(Ticket.subject))) == TENT_SUBJECTS
    session.commit()
    assert set(session.scalars(select(Ticket.subject))) == TENT_SUBJECTS


@pytest.mark.dialects("postgresql")
def test_raw_sql_stops_at_the_wall(harbor: Session) -> None:
    count = text("SELECT count(*) FROM ticket")
    assert harbor.scalar(count) == 2
    harbor.execute(text("UPDATE ticket SET subject = 'Ours'"))
    harbor.commit()
    give_away = text("UPDATE ticket SET store_id = :hill, number = number + 10")
    with pytest.raises(ProgrammingError, match="row-level security"):
        harbor.execute(give_away, {"hill": cast.HILL.id})


@pytest.mark.dialects("postgresql")
def test_the_wall_hides_everything_from_an_unbound_connection(engine: Engine) -> None:
    count = text("SELECT count(*) FROM ticket")
    with engine.connect() as connection:
        assert connection.scalar(count) == 0
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(func.set_config("app.store_id", cast.HILL.id, True)))
        assert connection.scalar(count) == 0


@pytest.mark.dialects("postgresql")
def test_a_pooled_connection_forgets_the_store(harbor: Session, engine: Engine) -> None:
    harbor.scalars(select(Ticket)).all()
    harbor.commit()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ticket")) == 0
