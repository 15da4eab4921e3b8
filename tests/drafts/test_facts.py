"""Facts in many notations, and what is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from shopapp import money
from shopapp.drafts.reading.facts import FactKind, facts

K = FactKind


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("costs $1,204.50 now", K.AMOUNT, "1204.5 USD"),
        ("costs 1.204,50 € now", K.AMOUNT, "1204.5 EUR"),
        ("CA$45.00", K.AMOUNT, "45 CAD"),
        ("EUR 45", K.AMOUNT, "45 EUR"),
        ("$45.00 AUD", K.AMOUNT, "45 AUD"),
        ("a fee of 4.50", K.AMOUNT, "4.5"),
        ("45 dollars", K.AMOUNT, "45 USD"),
        ("10 % off", K.PERCENTAGE, "10%"),
        ("on 2026-03-12", K.DATE, "2026-03-12"),
        ("am 12.03.2026", K.DATE, "2026-03-12"),
        ("on March 12th, 2026", K.DATE, "2026-03-12"),
        ("on 12 March", K.DATE, "--03-12"),
        ("le 1er mars 2026", K.DATE, "2026-03-01"),
        ("3 de abril de 2026", K.DATE, "2026-04-03"),
        ("2026年3月12日", K.DATE, "2026-03-12"),
        ("within 14 days", K.DATE, "14 day"),
        ("in 3-5 business days", K.DATE, "3-5 day"),
        ("order #1042", K.ORDER, "1042"),
        ("Bestellung Nr. 10423", K.ORDER, "10423"),
        ("#HCR-1042", K.ORDER, "HCR-1042"),
        ("with 1Z999AA10123456784", K.TRACKING, "1Z999AA10123456784"),
        ("RR123456789GB", K.TRACKING, "RR123456789GB"),
        ("9400 1000 0000 0000 0000 00", K.TRACKING, "9400100000000000000000"),
        ("tracking number AB12345678", K.TRACKING, "AB12345678"),
        ("see https://Shop.example/Returns/.", K.LINK, "shop.example/Returns"),
        ("see shop.example/returns", K.LINK, "shop.example/returns"),
        ("https://good.example@evil.example/x", K.LINK, "good.example@evil.example/x"),
        ("mail jo.de@Shop.example", K.EMAIL, "jo.de@shop.example"),
        ("mail Help@Shop.example", K.EMAIL, "help@shop.example"),
        ("bag HCR-ETH-250", K.SKU, "HCR-ETH-250"),
        ("take WELCOME10", K.CODE, "WELCOME10"),
        ("with code FREESHIP", K.CODE, "FREESHIP"),
        ("call +1 503 555 0123", K.PHONE, "15035550123"),
        ("we can’t", K.NEGATION, "not"),
        ("leider nicht", K.NEGATION, "not"),
    ],
)
def test_one_fact_is_found_and_read(text: str, kind: FactKind, value: str) -> None:
    (fact,) = facts(text)
    assert (fact.kind, fact.value) == (kind, value)
    assert text[fact.start : fact.end] == fact.text


@pytest.mark.parametrize(
    "text",
    ["", "2 bags", "a V60 and 250G", "open 24/7", "HELLO THERE", "T-SHIRT", "v2.1", "31.13.2026"],
)
def test_ordinary_words_and_numbers_are_no_facts(text: str) -> None:
    assert facts(text) == ()


def test_an_ambiguous_date_has_both_readings() -> None:
    (fact,) = facts("03/04/2026")
    assert fact.readings == ("2026-04-03", "2026-03-04")


def test_the_digits_of_a_link_are_no_parcel() -> None:
    assert [f.kind for f in facts("https://track.example/940010000000")] == [K.LINK]


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from("en de fr es it nl pt".split())
)
def test_every_long_date_a_macro_renders_is_read_back(day: date, locale: str) -> None:
    readings = [f.readings for f in facts(format_date(day, "long", locale=locale))]
    assert readings == [(day.isoformat(),)]


@given(
    st.decimals(0, 9_999_999, places=2),
    st.sampled_from(["USD", "EUR", "GBP", "CAD", "SEK", "PLN", "CHF"]),
    st.sampled_from(["en", "de", "fr", "es", "nl", "sv"]),
)
def test_every_amount_a_macro_renders_is_read_back(
    amount: Decimal, currency: str, locale: str
) -> None:
    (fact,) = facts(money.formatted(amount, currency, locale))
    number = format(amount.normalize(), "f")
    assert f"{number} {currency}" in fact.readings


@given(st.text())
def test_facts_of_any_text_ascend_without_overlap(text: str) -> None:
    found = facts(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(text[f.start : f.end] == f.text and f.readings for f in found)
