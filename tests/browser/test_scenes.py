"""States a page gets into by work on it, looked at like the pages themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from shopapp.mail.models import RawMail, RawState
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.servers.smtp import Fault

Play = Callable[[Person, str], None]


def changes(ada: Person, ticket: str) -> None:
    ada.open(ticket)
    ada.write("Hi Nils,\n\nit swims.")
    ada.page.locator("#changes summary").click()
    expect(ada.page.locator("#changes ins").first).to_be_visible()


def note(ada: Person, ticket: str) -> None:
    ada.open(f"{ticket}?compose=note")
    ada.page.get_by_label("Note", exact=True).fill("He sounds wet.")
    ada.page.get_by_role("button", name="Save note").click()
    expect(ada.page.get_by_text("Internal note").first).to_be_visible()


def reasons_to_discard(ada: Person, ticket: str) -> None:
    ada.open(ticket).get_by_role("button", name="Discard").click()
    expect(ada.page.get_by_text("The tone is wrong")).to_be_visible()


def discarded(ada: Person, ticket: str) -> None:
    reasons_to_discard(ada, ticket)
    ada.page.get_by_text("The tone is wrong").click()
    ada.shows("Draft discarded")


def conflict(ada: Person, ticket: str) -> None:
    ada.watch.expected.add(409)
    ada.open(ticket)
    other = ada.page.context.new_page()
    other.goto(ticket)
    other.locator("#draft-body").fill("Ada's other tab was first.")
    expect(other.locator("#draft-state")).to_contain_text("Saved just now")
    ada.text.fill("This one is second.")
    ada.shows("Both texts are here")


def queued(ada: Person, ticket: str) -> None:
    ada.shop.set_limits(undo_seconds=60)
    ada.open(ticket)
    ada.send()
    ada.shows("Sending in")


def sent(ada: Person, ticket: str) -> None:
    ada.open(ticket)
    ada.send()
    ada.shows("Sent")
    ada.page.reload()


def failed(ada: Person, ticket: str) -> None:
    ada.shop.smtp.fault = Fault.REFUSE_RECIPIENT
    ada.open(ticket)
    ada.send()
    ada.shows("This reply was not delivered.")


def waiting(ada: Person, ticket: str) -> None:
    ada.shop.smtp.fault = Fault.BUSY
    ada.open(ticket)
    ada.send()
    ada.shows("Not delivered yet")


def unknown(ada: Person, ticket: str) -> None:
    ada.shop.smtp.fault = Fault.DROP_AFTER_DATA
    ada.open(ticket)
    ada.send()
    ada.shows("We don’t know")


def asked_to_confirm(ada: Person, ticket: str) -> None:
    unknown(ada, ticket)
    ada.page.get_by_role("button", name="Send again").click()


def without_a_draft(ada: Person, _ticket: str) -> None:
    ada.shop.receive(ada.shop.letter("A violin teacher?", name="olga", subject="Violins"))
    ada.open(ada.shop.inbox).get_by_role("link", name="Violins").click()
    ada.shows("So there is no draft")


def assigned_and_closed(ada: Person, ticket: str) -> None:
    ada.open(ticket).locator("#assign-button").click()
    ada.page.locator("#assign").get_by_role("button", name="Ben").click()
    expect(ada.page.locator("#assign-button")).to_contain_text("Ben")
    ada.page.get_by_role("button", name="Close").click()
    expect(ada.page.get_by_role("button", name="Reopen")).to_be_visible()
    ada.page.locator("#assign-button").click()


def rows_chosen(ada: Person, _ticket: str) -> None:
    ada.open(ada.shop.inbox).get_by_role("listitem").get_by_role("checkbox").check()
    expect(ada.page.get_by_role("toolbar")).to_be_visible()


def nothing_matches(ada: Person, _ticket: str) -> None:
    ada.open(f"{ada.shop.inbox}?q=submarine")


def no_ticket_in_view(ada: Person, _ticket: str) -> None:
    ada.open(f"{ada.shop.inbox}?view=closed")


def quarantine(ada: Person, _ticket: str) -> None:
    with ada.shop.session() as session:
        row = session.query(RawMail).one()
        row.state, row.error = RawState.QUARANTINED, "The mail could not be read."
    ada.open(f"{ada.shop.inbox}/mail")


def shortcuts(ada: Person, _ticket: str) -> None:
    ada.open(ada.shop.inbox).keyboard.press("?")


def user_menu(ada: Person, _ticket: str) -> None:
    ada.open(ada.shop.inbox).locator("[popovertarget=user-menu]:visible").click()


def offline(ada: Person, ticket: str) -> None:
    ada.open(ticket)
    expect(ada.page.locator("#sidebar")).to_contain_text("SNAIL1")
    ada.page.context.set_offline(True)
    expect(ada.page.locator("#offline")).to_be_visible()


def thresholds_refused(ada: Person, _ticket: str) -> None:
    ada.watch.expected.add(422)
    page = ada.open(f"/{ada.shop.handle}/settings/thresholds")
    page.get_by_label("Overdue after").fill("5000")
    page.get_by_role("button", name="Save thresholds").last.click()
    expect(page.get_by_role("alert")).to_be_visible()


def risk(ada: Person, _ticket: str) -> None:
    ada.watch.expected.add(422)
    page = ada.open(f"/{ada.shop.handle}/settings/automations")
    page.get_by_role("switch", name="Load remote images").check()
    page.get_by_role("button", name="Save automations").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()


def connection_tested(ada: Person, _ticket: str) -> None:
    ada.watch.expected.add(422)
    page = ada.open(f"/{ada.shop.handle}/settings/connections")
    page.get_by_label("Server", exact=True).fill("127.0.0.1")
    page.get_by_label("Port").fill("9")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#smtp-result")).to_be_visible()


def not_found(ada: Person, _ticket: str) -> None:
    ada.watch.expected.add(404)
    ada.open(f"{ada.shop.inbox}/tickets/nobody")


SCENES = (
    changes,
    note,
    reasons_to_discard,
    discarded,
    conflict,
    queued,
    sent,
    failed,
    waiting,
    unknown,
    asked_to_confirm,
    without_a_draft,
    assigned_and_closed,
    rows_chosen,
    nothing_matches,
    no_ticket_in_view,
    quarantine,
    shortcuts,
    user_menu,
    offline,
    thresholds_refused,
    risk,
    connection_tested,
    not_found,
)


@pytest.mark.parametrize("play", SCENES, ids=lambda play: play.__name__.replace("_", " "))
def test_a_state_reads_well_and_fits(shop: Shop, enter: Enter, play: Play) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive()
    ada = enter("ada", reduced_motion="reduce")
    play(ada, ticket)
    assert flaws(ada.page) == []


def test_an_empty_inbox_reads_well_and_fits(shop: Shop, enter: Enter) -> None:
    ada = enter("ada", reduced_motion="reduce")
    expect(ada.page.get_by_text("Your customers’ mail lands here")).to_be_visible()
    assert flaws(ada.page) == []


def test_what_a_role_may_not_see_reads_well_and_fits(shop: Shop, enter: Enter) -> None:
    cleo = enter("cleo", reduced_motion="reduce")
    cleo.watch.expected.add(403)
    cleo.open(f"/{shop.handle}/settings")
    assert flaws(cleo.page) == []


def test_a_refused_sign_in_reads_well_and_fits(enter: Enter) -> None:
    visitor = enter(reduced_motion="reduce")
    visitor.watch.expected.add(422)
    page = visitor.open("/login")
    page.get_by_label("E-mail").fill("nobody@mail.example")
    page.get_by_label("Password", exact=True).fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert flaws(page) == []
