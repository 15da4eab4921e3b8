"""Macros are filled from the packet and never invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopapp.drafts.grounding import CustomerFacts, Packet
from shopapp.drafts.variables import VARIABLES, render
from tests.drafts.shop import BRAND, PARCEL, order, packet


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi {{customer.first_name}}", "Hi Anna"),
        ("{{ order.name }} is {{order.status}}", "#1042 is in transit"),
        ("{{order.total}} on {{order.placed_at}}", "$54.00 on March 9, 2026"),
        ("{{order.carrier}} {{order.tracking_number}}", "UPS 1Z999AA10123456784"),
        ("by {{order.estimated_delivery}}", "by March 16, 2026"),
        ("{{order.items}}", "2 × Ethiopia Guji 250 g"),
        ("{{agent.name}}, {{store.name}}", "Mia, Harbor Coffee"),
        ("{{customer.nickname|friend}}", "friend"),
        ("a {brace} and {{ }}", "a {brace} and {{ }}"),
    ],
)
def test_a_known_variable_is_filled(body: str, text: str) -> None:
    rendered = render(body, packet())
    assert (rendered.text, rendered.missing) == (text, ())


def test_a_missing_variable_is_reported_once_and_left_as_written() -> None:
    rendered = render("{{order.name}} {{nonsense}} {{order.name}}", packet(None))
    assert rendered.text == "{{order.name}} {{nonsense}} {{order.name}}"
    assert rendered.missing == ("order.name", "nonsense")


def test_a_fallback_stands_in_for_an_unknown_value() -> None:
    rendered = render("Hi {{customer.first_name | there}}", Packet(BRAND))
    assert (rendered.text, rendered.missing) == ("Hi there", ())


def test_a_locale_shapes_dates_and_amounts() -> None:
    rendered = render("{{order.total}} am {{order.placed_at}}", packet(), "de")
    assert rendered.text == "54,00 $ am 9. März 2026"


def test_a_value_is_never_expanded() -> None:
    tricky = packet(customer=CustomerFacts("{{order.total}}\nBcc: x"))
    assert render("Hi {{customer.first_name}}", tricky).text == "Hi {{order.total}} Bcc: x"


def test_several_parcels_are_all_named_or_the_value_is_missing() -> None:
    second = replace(PARCEL, tracking_number="RR123456789GB")
    both = packet(order=order(fulfilments=(PARCEL, second)))
    text = render("{{order.tracking_number}} {{order.carrier}}", both).text
    assert text == "1Z999AA10123456784, RR123456789GB UPS"
    half = packet(order=order(fulfilments=(PARCEL, replace(second, tracking_number=""))))
    assert render("{{order.tracking_number}}", half).missing == ("order.tracking_number",)


def test_every_variable_is_described_and_known_or_missing() -> None:
    for name, variable in VARIABLES.items():
        assert variable.description
        assert render("{{" + name + "}}", Packet(replace(BRAND, agent_name=""))).text
