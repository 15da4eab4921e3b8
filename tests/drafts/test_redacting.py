"""Redacting: nobody of the store is named any more, and what is no person's stays readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.cast import HARBOR, HILL, Shopper
from shopapp.drafts.exporting.redacting import Known, Person, Redactor, leaks, strangers, visible

AMELIA = Person(("Amelia Hartley",), ("amelia.hartley@mail.example",), ("+44 7700 900112",))
KNOWN = Known((AMELIA,), ("#1042",), ("JD0002233",))
SEEDED = tuple(shopper for shop in (HARBOR, HILL) for shopper in shop.shoppers)


def redacted(text: str, known: Known = KNOWN) -> str:
    return Redactor().redact(text, known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Amelia,", "Hi [PERSON_1],"),
        ("amelia hartley wrote", "[PERSON_1] wrote"),
        ("AMELIA.Hartley@mail.example", "[EMAIL_1]"),
        ("someone+else@shop.co.uk.", "[EMAIL_1]."),
        ("call +44 (0) 7700-900 112 now", "call [PHONE_1] now"),
        ("call 07700900112 now", "call [PHONE_1] now"),
        ("order 1042, parcel JD0002233", "order [ORDER_1], parcel [TRACKING_1]"),
        ("see https://track.example/JD0002233?x=1", "see [LINK_1]"),
        ("12 Orchard Street, Bristol BS1 4ND", "[ADDRESS_1]"),
        ("Hauptstraße 12b, 10115 Berlin", "[ADDRESS_1]"),
        ("12 rue de la Paix, 75002 Paris", "[ADDRESS_1]"),
        ("Calle Mayor 7, 28013 Madrid", "[ADDRESS_1]"),
        ("Keizersgracht 12, 1015 CN Amsterdam", "[ADDRESS_1]"),
        ("PO Box 77", "[ADDRESS_1]"),
        ("DE44 5001 0517 5407 3249 31", "[NUMBER_1]"),
    ],
)
def test_what_names_a_person_becomes_a_placeholder(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It costs £34.50 and arrives within 14 days, on 2 March 2026.",
        "The kettle holds 1.7 litres and weighs 900 g.",
        "20 % off two bags of Earl Grey.",
        "We can help. Will you tell us more?",
    ],
)
def test_what_is_no_persons_stays(text: str) -> None:
    assert redacted(text) == text


def test_the_same_is_the_same_placeholder_throughout_an_export() -> None:
    redactor = Redactor()
    first = redactor.redact("Amelia, order #1042", KNOWN)
    assert (
        redactor.redact("Dear Ms Hartley: #1042 left.", KNOWN)
        == "Dear Ms [PERSON_1]: [ORDER_1] left."
    )
    assert first == "[PERSON_1], order [ORDER_1]"
    assert redactor.redact("#1043", KNOWN) == "[ORDER_2]"
    assert redactor.counts() == {"ORDER": 2, "PERSON": 1}


def test_who_signs_and_nobody_knows_is_taken_out_as_well() -> None:
    letter = "Hello,\n\nwhere is it?\n\nThanks,\nPeter Parker"
    named = strangers([letter], ours="Harbor & Pine")
    assert redacted(letter, Known(named)) == "Hello,\n\nwhere is it?\n\nThanks,\n[PERSON_1]"


def test_a_title_makes_no_second_person_of_somebody_known() -> None:
    letter = "Dear Mrs Hartley,\n\nit left.\n\nYours,\nTheo"
    known = Known((AMELIA, *strangers([letter])))
    assert redacted(letter, known) == "Dear Mrs [PERSON_1],\n\nit left.\n\nYours,\n[PERSON_2]"


def test_the_store_itself_may_sign() -> None:
    assert strangers(["Hello,\n\nit left.\n\nBest,\nHarbor Pine"], ours="Harbor & Pine") == ()


def test_names_hidden_by_invisible_characters_are_found() -> None:
    assert redacted("ame\u200blia.hartley@mail.example") == "[EMAIL_1]"


@given(
    who=st.sampled_from(SEEDED),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
    sign=st.sampled_from([" ", "\n", ", ", " <", "(", ": "]),
    loud=st.booleans(),
)
def test_no_address_or_number_of_a_seeded_person_is_left(
    who: Shopper, before: str, after: str, sign: str, loud: bool
) -> None:
    known = Known((Person((who.name,), (who.email,), (who.phone,) if who.phone else ()),))
    email = who.email.upper() if loud else who.email
    text = redacted(f"{before}{sign}{email}{sign}{who.phone or ''}{sign}{who.name} {after}", known)
    assert who.email not in text.lower()
    assert not who.phone or _digits(who.phone)[-9:] not in _digits(text)
    assert not leaks(text, known)


@given(st.text(max_size=200))
def test_any_text_is_redacted_without_losing_its_own_words(text: str) -> None:
    out = Redactor().redact(text, KNOWN)
    assert all(part in visible(text) for part in re.split(r"\[[A-Z]+_\d+\]", out))


@given(st.integers(1, 4), st.sampled_from([" ", "-", ".", "", " (0) "]))
def test_a_telephone_is_found_however_it_is_spaced(group: int, gap: str) -> None:
    digits = "7700900112"
    spaced = " ".join(digits[at : at + group] for at in range(0, len(digits), group))
    assert redacted(f"ring +44{gap}{spaced} today") == "ring [PHONE_1] today"


def test_a_leak_is_seen() -> None:
    assert leaks("write to amelia.hartley@MAIL.example", KNOWN)
    assert leaks("ring 0 7700 900 112", KNOWN)
    assert not leaks("write to [EMAIL_1]", KNOWN)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
