"""Whom a reply goes to."""

from __future__ import annotations

import pytest

from shopapp.inbox.addressing import BadAddress, Recipients, is_own, readable, reply_all, typed

OWN = ("help@harbor.example", "sales@harbor.example")
NILS, MONA = "nils@mail.example", "mona@mail.example"


@pytest.mark.parametrize(
    ("author", "reply_to", "recipients", "people"),
    [
        (NILS, [], [OWN[0]], Recipients((NILS,))),
        (NILS, [], [OWN[0], MONA], Recipients((NILS,), (MONA,))),
        (NILS, [], [OWN[0], OWN[1].upper(), MONA, NILS, MONA], Recipients((NILS,), (MONA,))),
        (NILS, [MONA], [OWN[0]], Recipients((MONA,))),
        (NILS, [OWN[0]], [OWN[0]], Recipients((NILS,))),
        ("no-reply@shop.example", [MONA], [OWN[0]], Recipients((MONA,))),
        ("do_not_reply@shop.example", [], [OWN[0]], Recipients((NILS,))),
        (OWN[0], [], [OWN[0]], Recipients((NILS,))),
        (NILS, [], ["help+ticket.mac@harbor.example"], Recipients((NILS,))),
        (NILS, [], [MONA, "noreply@list.example"], Recipients((NILS,), (MONA,))),
        ("", [], [], Recipients((NILS,))),
    ],
)
def test_a_reply_goes_to_everybody_but_ourselves(
    author: str, reply_to: list[str], recipients: list[str], people: Recipients
) -> None:
    found = reply_all(
        author=author, reply_to=reply_to, recipients=recipients, own=OWN, customer=NILS
    )
    assert found == people


def test_addresses_are_typed_in_any_usual_way() -> None:
    text = f'{NILS}; "Lee, Mona" <{MONA}>\nBo <bo@müller.example>, {NILS.upper()},'
    assert typed(text) == (NILS, MONA, "bo@müller.example")
    assert typed("  ") == ()


@pytest.mark.parametrize("text", ["nils", "nils@", "a b@x.example", "Nils nils@mail.example"])
def test_each_bad_address_is_named_in_a_sentence(text: str) -> None:
    with pytest.raises(BadAddress, match=r"is not an e-mail address\. Correct or remove it\."):
        typed(f"{MONA}, {text}")
    assert readable(f"{MONA}, {text}") == (MONA,)


def test_nobody_sends_to_a_whole_list() -> None:
    with pytest.raises(BadAddress, match="50 addresses at most; these are 51"):
        typed(",".join(f"n{number}@mail.example" for number in range(51)))


def test_everybody_is_named_once_in_the_envelope() -> None:
    people = Recipients((NILS,), (MONA, NILS.upper()), (MONA,))
    assert [each.lower() for each in people.everybody()] == [NILS, MONA]


def test_an_address_with_a_plus_is_ours_too() -> None:
    assert is_own("HELP+x@harbor.example", OWN)
    assert not is_own("helper@harbor.example", OWN)
