"""Nobody is named in what leaves, and everybody is back in what comes in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.drafters.masking import Known, Mask, without
from shopapp.drafts.drafters.modelled import Terms, leaves
from shopapp.drafts.grounding import CustomerFacts, Passage, PassageKind, Turn
from shopapp.drafts.proposals import Brief, Rework, Wish
from tests.drafts.shop import packet

FIRST = st.sampled_from(["Nils", "Anna-Lena", "Zoë", "Ngozi", "O’Brien", "Will", "Þór", "Мария"])
LAST = st.sampled_from(["Holm", "van der Berg", "Müller", "García Márquez", "McDonald", "Lee"])
NAMES = st.builds("{} {}".format, FIRST, LAST)
MAIL = r"[a-z]{1,8}([.+_-][a-z0-9]{1,6})?@[a-z]{2,8}\.(com|example|co\.uk)"
MAILS = st.from_regex(MAIL, fullmatch=True)
PHONES = st.sampled_from(
    [
        "+49 171 2345678",
        "0171/2345678",
        "(415) 555-2671",
        "415-555-2671",
        "4155552671",
        "06.12.34.56.78",
        "07911 123456",
        "+1 (415) 555 2671",
    ]
)
STREETS = st.sampled_from(
    [
        "12 Rose Street, Flat 3",
        "221B Baker St",
        "Rosenweg 5a",
        "Hauptstraße 12",
        "Am Markt 5",
        "12 rue de la Paix",
        "Calle Mayor 7",
        "Via Roma, 3",
        "Prinsengracht 263",
        "PO Box 771",
    ]
)
TOWNS = st.sampled_from(["10115 Berlin", "London SW1A 1AA", "Salem, OR 97301", "1012 AB Amsterdam"])
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TEXTS = st.text(alphabet="abc XYZ.,\n[]_{}NAMEnil1234", max_size=80)


@given(st.lists(st.one_of(TEXTS, NAMES, MAILS, PHONES, STREETS), max_size=6), st.lists(NAMES))
def test_what_is_hidden_comes_back_exactly(parts: list[str], known: list[str]) -> None:
    text = " ".join(parts)
    mask = Mask(Known(tuple(known)))
    hidden = mask.hide(text)
    assert mask.restored(hidden) == text
    assert mask.hide(text) == hidden


@given(NAMES.filter(lambda name: "Will" not in name), MAILS, PHONES, STREETS, TOWNS)
def test_nothing_of_a_person_is_left_wherever_it_stands(
    name: str, mail: str, phone: str, street: str, town: str
) -> None:
    tell = f"I am at {mail} or {phone}.\nIt should go to {street}, {town}.\n\nRegards,\n{name}"
    other = Passage(
        PassageKind.APPROVED_REPLY,
        "r1",
        f"Order of {name}",
        f"Hi {name},\n\nyour order goes to {street}, {town}; ask {mail} or {phone}.",
        question=tell,
        private=(name, *name.split()),
    )
    macro = Passage(PassageKind.MACRO, "m1", "Order on its way", "Hi {{customer.name}}, it comes.")
    told = replace(
        packet(),
        customer=CustomerFacts(name.split(maxsplit=1)[0], name, mail, 2),
        passages=(other, macro),
        history=(
            Turn(True, f"Hi {name.upper()},\n\nis {street} right?", MONDAY),
            Turn(False, tell, MONDAY),
        ),
    )
    wish = Wish(Rework.WARMER, text=f"Hi {name},\n\nwe call {phone} about the order.")
    brief = Brief(f"Where is my order? {tell}", f"Order for {name}, {street}", told, wish)
    left = leaves(brief, Terms("m", known=Known((name,), (town.split(",", maxsplit=1)[0],))))
    sent = "\n".join(message.content for message in left.messages)
    for secret in (name, *(part for part in name.split() if len(part) > 3), mail, phone, street):
        assert not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", sent, re.IGNORECASE), secret
    assert "#1042" in sent
    assert "1Z999AA10123456784" in sent


@pytest.mark.parametrize(
    "written",
    ["[NAME_1]", "[name_1]", "[ Name 1 ]", "NAME_1", "(NAME_1)", "\\[NAME\\_1\\]", "<Name-1>"],
)
def test_a_model_may_write_a_placeholder_in_its_own_way(written: str) -> None:
    mask = Mask(Known(("Nils Holm",)))
    assert mask.hide("Nils Holm") == "[NAME_1]"
    assert mask.restored(f"Hi {written}, hello") == "Hi Nils Holm, hello"


def test_a_placeholder_somebody_wrote_into_a_mail_stands_for_nobody() -> None:
    mask = Mask(Known(("Nils Holm",)))
    assert mask.hide("[NAME_1] is Nils Holm") == "[TEXT_1] is [NAME_1]"
    assert mask.restored("[NAME_2]") == "[NAME_2]"


def test_while_an_answer_is_written_half_a_placeholder_waits() -> None:
    mask = Mask(Known(("Nils",)))
    mask.hide("Nils")
    assert mask.restored_so_far("Hi [NAME_") == "Hi "
    assert mask.restored_so_far("Hi [NAME_1], it") == "Hi Nils, it"


def test_orders_parcels_amounts_and_dates_are_nobody() -> None:
    told = "Order 1234567 of 20.11.2026 for $1,200.00, parcel 123456789012, SKU HCR-ETH-250, 250 g"
    assert Mask(Known(kept=("123456789012",))).hide(told) == told


def test_a_word_that_is_also_a_name_is_hidden_only_as_a_name() -> None:
    hidden = Mask(Known(("Will Lee",))).hide("Will asks: will it come?")
    assert hidden == "[NAME_1] asks: will it come?"


def test_what_is_somebody_elses_goes_for_good() -> None:
    assert without("Hi Petra, call 0171 2345678", ["Petra"]) == "Hi […], call […]"
