"""Today as a page: the list, its tabs, who sees what, and the states it can be in."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from shopapp.connections.models import EventStatus
from tests import cast
from tests.conftest import SignIn
from tests.home.counter import Counter

TODAY = "/harbor/"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def soup(client: FlaskClient, url: str = TODAY) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def verbs(row: Tag) -> list[str]:
    """What can be done in a row."""
    return [
        each.get_text(strip=True) or str(each["aria-label"]) for each in row.select(".acts > .btn")
    ]


def test_a_row_says_what_why_and_its_three_numbers(sign_in: SignIn, counter: Counter) -> None:
    counter.close_tickets()
    flag = counter.flag()
    row = one(soup(sign_in(cast.BEN)), f"#d-flag-{flag}")
    assert one(row, "[data-row]")["href"] == f"/harbor/orders/flags/{flag}"
    assert "Not shipped after 3 days" in one(row, ".why").text
    assert one(row, ".numbers").text.endswith("€24 · 15 % · 5 min")
    assert verbs(row) == ["Assign to me", "Later", "Resolve"]


def test_the_head_sums_up(sign_in: SignIn, counter: Counter) -> None:
    counter.flag()
    words = one(soup(sign_in(cast.BEN)), "#today-head .sum").text
    assert words == "21 min and €72 wait; 0 handled today", (
        "two replies of 8 minutes, one flag of 5"
    )


def test_the_tabs_count_and_filter(sign_in: SignIn, counter: Counter) -> None:
    counter.insight()
    page = soup(sign_in(cast.BEN), f"{TODAY}?kind=search")
    assert [each.text for each in page.select(".tabs a")] == ["All3", "Tickets2", "Search1"]
    assert one(page, ".tabs [aria-current]").text == "Search1"
    assert len(page.select("[data-row]")) == 1


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "top=-3", "top=9999999", "open=flag:x", "open=%00"]
)
def test_an_odd_query_shows_everything(sign_in: SignIn, query: str) -> None:
    assert len(soup(sign_in(cast.BEN), f"{TODAY}?{query}").select("[data-row]")) == 2


def test_fifty_are_shown_and_the_rest_on_demand(sign_in: SignIn, counter: Counter) -> None:
    for _ in range(53):
        counter.insight()
    ben = sign_in(cast.BEN)
    page = soup(ben)
    assert len(page.select("[data-row]")) == 50
    assert "50 of 55, best first" in page.text
    more = soup(ben, str(one(page, "#decisions .card-foot a")["href"]))
    assert len(more.select("[data-row]")) == 55
    assert not more.select("#decisions .card-foot")


def test_staff_see_the_list_without_the_means_to_act(sign_in: SignIn, counter: Counter) -> None:
    flag = counter.flag()
    counter.draft(counter.tickets()[0])
    page = soup(sign_in(cast.CLEO))
    assert verbs(one(page, f"#d-flag-{flag}")) == ["Open"]
    assert {verb for row in page.select(".decision") for verb in verbs(row)} == {"Open"}
    assert not page.select("#decisions button")


def test_a_purchase_order_is_the_admin_s_to_approve(sign_in: SignIn, counter: Counter) -> None:
    order = counter.purchase()
    row = f"#d-purchase-{order}"
    assert verbs(one(soup(sign_in(cast.ADA)), row)) == ["Later", "Approve"]
    assert verbs(one(soup(sign_in(cast.BEN)), row)) == ["Later", "Open"]


def test_a_broken_connection_leads_an_admin_to_its_repair(
    sign_in: SignIn, counter: Counter
) -> None:
    counter.event(EventStatus.FAILURE)
    row = one(soup(sign_in(cast.ADA)), "#d-connection-smtp")
    assert one(row, "a[data-row]")["href"] == "/harbor/settings/connections"
    assert "Holds everything up" in row.text
    assert not soup(sign_in(cast.BEN)).select("#d-connection-smtp a")


def test_a_draft_is_unfolded_in_its_row(sign_in: SignIn, counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    ben = sign_in(cast.BEN)
    link = one(soup(ben), f"#d-ticket-{ticket}-do")
    for url in (str(link["href"]), str(link["hx-get"])):
        answer = ben.get(url, headers=PARTIAL if "draft" in url else {})
        row = one(BeautifulSoup(answer.text, "html.parser"), f"#d-ticket-{ticket}")
        assert "Is it swimming here?" in one(row, "blockquote").text
        assert one(row, ".reply").text == "It swims."
        assert one(row, f"#d-ticket-{ticket}-send").text.strip() == "Approve and send"
    plain = ben.get(str(link["hx-get"]))
    assert plain.location == str(link["href"])


@pytest.mark.parametrize("facts", [0, 1])
def test_a_draft_with_an_unconfirmed_fact_leads_to_its_ticket(
    sign_in: SignIn, counter: Counter, facts: int
) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket, facts=facts)
    row = one(soup(sign_in(cast.BEN), f"{TODAY}?open=ticket:{ticket}"), f"#d-ticket-{ticket}")
    assert bool(row.select(f"#d-ticket-{ticket}-send")) is bool(facts)
    assert ("1 fact is not confirmed" in row.text) is not bool(facts)


def test_folding_it_again_gives_the_row(sign_in: SignIn, counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    url = f"/harbor/decisions/draft?decision=ticket:{ticket}&fold=yes"
    text = sign_in(cast.BEN).get(url, headers=PARTIAL).text
    assert text.lstrip().startswith("<li")
    assert 'class="draft"' not in text


def test_nothing_waits(sign_in: SignIn, counter: Counter) -> None:
    counter.close_tickets()
    page = soup(sign_in(cast.BEN))
    assert one(page, "#decisions .empty h2").text == "Nothing needs you"
    assert "Next check at " in one(page, "#decisions .empty p").text
    assert one(page, ".sum").text.startswith("Nothing waits; 0 handled")
    filtered = soup(sign_in(cast.BEN), f"{TODAY}?kind=stock")
    assert one(filtered, "#decisions .empty h2").text == "Nothing of this kind waits"


def test_htmx_gets_the_list_alone(sign_in: SignIn) -> None:
    text = sign_in(cast.BEN).get(TODAY, headers=PARTIAL).text
    assert text.lstrip().startswith('<section class="card" id="decisions"')
    assert "<html" not in text
