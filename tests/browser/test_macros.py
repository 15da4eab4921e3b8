"""Macros and mentions in a browser: put where the cursor is, filled, and a colleague named."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from shopapp.inbox.models import Macro
from tests.browser.person import Person
from tests.browser.shop import Shop

ODD = "Do you know a good violin teacher near the harbour?"


def test_a_macro_goes_where_the_cursor_is_and_its_gap_is_found(shop: Shop, ben: Person) -> None:
    with shop.session() as session:
        session.add(Macro(title="Lessons", body="Dear {{customer.nickname}}, ask in the shop."))
    (ticket,) = shop.receive(shop.letter(ODD, name="olga", subject="Violins"))
    page = ben.open(ticket)
    ben.write("Hello. Bye.")
    ben.text.evaluate("field => field.setSelectionRange(6, 6)")
    page.get_by_role("button", name="Macro").click()
    page.get_by_role("searchbox", name="Find a macro").fill("less")
    page.get_by_role("button", name="Lessons").click()
    said = "Hello.\n\nDear {{customer.nickname}}, ask in the shop.\n\nBye."
    expect(ben.text).to_have_value(said)
    page.get_by_role("button", name="{{customer.nickname}}").click()
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert ben.text.evaluate(chosen) == "{{customer.nickname}}"
    page.keyboard.type("Olga")
    expect(ben.text).to_have_value(re.compile("Dear Olga, ask"))


def test_a_colleague_is_named_from_the_menu(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    ben.composer.get_by_role("link", name="Note").click()
    note = page.get_by_label("Note", exact=True)
    note.fill("Please look ")
    page.get_by_role("button", name="Mention").click()
    page.get_by_role("button", name="Ada", exact=True).click()
    expect(note).to_have_value("Please look @Ada ")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_role("article").filter(has_text="@Ada")).to_be_visible()
