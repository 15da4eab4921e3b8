"""Writing sheets no spreadsheet runs; and what cells say."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.sheets import values
from shopapp.sheets.writing import guarded, lines, unguarded

BERLIN = ZoneInfo("Europe/Berlin")


@given(st.text(max_size=20))
def test_a_guarded_text_is_never_a_formula_and_comes_back(text: str) -> None:
    safe = guarded(text)
    number = text.lstrip("+-").replace(".", "", 1).isdecimal()
    assert number or not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    if not text.startswith("'"):
        assert unguarded(safe) == text


@given(st.lists(st.lists(st.text(max_size=9) | st.none() | st.integers(), min_size=2, max_size=2)))
def test_what_is_written_can_be_read(rows: list[list[object]]) -> None:
    text = "".join(lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    said = [["" if cell is None else cell for cell in row] for row in rows]
    wanted = [[guarded(c) if isinstance(c, str) else str(c) for c in row] for row in said]
    assert read == [["a", "b"], *wanted]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"),
        ("-5", "-5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("12,5", "12.5"),
        ("1,234,567", "1234567"),
        (".5", "0.5"),
        ("0.00005", "0.0000"),
    ],
)
def test_amounts(text: str, value: str) -> None:
    assert values.amount(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "NaN", "1e5", "1,234", "€5", "9" * 20, "١٢", "--1"])
def test_what_is_no_sure_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        values.amount(text)


@given(st.integers(-(10**13) * 10**4, 10**13 * 10**4))
def test_every_amount_we_write_is_read_exactly(units: int) -> None:
    amount = Decimal(units) / 10_000
    assert values.amount(f"{amount:f}") == amount


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-29 01:59:00 +0100", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T01:59:00Z", datetime(2026, 3, 29, 1, 59, tzinfo=UTC)),
        ("2026-03-29 03:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-07-01 10:00:00 UTC", datetime(2026, 7, 1, 10, 0, tzinfo=UTC)),
        ("2026-07-01 10:00:00 -02:30", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert values.moment(text, BERLIN) == moment


@pytest.mark.parametrize(
    "text", ["29/03/2026 01:59", "2026-13-01", "0001-01-01", "yesterday", "2026-01-01 25:00"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        values.moment(text, BERLIN)


def test_words_come_once_and_in_order() -> None:
    assert values.words(" vip, new,,vip , x") == ["vip", "new", "x"]
