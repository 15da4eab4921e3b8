"""Proof 5: every portable type gives back what it was given, on both dialects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import StatementError

from shopapp.catalog.models import Customer, Order
from shopapp.columns import clean
from shopapp.connections.models import DataKey
from shopapp.db import Session, db
from shopapp.stores.models import StoreSettings
from shopapp.tenancy import bind
from tests import cast

RoundTrip = Callable[[type[Any], str, Any], Any]
LARGEST = Decimal(2**63 - 1) / 10_000

some = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
zones = st.timezones() | st.builds(
    lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439)
)
amounts = st.decimals(-LARGEST, LARGEST, places=4)
json_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
anything = st.text(st.characters())


@pytest.fixture
def round_trip(engine: Engine) -> RoundTrip:
    """Write a value into a column of a harbor row, and read it in another transaction."""

    def go(model: type[Any], column: str, value: Any) -> Any:
        with Session(db, bind=engine) as session:
            bind(session, cast.HARBOR.id)
            row = session.scalars(select(model).order_by(model.id)).first() or _data_key(session)
            setattr(row, column, value)
            row_id = row.id
            session.commit()
            return session.scalars(select(getattr(model, column)).where(model.id == row_id)).one()

    return go


@some
@given(
    moment=st.datetimes(
        min_value=datetime(1000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(9998, 12, 30),  # noqa: DTZ001
        timezones=zones,
        allow_imaginary=False,
    )
)
def test_a_moment_comes_back_in_utc_to_the_microsecond(
    round_trip: RoundTrip, moment: datetime
) -> None:
    back = round_trip(Order, "placed_at", moment)
    # in UTC: an hour that comes twice never equals one of another zone (PEP 495)
    assert back == moment.astimezone(UTC)
    assert back.tzinfo is UTC


def test_a_naive_moment_is_refused(round_trip: RoundTrip) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        round_trip(Order, "placed_at", datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_moments_compare_in_the_database_as_in_python(engine: Engine) -> None:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        before = cast.NOON.astimezone(timezone(timedelta(hours=9)))
        placed = select(Order.name).where(Order.placed_at < before).order_by(Order.name)
        assert session.scalars(placed).all() == ["#1001", "#1002"]


@some
@given(amount=amounts | st.just(LARGEST) | st.just(-LARGEST) | st.just(Decimal("0.0001")))
def test_an_amount_comes_back_exactly(round_trip: RoundTrip, amount: Decimal) -> None:
    back = round_trip(Order, "total", amount)
    assert isinstance(back, Decimal)
    assert back == amount


@pytest.mark.parametrize("amount", [Decimal("0.00001"), LARGEST + 1, -LARGEST - 1])
def test_an_amount_that_does_not_fit_is_refused(round_trip: RoundTrip, amount: Decimal) -> None:
    with pytest.raises(StatementError, match="not an amount of at most four decimal places"):
        round_trip(Order, "total", amount)


@some
@given(words=anything)
def test_text_comes_back_without_what_postgresql_refuses(round_trip: RoundTrip, words: str) -> None:
    assert round_trip(Customer, "note", words) == clean(words)


def test_only_nul_and_lone_surrogates_are_taken_out() -> None:
    assert clean("Grüße, 東京 🫖\n\t") == "Grüße, 東京 🫖\n\t"
    assert clean("a\0b") == "ab"
    assert clean("a\ud800b") == "a?b"


@some
@given(value=st.lists(json_text, max_size=5))
def test_json_comes_back_with_its_unicode(round_trip: RoundTrip, value: list[str]) -> None:
    assert round_trip(Customer, "tags", value) == value


@some
@given(value=st.dictionaries(anything, st.integers(-(2**53), 2**53), max_size=4))
def test_json_keys_and_numbers_come_back(round_trip: RoundTrip, value: dict[str, int]) -> None:
    back = round_trip(StoreSettings, "retention_overrides", value)
    assert back == {clean(key): number for key, number in value.items()}


def test_json_of_another_shape_is_refused(round_trip: RoundTrip) -> None:
    with pytest.raises(StatementError) as refused:
        round_trip(Customer, "tags", ["tea", 7])
    assert isinstance(refused.value.orig, msgspec.ValidationError)
    assert "$[1]" in str(refused.value.orig)


def test_no_json_is_null_and_not_the_word_null(engine: Engine, round_trip: RoundTrip) -> None:
    from shopapp.mail.models import Mailbox

    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.add(Mailbox(address="tea@harbor.example", imap=None))
        session.commit()
        empty = text("SELECT count(*) FROM mailbox WHERE imap IS NULL")
        assert session.scalar(empty) == 1
    assert round_trip(Mailbox, "imap", None) is None


@some
@given(sealed=st.binary(max_size=300))
def test_sealed_bytes_come_back_byte_for_byte(round_trip: RoundTrip, sealed: bytes) -> None:
    assert round_trip(DataKey, "wrapped", sealed) == sealed


def _data_key(session: Session) -> DataKey:
    row = DataKey(version=1, kek_id="local", wrapped=b"")
    session.add(row)
    return row
