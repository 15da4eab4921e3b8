"""The list of insights and one insight, as people see and use them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from shopapp.accounts.models import User
from shopapp.catalog.models import Product
from shopapp.db import Session
from shopapp.seo import actions
from shopapp.seo.actions.checking import check
from shopapp.seo.models import InsightStatus, SeoInsight
from shopapp.seo.rules.shapes import Figures
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL, count, one, soup, subjects
from tests.seo.desk import FIRST, SITE, bring, plant

SEO = "/harbor/seo"
S = InsightStatus


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def ids(store_session: OpenStore) -> list[str]:
    return plant(store_session("harbor"))


@pytest.fixture
def harbor(store_session: OpenStore, ids: list[str]) -> Session:
    """A session that only looks, so that it is in nobody's way."""
    session = store_session("harbor")
    session.reading = True
    return session


def url(insight_id: str, *more: str) -> str:
    """The address of an insight, or of something below it."""
    return "/".join((SEO, "insights", insight_id, *more))


def version(client: FlaskClient, insight_id: str) -> str:
    """The version the insight's page shows."""
    page = soup(client.get(url(insight_id)).text)
    return str(page.select("[name=version]")[0]["value"])


def again(session: Session, insight_id: str) -> SeoInsight:
    """The insight as it is stored now."""
    session.rollback()
    return session.get_one(SeoInsight, insight_id)


def test_first_use_leads_to_the_import(ben: FlaskClient) -> None:
    page = soup(ben.get(SEO).text)
    assert "Import your Search Console export" in one(page, ".empty").text
    assert one(page, ".empty a")["href"] == "/harbor/imports/new?kind=search-queries"


def test_few_impressions_are_said_to_be_few(ben: FlaskClient, store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        bring(session, FIRST, Figures(f"{SITE}/a", 1, 500, 4.0), kind="page")
        check(session)
        session.commit()
    text = ben.get(SEO).text
    assert "Not enough data yet." in text
    assert "500 impressions" in text
    assert "Nothing to fix now" in text


def test_the_list_shows_what_is_at_stake_first(ben: FlaskClient, ids: list[str]) -> None:
    text = ben.get(SEO).text
    assert [re.findall(r"\d{3}", each)[0] for each in subjects(text)] == ["002", "001", "000"]
    assert count(text, "Now") == 3
    assert count(text, "Resolved") == 0
    row = soup(text).select("tbody tr")[0]
    assert one(row, '[data-label="Impressions"]').text == "1,002"
    assert one(row, '[data-label="Clicks a month"]').text == "17 to 25"


def test_the_list_is_narrowed_by_words_rule_severity_and_person(
    ben: FlaskClient, store_session: OpenStore, ids: list[str]
) -> None:
    with store_session("harbor") as session:
        row, me = session.get_one(SeoInsight, ids[0]), session.get_one(User, cast.BEN.id)
        actions.assign(session, row, to=me, by=me)
        session.commit()
    for asked, found in (
        ("q=number 001", 1),
        ("rule=striking-distance", 3),
        ("rule=low-ctr", 0),
        ("severity=critical", 3),
        ("severity=notice", 0),
        ("assignee=me", 1),
        ("assignee=nobody", 2),
        (f"assignee={cast.ADA.id}", 0),
    ):
        assert len(subjects(ben.get(f"{SEO}?{asked}").text)) == found, asked
    page = soup(ben.get(f"{SEO}?q=zebra").text)
    assert one(page, ".empty h2").text == "No insights match"


def test_pages_follow_each_other(ben: FlaskClient, store_session: OpenStore) -> None:
    from shopapp.seo.rules import thresholds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thresholds, "OPENED_AT_MOST", 200)
        ids = plant(store_session("harbor"), 120)
    views = [f"{SEO}?view={view}" for view in ("now", "soon", "later")]
    seen: list[str] = []
    for start in views:
        page = soup(ben.get(start).text)
        while True:
            seen += [str(link["id"])[1:] for link in page.select("[data-row]")]
            following = page.select_one("#page-next")
            if following is None or not following.get("href"):
                break
            page = soup(ben.get(str(following["href"])).text)
    assert sorted(seen) == sorted(ids)
    assert len(set(seen)) == 120


def test_htmx_gets_the_list_alone(ben: FlaskClient, ids: list[str]) -> None:
    assert ben.get(SEO, headers=PARTIAL).text.lstrip().startswith("<section")


@pytest.mark.parametrize(
    ("do", "said", "status"),
    [
        ("take", "2 insights assigned to you", S.OPEN),
        ("start", "2 insights started", S.IN_PROGRESS),
        ("snooze:7", "2 insights snoozed", S.SNOOZED),
        ("resolve", "2 insights resolved", S.RESOLVED),
        ("ignore:1", "2 insights ignored", S.IGNORED),
    ],
)
def test_several_are_worked_at_once_and_taken_back(
    ben: FlaskClient, harbor: Session, ids: list[str], *, do: str, said: str, status: S
) -> None:
    chosen = [f"{each}.{harbor.get_one(SeoInsight, each).version}" for each in ids[:2]]
    harbor.rollback()
    answer = ben.post(f"{SEO}/bulk", data={"ids": chosen, "do": do, "q": "tea"})
    assert answer.location == f"{SEO}?q=tea"
    page = soup(ben.get(answer.location).text)
    assert said in one(page, "#toasts").text
    assert {again(harbor, each).status for each in ids[:2]} == {status}
    undo = one(page, "#toasts form")
    ben.post(str(undo["action"]))
    rows = [again(harbor, each) for each in ids[:2]]
    assert {(row.status, row.assignee_id) for row in rows} == {(S.OPEN, None)}


def test_what_somebody_changed_since_is_left_alone(
    ben: FlaskClient, harbor: Session, ids: list[str]
) -> None:
    chosen = [f"{ids[0]}.99", f"{ids[1]}.{harbor.get_one(SeoInsight, ids[1]).version}"]
    harbor.rollback()
    text = ben.post(f"{SEO}/bulk", data={"ids": chosen, "do": "resolve"}, headers=PARTIAL).text
    assert "1 insight resolved, 1 left alone" in text
    assert again(harbor, ids[0]).status is S.OPEN


@pytest.mark.parametrize("form", [{"do": "resolve"}, {"do": "burn", "ids": "x"}, {}])
def test_a_bulk_act_that_names_nothing_is_refused(ben: FlaskClient, form: dict[str, str]) -> None:
    answer = ben.post(f"{SEO}/bulk", data=form)
    assert answer.status_code == 422
    assert "Choose at least one insight first." in answer.text


def test_an_insight_says_what_is_wrong_and_what_to_do(ben: FlaskClient, ids: list[str]) -> None:
    page = soup(ben.get(url(ids[0])).text)
    assert "shown 1,002 times" in one(page, ".sentence").text
    assert len(page.select(".steps li")) == 4
    assert one(page, "#curve svg")["aria-label"].startswith("Position 11.0")  # type: ignore[union-attr]
    assert len(page.select("#curve tbody tr")) == 20
    assert "shopapp found it" in one(page, ".timeline").text


def test_a_page_the_catalogue_knows_names_its_product(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        rows = [f"{SITE}/products/the-thing{end}" for end in ("", "?variant=1")]
        bring(session, FIRST, *(Figures(each, 9, 900, 4.0) for each in rows), kind="page")
        check(session)
        found = session.query(SeoInsight).where(SeoInsight.rule == "split-addresses").one()
        assert session.query(Product).where(Product.handle == "the-thing").count() == 1
        insight_id = found.id
        session.commit()
    page = soup(ben.get(url(insight_id)).text)
    assert "The Harbor Tea thing" in one(page, "#insight-side").text
    assert "?variant=1" in page.text
    assert [link["rel"] for link in page.select('a[href^="https://harbor"]')] == [
        ["noopener", "noreferrer"]
    ]


@pytest.mark.parametrize(
    ("part", "form", "status", "said"),
    [
        ("assignment", {"assignee": cast.ADA.id}, S.OPEN, "Assigned to Ada"),
        ("start", {}, S.IN_PROGRESS, "Started"),
        ("snooze", {"until": "7"}, S.SNOOZED, "Snoozed until"),
        ("snooze", {"until": "2999-01-05"}, S.SNOOZED, "Snoozed until 5 January"),
        ("resolution", {"note": "New title"}, S.RESOLVED, "Resolved"),
        ("refusal", {"reason": "Old page"}, S.IGNORED, "Ignored"),
        ("reopening", {}, S.OPEN, "Reopened"),
    ],
)
def test_an_insight_is_worked(
    ben: FlaskClient,
    harbor: Session,
    ids: list[str],
    *,
    part: str,
    form: dict[str, str],
    status: S,
    said: str,
) -> None:
    data = {"version": version(ben, ids[0]), **form}
    answer = ben.post(url(ids[0], part) + "?view=soon", data=data, headers=PARTIAL)
    assert said in one(soup(answer.text), "#toasts").text
    assert f'href="{SEO}?view=soon"' in answer.text
    assert again(harbor, ids[0]).status is status
    assert ben.post(url(ids[0], part), data=data).status_code in (303, 409)


@pytest.mark.parametrize(
    ("part", "form", "says"),
    [
        ("refusal", {"reason": " "}, "Say why"),
        ("snooze", {"until": "2020-01-01"}, "still to come"),
        ("snooze", {"until": "soon"}, "Choose a day"),
        ("resolution", {"note": "x" * 3_000}, "too long"),
        ("notes", {"body": ""}, "Write something"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    ben: FlaskClient, harbor: Session, ids: list[str], *, part: str, form: dict[str, str], says: str
) -> None:
    data = {"version": version(ben, ids[0]), **form}
    answer = ben.post(url(ids[0], part), data=data)
    assert answer.status_code == 422
    assert says in one(soup(answer.text), ".banner.critical").text
    assert again(harbor, ids[0]).status is S.OPEN


def test_a_stale_act_shows_both_and_can_be_done_anyway(
    ben: FlaskClient, sign_in: SignIn, harbor: Session, ids: list[str]
) -> None:
    seen = version(ben, ids[0])
    sign_in(cast.ADA).post(url(ids[0], "refusal"), data={"version": seen, "reason": "Gone."})
    answer = ben.post(url(ids[0], "resolution"), data={"version": seen, "note": "Mine."})
    assert answer.status_code == 409
    clash = one(soup(answer.text), "#clash")
    assert "Ada ignored it" in clash.text
    assert "Gone." in clash.text
    assert "Mine." in clash.text
    form = {str(each["name"]): str(each["value"]) for each in clash.select("input[name]")}
    ben.post(str(one(clash, "form")["action"]), data=form)
    assert again(harbor, ids[0]).status is S.RESOLVED


def test_staff_reads_and_takes_notes(sign_in: SignIn, ids: list[str]) -> None:
    cleo = sign_in(cast.CLEO)
    page = soup(cleo.get(url(ids[0])).text)
    assert not page.select("#resolve-button, #assign-button, #start-button")
    assert not soup(cleo.get(SEO).text).select(".bulk, [name=ids]")
    assert cleo.post(url(ids[0], "resolution"), data={"version": "1"}).status_code == 403
    cleo.post(url(ids[0], "notes"), data={"body": "<b>Ask the roaster</b>"})
    assert "&lt;b&gt;Ask the roaster&lt;/b&gt;" in cleo.get(url(ids[0])).text


def test_another_stores_insights_are_not_there(sign_in: SignIn, ids: list[str]) -> None:
    dora = sign_in(cast.DORA)
    assert dora.get(f"/hill/seo/insights/{ids[0]}").status_code == 404
    assert dora.post("/hill/seo/bulk", data={"ids": ids, "do": "resolve"}).status_code == 422
