"""The velocity table: views, search, sorting, paging, states, export, measuring again."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL
from tests.inbox.test_queries_per_page import statements
from tests.purchasing.measured import (
    VELOCITY,
    Plant,
    article,
    measure,
    plant,
    row,
    skus,
)

__all__ = ["plant"]
STATEMENTS = 8  # of these two are the person's and the membership's, one the store's settings


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("", ["RISK"]),
        ("overstock", ["PLENTY"]),
        ("no-sales", ["THING-1", "SILENT"]),
        ("all", ["RISK", "FINE", "PLENTY", "THING-1", "SILENT"]),
        ("nonsense", ["RISK"]),
    ],
)
def test_a_view_holds_what_its_name_says(
    sign_in: SignIn, plant: Plant, view: str, expected: list[str]
) -> None:
    plant()
    text = sign_in(cast.BEN).get(f"{VELOCITY}?view={view}").text
    assert skus(text) == expected
    tabs = BeautifulSoup(text, "html.parser").select("#velocity .tabs .count")
    assert [tab.get_text() for tab in tabs] == ["1", "1", "2", "5"]


def test_a_row_tells_the_whole_story(sign_in: SignIn, plant: Plant) -> None:
    plant()
    told = row(sign_in(cast.BEN).get(VELOCITY).text, "RISK")
    cells = [" ".join(cell.get_text(" ").split()) for cell in told.select("td")]
    assert cells[:5] == ["9", "–", "4.0", "4.0", "4.0"]
    assert cells[6] == "2 days"
    assert cells[9] == "Leaf & Co"
    assert told.select_one("svg.spark path")
    assert "28 units last week" in str(told)


def test_an_unknown_lead_time_leads_to_the_vendors(sign_in: SignIn, plant: Plant) -> None:
    plant()
    text = sign_in(cast.BEN).get(f"{VELOCITY}?view=all").text
    link = row(text, "FINE").select_one("a.lead")
    assert link
    assert link["href"] == "/harbor/purchasing/vendors"
    assert row(text, "RISK").select_one("a.lead") is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [("plen", ["PLENTY"]), ("leaf & co", ["RISK", "PLENTY"]), ("tea fine", ["FINE"]), ("%", [])],
)
def test_the_filter_finds_skus_products_and_vendors(
    sign_in: SignIn, plant: Plant, words: str, expected: list[str]
) -> None:
    plant()
    answer = sign_in(cast.BEN).get(VELOCITY, query_string={"view": "all", "q": words})
    assert skus(answer.text) == expected
    assert expected or "No articles match" in answer.text


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["FINE", "PLENTY", "RISK", "SILENT", "THING-1"]),
        ("-stock", ["PLENTY", "FINE", "RISK", "SILENT", "THING-1"]),
        ("-rate30", ["FINE", "PLENTY", "RISK"]),  # of two that are equal the newer goes first
        ("-suggested", ["RISK"]),
        ("-point", ["PLENTY", "RISK", "FINE"]),
    ],
)
def test_every_column_sorts_both_ways(
    sign_in: SignIn, plant: Plant, sort: str, expected: list[str]
) -> None:
    plant()
    ben = sign_in(cast.BEN)
    text = ben.get(f"{VELOCITY}?view=all&sort={sort}").text
    found = skus(text)
    assert found[: len(expected)] == expected
    head = BeautifulSoup(text, "html.parser").select_one("th[aria-sort] a")
    assert head
    assert skus(ben.get(str(head["href"])).text) == found[::-1]


@pytest.mark.parametrize("sort", ["cover", "-cover", "name", "-suggested", "stock"])
def test_pages_follow_each_other_without_a_gap(
    sign_in: SignIn, store_session: OpenStore, sort: str
) -> None:
    with store_session("harbor") as session:
        for number in range(60):
            article(session, f"N{number:02}", stock=number % 7, daily=number % 5)
        measure(session)
        session.commit()
    ben = sign_in(cast.BEN)
    url, pages = f"{VELOCITY}?view=all&sort={sort}", []
    while url:
        page = BeautifulSoup(ben.get(url).text, "html.parser")
        pages.append(skus(str(page)))
        url = str(page.select("#page-next")[0].get("href") or "")
    assert [len(each) for each in pages] == [25, 25, 11]
    assert len({sku for each in pages for sku in each}) == 61
    back = page.select("#page-previous")[0]["href"]
    assert skus(ben.get(str(back)).text) == pages[1]


@pytest.mark.parametrize("after", ["x", "bm9wZQ", "WyJmIiwibm8iLCJ4Il0", "W10", "é"])
def test_an_unreadable_cursor_gives_the_first_page(
    sign_in: SignIn, plant: Plant, after: str
) -> None:
    plant()
    answer = sign_in(cast.BEN).get(VELOCITY, query_string={"after": after})
    assert skus(answer.text) == ["RISK"]


@pytest.mark.parametrize("articles", [2, 40])
def test_the_table_asks_a_constant_number_of_questions(
    app: Flask, sign_in: SignIn, store_session: OpenStore, articles: int
) -> None:
    with store_session("harbor") as session:
        for number in range(articles):
            article(session, f"N{number:02}", stock=3, daily=2)
        measure(session)
        session.commit()
    ben = sign_in(cast.BEN)
    ben.get(VELOCITY)
    with statements(app) as seen:
        assert ben.get(VELOCITY, headers=PARTIAL).status_code == 200
    assert len(seen) <= STATEMENTS, seen


def test_a_full_page_is_no_more_than_50_kilobytes(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        for number in range(30):
            article(session, f"SKU-{number:02}", stock=3, daily=2, vendor="Leaf & Co")
        measure(session)
        session.commit()
    text = sign_in(cast.BEN).get(VELOCITY).text
    assert len(skus(text)) == 25
    assert len(text.encode()) <= 50_000
