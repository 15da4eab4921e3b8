"""Everything by keyboard: the list, the ticket, the way around; and the letters switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def letters(shop: Shop) -> list[str]:
    """Three tickets; their paths, oldest first."""
    return shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(3)))


@pytest.fixture
def listed(letters: list[str], ben: Person) -> Page:
    """The list of three."""
    return ben.open(ben.shop.inbox)


def test_j_and_k_move_along_the_rows_and_enter_opens(listed: Page) -> None:
    subjects = listed.locator("[data-row]")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        listed.keyboard.press(key)
        expect(subjects.nth(row)).to_be_focused()
    subject = subjects.nth(1).inner_text()
    listed.keyboard.press("Enter")
    expect(listed.get_by_role("heading", level=1)).to_have_text(subject)


def test_x_selects_and_escape_clears(listed: Page) -> None:
    for key in "jxjjX":
        listed.keyboard.press(key)
    expect(listed.get_by_role("toolbar")).to_contain_text("3 selected")
    listed.keyboard.press("Escape")
    expect(listed.get_by_role("toolbar")).not_to_be_visible()


def test_e_closes_the_row_and_the_focus_stays_in_the_list(listed: Page) -> None:
    first = listed.locator("[data-row]").nth(0).inner_text()
    listed.keyboard.press("j")
    listed.keyboard.press("e")
    expect(listed.locator("[data-row]")).to_have_count(2)
    expect(listed.locator("[data-row]", has_text=first)).to_have_count(0)
    expect(listed.locator("[data-row]").nth(0)).to_be_focused()


def test_slash_filters(listed: Page) -> None:
    listed.keyboard.press("/")
    listed.keyboard.type('"Tea 1"')
    listed.keyboard.press("Enter")
    expect(listed.locator("[data-row]")).to_have_text(["Tea 1"])


def test_brackets_walk_through_the_tickets(letters: list[str], ben: Person) -> None:
    page = ben.open(letters[1])
    page.keyboard.press("]")
    page.wait_for_url(f"**{letters[0]}*")
    page.keyboard.press("[")
    page.wait_for_url(f"**{letters[1]}*")
    page.keyboard.press("[")
    page.wait_for_url(f"**{letters[2]}*")


def test_the_ticket_is_worked_without_a_mouse(letters: list[str], ben: Person, shop: Shop) -> None:
    shop.set_limits(undo_seconds=60)
    page = ben.open(letters[0])
    page.keyboard.press("r")
    expect(ben.text).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("It swims.")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#changes ins").first).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    ben.shows("Sending in", "It swims.")
    page.keyboard.press("u")
    expect(ben.text).to_have_value("It swims.")
    page.keyboard.press("e")
    expect(page.locator("#ticket-head")).to_contain_text("Closed")


def test_control_enter_right_after_typing_sends_what_was_typed(
    letters: list[str], ben: Person, shop: Shop
) -> None:
    shop.set_limits(undo_seconds=60)
    ben.open(letters[0])
    ben.text.fill("Typed and sent.")
    ben.text.press("Control+Enter")
    ben.shows("Sending in", "Typed and sent.")


def test_g_then_i_goes_to_the_inbox(letters: list[str], ben: Person) -> None:
    page = ben.open(letters[0])
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(f"**{ben.shop.inbox}")


@pytest.mark.parametrize(
    ("letter", "path"),
    [("h", "/"), ("p", "/purchasing"), ("v", "/purchasing/velocity"), ("f", "/orders/flags")],
)
def test_g_and_a_letter_go_to_every_place(
    letters: list[str], ben: Person, letter: str, path: str
) -> None:
    page = ben.open(letters[0])
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(f"**/{ben.shop.handle}{path}")


def test_a_row_may_hold_its_own_actions(listed: Page) -> None:
    listed.evaluate(
        """() => document.querySelectorAll(".row").forEach((row, at) => {
          const later = Object.assign(document.createElement("button"), { type: "button" });
          later.dataset.key = "z";
          later.textContent = `Later ${at}`;
          later.addEventListener("click", () => { document.title = later.textContent; });
          row.append(later);
        })"""
    )
    listed.keyboard.press("z")
    assert not listed.title().startswith("Later")  # no row has the focus
    listed.keyboard.press("j")
    listed.keyboard.press("j")
    listed.keyboard.press("z")
    expect(listed).to_have_title("Later 1")


def test_the_list_of_shortcuts_opens_and_gives_the_focus_back(listed: Page) -> None:
    listed.keyboard.press("j")
    listed.keyboard.press("?")
    dialog = listed.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    listed.keyboard.press("j")
    listed.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(listed.locator("[data-row]").nth(0)).to_be_focused()


def test_single_letters_can_be_switched_off(listed: Page) -> None:
    listed.keyboard.press("?")
    listed.get_by_role("switch", name="Single-key shortcuts").uncheck()
    listed.get_by_role("button", name="Close", exact=True).last.click()
    listed.keyboard.press("j")
    expect(listed.locator("[data-row]:focus")).to_have_count(0)
    listed.reload()
    listed.keyboard.press("j")
    expect(listed.locator("[data-row]:focus")).to_have_count(0)


def test_the_first_tab_skips_to_the_content(listed: Page) -> None:
    listed.keyboard.press("Tab")
    expect(listed.get_by_role("link", name="Skip to content")).to_be_focused()
