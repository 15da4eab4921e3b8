"""A draft is edited in place: versions, changes taken back, inserts, both texts, its rating."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop, words
from tests.browser.site import until

OPENING = re.compile("^Hi Nils")


@pytest.fixture
def ticket(shop: Shop, ben: Person) -> Page:
    """Ben looks at a ticket with its draft."""
    (path,) = shop.receive()
    page = ben.open(path)
    expect(page.locator("#sidebar")).to_contain_text("SNAIL1")
    return page


def test_from_arriving_mail_to_the_sent_reply_its_changes_and_its_reward(
    shop: Shop, ben: Person
) -> None:
    shop.set_limits(undo_seconds=2)
    shop.receive()
    page = ben.open(shop.inbox)
    page.get_by_role("link", name="Where is my parcel?").click()
    expect(ben.text).to_have_value(OPENING)
    drafted = ben.text.input_value()
    edited = drafted.replace("left with", "went out with")
    ben.write(edited)
    page.locator("#changes summary").click()
    expect(page.locator("#edit-measures")).to_contain_text("edit: ")
    expect(page.locator("#changes del")).to_have_text("removed: left")
    expect(page.locator("#changes ins")).to_have_text("added: went out")
    ben.send()
    ben.shows("Sending in")
    ben.shows("Sent", "edit · ")
    (mail,) = shop.arrived()
    assert edited.strip() in words(mail)
    changed, reward = figures(shop)
    ben.shows(changed)
    message = page.locator("#thread .msg.ours")
    message.locator("summary", has_text=changed).click()
    expect(message.locator(".measures")).to_contain_text(reward)
    expect(message.locator(".passages ins")).to_have_text("added: went out")
    page.locator("h1").focus()
    page.keyboard.press("+")
    expect(page.locator("#delivery #draft-rating")).to_contain_text("A good draft")
    until(lambda: (shop.rows(AiDraft)[-1].feedback or {}).get("thumb") == "up")


def test_an_earlier_version_comes_back_by_keyboard_and_goes_again(
    shop: Shop, ben: Person, ticket: Page
) -> None:
    drafted = ben.text.input_value()
    ben.write("Something else.")
    ticket.locator("h1").focus()
    for key in "th":
        ticket.keyboard.press(key)
    expect(ticket.locator("#history-title")).to_be_focused()
    ticket.locator("#version-1").press("Enter")
    expect(ticket.locator("#version-1")).to_be_focused()
    expect(ticket.locator("#version .diff ins").first).to_contain_text("Something else")
    assert flaws(ticket) == []
    ticket.set_viewport_size({"width": 1280, "height": 800})
    ben.text.fill("Typed a moment ago.")
    ticket.get_by_role("button", name="Restore this version").click()
    expect(ben.text).to_have_value(drafted)
    ticket.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(ben.text).to_have_value("Typed a moment ago.")
    ticket.locator("h1").focus()
    ticket.keyboard.press("t")
    ticket.keyboard.press("h")
    expect(ticket.locator("#draft-history")).to_be_visible()
    ticket.keyboard.press("Escape")
    expect(ticket.locator("#draft-history")).to_have_count(0)
    expect(ticket.locator("#tool")).to_be_focused()


def test_changes_are_taken_back_one_by_one(ben: Person, ticket: Page) -> None:
    drafted = ben.text.input_value()
    ben.write(drafted.replace("Hi", "Hello").replace("SNAIL1", "SNAIL2"))
    ticket.locator("#changes summary").click()
    expect(ticket.locator("#changes .fact")).to_have_text(
        ["removed fact: SNAIL1", "added fact: SNAIL2"]
    )
    expect(ticket.locator("#edit-measures")).to_contain_text("1 fact changed")
    assert flaws(ticket) == []
    back = ticket.get_by_role("button", name="Take back this change")
    back.first.click()
    expect(ben.text).to_have_value(drafted.replace("SNAIL1", "SNAIL2"))
    expect(back).to_have_count(1)
    back.click()
    expect(ben.text).to_have_value(drafted)
    expect(ticket.locator("#changes")).to_contain_text("No changes yet")


def test_a_fact_goes_where_the_caret_is_and_a_source_becomes_one(
    shop: Shop, ben: Person, ticket: Page
) -> None:
    ben.text.fill("Your parcel  is slow.")
    ben.text.evaluate("(field) => field.setSelectionRange(12, 12)")
    ben.text.press("Escape")
    for key in "ti":
        ticket.keyboard.press(key)
    expect(ticket.locator("#insert-words")).to_be_focused()
    ticket.keyboard.type("tracking")
    expect(ticket.locator("#draft-inserts .inserts li")).to_have_count(1)
    assert flaws(ticket) == []
    ticket.get_by_role("button", name="Insert tracking number: SNAIL1").click()
    expect(ben.text).to_have_value("Your parcel SNAIL1 is slow.")
    expect(ben.text).to_be_focused()
    ticket.locator("#insert-words").fill("leaf")
    ticket.locator("#draft-inserts summary", has_text="Article: Leaves").click()
    ticket.get_by_role("button", name="Insert this paragraph of Leaves").click()
    expect(ben.text).to_have_value(re.compile("A leaf in a parcel is a gift"))
    expect(ben.text).to_be_focused()
    expect(ticket.locator("#evidence .sources")).to_contain_text("Article: Leaves")


def test_a_draft_is_rated_with_one_key_and_the_rest_is_kept_as_it_is_pressed(
    shop: Shop, ben: Person, ticket: Page
) -> None:
    ticket.locator("h1").focus()
    for key in "t-":
        ticket.keyboard.press(key)
    expect(ticket.locator("#rating-title")).to_be_focused()
    ticket.get_by_label("Wrong tone").check()
    until(lambda: kept(shop)["reasons"] == ["tone"])
    ticket.locator("#accuracy-3").check()
    until(lambda: kept(shop)["accuracy"] == 3)
    ticket.get_by_label("Anything else?").fill("Too stiff.")
    ticket.get_by_label("Anything else?").press("Tab")
    until(lambda: kept(shop)["comment"] == "Too stiff.")
    assert kept(shop)["thumb"] == "down"
    assert flaws(ticket) == []
    ticket.get_by_role("button", name="Close the rating").click()
    expect(ticket.locator("#draft-rating")).to_have_count(0)
    expect(ticket.locator("#tool")).to_be_focused()


def test_its_sources_are_judged_below_it_and_the_menu_stays_a_menu(ticket: Page) -> None:
    ticket.get_by_role("button", name="Draft", exact=True).click()
    ticket.get_by_role("link", name="Judge its sources").click()
    expect(ticket.locator("#draft-sources h2")).to_be_focused()
    ticket.get_by_role("button", name="Outdated").first.click()
    expect(ticket.get_by_role("button", name="Outdated").first).to_have_attribute(
        "aria-pressed", "true"
    )
    assert flaws(ticket) == []
    ticket.get_by_role("button", name="Close the sources").click()
    ticket.get_by_role("button", name="Draft", exact=True).click()
    expect(ticket.get_by_role("button", name="Shorter")).to_be_visible()


def test_what_has_to_be_confirmed_is_counted_while_it_is_typed(ben: Person, ticket: Page) -> None:
    ben.watch.expected.add(422)
    drafted = ben.text.input_value()
    ben.write(f"{drafted}\nWe refunded you €7.00.")
    expect(ticket.locator("#known")).to_contain_text("2 to confirm")
    ben.send()
    ben.shows("Not sent yet.")
    expect(ticket.locator("#known")).to_contain_text("2 to confirm")
    ben.write(drafted)
    expect(ticket.locator("#known")).not_to_contain_text("to confirm")


def test_a_draft_is_thrown_away_by_keyboard_for_a_reason_of_ones_own(
    shop: Shop, ben: Person, ticket: Page
) -> None:
    ticket.locator("h1").focus()
    ticket.keyboard.press("#")
    expect(ticket.get_by_role("button", name="The policy is out of date")).to_be_visible()
    ticket.get_by_label("Another reason").fill("He called Ada")
    ticket.keyboard.press("Enter")
    ben.shows("Draft discarded: He called Ada.")
    expect(ben.text).to_be_focused()
    assert shop.rows(AiDraft)[-1].discard_reason == "other: He called Ada"


def test_after_sending_the_next_ticket_is_one_key_away(shop: Shop, ben: Person) -> None:
    shop.set_limits(undo_seconds=60)
    older, newer = shop.receive(shop.letter(subject="Tea 1"), shop.letter(subject="Tea 2"))
    page = ben.open(newer)
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    ben.shows("Sending in")
    page.keyboard.press("n")
    page.wait_for_url(f"**{older}*")


def test_both_texts_become_one(shop: Shop, ben: Person, ticket: Page, enter: Enter) -> None:
    ada = enter("ada")
    ada.open(ticket.url)
    ben.write("Ben was here first.")
    ada.watch.expected.add(409)
    ada.text.fill("Ada knows better.")
    expect(ada.page.locator("#conflict mark")).to_have_text(
        ["only in yours: Ada knows better", "only in theirs: Ben was here first"]
    )
    assert flaws(ada.page) == []
    ada.page.locator("#merge").click()
    merged = ada.page.locator("#merged")
    expect(merged).to_have_value("Ada knows better.")
    merged.fill("Ben was first, Ada knows better.")
    ben.write("Ben goes on.")
    expect(ada.page.locator("#draft-state")).to_contain_text("Choose one of both texts.")
    ada.page.get_by_role("button", name="Save the merged text").click()
    expect(ada.page.locator("#theirs-title")).to_be_visible()
    expect(ada.page.locator("#conflict")).to_contain_text("goes on")
    ada.page.locator("#merge").click()
    expect(merged).to_have_value("Ben was first, Ada knows better.")
    ada.page.get_by_role("button", name="Save the merged text").click()
    expect(ada.page.locator("#conflict")).to_have_count(0)
    expect(ada.text).to_have_value("Ben was first, Ada knows better.")


def test_two_tabs_of_one_person_lose_nothing(ben: Person, ticket: Page) -> None:
    second = ticket.context.new_page()
    second.goto(ticket.url)
    ben.write("In the first tab.")
    ben.watch.expected.add(409)
    second.locator("#draft-body").fill("In the second tab.")
    expect(second.locator("#conflict")).to_contain_text("in another tab or on another device")
    second.get_by_role("button", name="Take theirs").click()
    expect(second.locator("#draft-body")).to_have_value("In the first tab.")
    second.locator("h1").focus()
    second.keyboard.press("t")
    second.keyboard.press("h")
    expect(second.locator("#draft-history")).to_contain_text("Given up in a conflict")


def test_text_typed_just_before_leaving_is_on_the_server(
    shop: Shop, ben: Person, ticket: Page, enter: Enter
) -> None:
    address = ticket.url
    ben.text.fill("Typed and gone.")
    ticket.goto(f"{shop.inbox}?view=closed")
    until(lambda: any("gone" in each.body for each in shop.rows(AiDraftRevision)))
    ada = enter("ada")
    ada.open(address)
    expect(ada.text).to_have_value("Typed and gone.")
    ticket.goto(address)
    expect(ben.text).to_have_value("Typed and gone.")
    expect(ticket.get_by_text("was not saved")).to_have_count(0)


def test_editing_works_without_scripts(shop: Shop, enter: Enter) -> None:
    (path,) = shop.receive()
    ben = enter("ben", java_script_enabled=False)
    page = ben.open(path)
    drafted = ben.text.input_value()
    ben.text.fill("Something else.")
    page.get_by_role("button", name="Save").click()
    page.locator("#tool").click()
    page.get_by_role("link", name="Draft tools").click()
    page.get_by_role("link", name="History").click()
    page.locator("#version-1").click()
    page.get_by_role("button", name="Restore this version").click()
    expect(ben.text).to_have_value(drafted)
    page.goto(f"{path}/reply/inserts?q=carrier")
    page.get_by_role("button", name="Insert carrier: Snail & Sons").click()
    expect(ben.text).to_have_value(re.compile("Snail & Sons$"))
    page.locator("#tool").click()
    page.get_by_role("link", name="Draft tools").click()
    page.get_by_role("button", name="Poor draft").click()
    assert kept(shop)["thumb"] == "down"
    page.get_by_label("Wrong tone").check()
    page.get_by_role("button", name="Save").click()
    assert kept(shop)["reasons"] == ["tone"]
    page.locator("#throw").click()
    page.get_by_role("link", name="Why it is discarded").click()
    page.get_by_role("button", name="Better written by hand").click()
    ben.shows("Draft discarded: better written by hand.")


def figures(shop: Shop) -> tuple[str, str]:
    """How much of the sent draft was changed, and its reward, as they are stored."""
    until(lambda: shop.rows(AiDraft)[-1].state is DraftState.SENT)
    draft = shop.rows(AiDraft)[-1]
    assert draft.score is not None
    return f"{draft.score['ned'] * 100:.0f} % changed", f"Reward {draft.reward_score:.2f}"


def kept(shop: Shop) -> dict[str, object]:
    """The rating of the newest draft."""
    return shop.rows(AiDraft)[-1].feedback or dict.fromkeys(("thumb", "reasons"))
