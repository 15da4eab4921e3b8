"""Keywords and pages, the exports, and what the pages cost."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from shopapp.seo.rules.shapes import Figures
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL, one, soup
from tests.inbox.test_queries_per_page import statements
from tests.seo.desk import FIRST, SITE, bring, later, plant

SEO = "/harbor/seo"


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def figures(store_session: OpenStore) -> None:
    """Two ranges of 120 queries; in the newer one each has one click and place more."""
    with store_session("harbor") as session:
        for days, more in ((FIRST, 0), (later(1), 1)):
            rows = [Figures(f"tea {n:03}", n + more, 1_000, 5.0 + more) for n in range(1, 120)]
            bring(session, days, *rows)
        bring(session, FIRST, Figures(f"{SITE}/products/tea", 5, 100, 4.0), kind="page")
        session.commit()


def names(page: Tag) -> list[str]:
    """The first cells of the table's rows."""
    return [cell.text for cell in page.select("tbody th")]


def test_without_figures_the_tables_lead_to_the_import(ben: FlaskClient) -> None:
    for part, kind in (("keywords", "search-queries"), ("pages", "search-pages")):
        page = soup(ben.get(f"{SEO}/{part}").text)
        assert one(page, ".empty a")["href"] == f"/harbor/imports/new?kind={kind}"


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("sort", ["name", "clicks", "impressions", "ctr", "position"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_every_order_shows_every_row_once(ben: FlaskClient, sort: str, order: str) -> None:
    page, seen = soup(ben.get(f"{SEO}/keywords?sort={sort}&order={order}").text), []
    while True:
        seen += names(page)
        following = one(page, "#page-next").get("href")
        if not following:
            break
        page = soup(ben.get(str(following)).text)
    assert len(seen) == len(set(seen)) == 120
    if sort == "name":
        assert seen == sorted(seen, reverse=order == "down")


@pytest.mark.usefixtures("figures")
def test_a_row_stands_beside_its_earlier_self(ben: FlaskClient) -> None:
    page = soup(ben.get(f"{SEO}/keywords?q=tea+050").text)
    (row,) = page.select("tbody tr")
    assert [cell.text for cell in row.select("td")] == [
        "51", "+1", "1,000", "5.1 %", "6.0", "+1.0",
    ]  # fmt: skip
    assert [each["class"] for each in row.select(".delta")] == [
        ["delta", "success"],
        ["delta", "critical"],
    ]
    assert "rows do not add up to the total" in page.text


@pytest.mark.usefixtures("figures")
def test_an_earlier_range_can_be_chosen_and_has_nothing_before_it(ben: FlaskClient) -> None:
    page = soup(ben.get(f"{SEO}/keywords?range=2026-08-01.2026-08-28&q=tea+050").text)
    (row,) = page.select("tbody tr")
    assert [cell.text for cell in row.select("td")] == ["50", "1,000", "5.0 %", "5.0"]
    assert one(page, "#range [selected]")["value"] == "2026-08-01.2026-08-28"


@pytest.mark.usefixtures("figures")
def test_what_is_asked_badly_is_answered_as_usual(ben: FlaskClient) -> None:
    for query in ("sort=x&order=y", "range=never", "after=rubbish", "after=WzEsMiwzXQ"):
        assert len(names(soup(ben.get(f"{SEO}/keywords?{query}").text))) == 50
    page = soup(ben.get(f"{SEO}/keywords?q=zebra").text)
    assert one(page, ".empty h2").text == "No keywords match"


@pytest.mark.usefixtures("figures")
def test_the_keywords_are_exported_whole(ben: FlaskClient) -> None:
    answer = ben.get(f"{SEO}/keywords.csv")
    assert "keywords-2026-08-29-2026-09-25.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) == 121
    assert rows[1] == ["loose leaf tea", "220", "2000", "0.11", "3.0", "220", "2000", "3.0"]
    assert len(list(csv.reader(io.StringIO(ben.get(f"{SEO}/keywords.csv?q=tea 01").text)))) == 11


def test_insights_are_exported_as_they_are_filtered(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    plant(store_session("harbor"))
    rows = list(csv.reader(io.StringIO(ben.get(f"{SEO}/insights.csv?q=number 001").text)))
    assert [row[1] for row in rows] == ["About", "tea number 001"]


def test_there_is_no_export_of_nothing(ben: FlaskClient) -> None:
    assert ben.get(f"{SEO}/pages.csv").status_code == 404


@pytest.mark.parametrize("rows", [2, 40])
def test_a_page_costs_the_same_whatever_the_number_of_rows(
    app: Flask, sign_in: SignIn, store_session: OpenStore, rows: int
) -> None:
    ids = plant(store_session("harbor"), rows)
    ben = sign_in(cast.BEN)
    costs = {"": 9, "/keywords": 6, "/pages": 4, f"/insights/{ids[0]}": 7}
    for path, most in costs.items():
        with statements(app) as seen:
            assert ben.get(f"{SEO}{path}", headers=PARTIAL).status_code == 200
        assert len(seen) <= most, (path, len(seen), seen)
