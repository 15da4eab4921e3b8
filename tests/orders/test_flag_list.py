"""The flag list: tabs, filters, pages, several flags at once, the export."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from shopapp import clock
from shopapp.flags import actions, queries
from shopapp.flags.models import FlagStatus
from shopapp.jobs.models import Job, JobState
from tests import cast
from tests.flags.waiting import Harbor, waiting
from tests.inbox.reading import PARTIAL, count, one, soup

URL = "/harbor/orders/flags"


def orders(text: str) -> list[str]:
    """The orders of the list's rows, from the top."""
    return [link.text for link in soup(text).select("[data-row]")]


@pytest.fixture
def several(harbor: Harbor) -> Harbor:
    """Three flags of the check: two orders wait too long, one is large."""
    harbor.order(2001)
    harbor.order(2002)
    harbor.order(2003, hours=1, total=Decimal(420))
    harbor.check()
    harbor.session.commit()
    return harbor


def test_the_open_flags_are_shown_with_reason_severity_and_value(
    ben: FlaskClient, several: Harbor
) -> None:
    text = ben.get(URL).text
    assert sorted(orders(text)) == ["#2001", "#2002", "#2003"]
    (row,) = [each for each in soup(text).select("tbody tr") if "#2003" in each.text]
    assert [one(row, f".{name}").text.strip() for name in ("why", "how", "value", "whose")] == [
        "High value",
        "Notice",
        "€420.00",
        "Nobody",
    ]


def test_every_tab_has_its_count(ben: FlaskClient, several: Harbor) -> None:
    first, second, _ = several.flags()
    actions.resolve(several.session, first, note="", by=several.ben)
    until = clock.now() + timedelta(days=1)
    actions.snooze(several.session, second, until=until, by=several.ben)
    several.session.commit()
    text = ben.get(URL).text
    tabs = ("Open", "Snoozed", "Resolved", "Dismissed")
    assert [count(text, tab) for tab in tabs] == [1, 1, 1, 0]
    assert len(orders(ben.get(f"{URL}?status=snoozed").text)) == 1
    assert len(orders(ben.get(f"{URL}?status=rubbish&after=rubbish").text)) == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("kind=high_value", ["#2003"]),
        ("q=2001", ["#2001"]),
        ("q=nils2002", ["#2002"]),
        ("q=%25", []),
        (f"assignee={cast.BEN.id}", ["#2003"]),
        ("assignee=nobody", ["#2002", "#2001"]),
        ("assignee=nobody&kind=high_value", []),
    ],
)
def test_a_filter_narrows_the_list(
    ben: FlaskClient, several: Harbor, asked: str, expected: list[str]
) -> None:
    (large,) = [flag for flag in several.flags() if flag.flag_type == "high_value"]
    actions.assign(several.session, large, to=several.ben, by=several.ben)
    several.session.commit()
    text = ben.get(f"{URL}?{asked}").text
    assert sorted(orders(text)) == sorted(expected)
    assert ("No flags match" in text) == (not expected)


def test_pages_follow_each_other(ben: FlaskClient, harbor: Harbor) -> None:
    for number in range(2001, 2061):
        waiting(harbor.session, number)
    harbor.session.flush()
    harbor.check()
    harbor.session.commit()
    first = soup(ben.get(URL).text)
    second = soup(ben.get(str(one(first, "#page-next")["href"])).text)
    links = [str(each["href"]) for page in (first, second) for each in page.select("[data-row]")]
    assert (len(first.select("[data-row]")), len(links), len(set(links))) == (50, 60, 60)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("resolve", "2 flags resolved"),
        ("snooze:tomorrow", "2 flags snoozed"),
        (f"assign:{cast.BEN.id}", "2 flags assigned to Ben"),
        ("assign:", "2 flags assigned to nobody"),
    ],
)
def test_several_flags_are_worked_on_at_once(
    ben: FlaskClient, several: Harbor, do: str, said: str
) -> None:
    ids = [flag.id for flag in several.flags()][:2]
    answer = ben.post(f"{URL}/bulk", data={"do": do, "ids": ids}, headers=PARTIAL)
    assert answer.status_code == 200
    assert said in answer.text
    touched = [flag for flag in several.flags() if flag.id in ids]
    if do == "resolve":
        assert {flag.status for flag in touched} == {FlagStatus.RESOLVED}
    if do.startswith("snooze"):
        assert all(flag.snoozed_until for flag in touched)
    if do.endswith(cast.BEN.id):
        assert {flag.assignee_id for flag in touched} == {cast.BEN.id}


@pytest.mark.parametrize("do", ["resolve", "rubbish", "snooze:rubbish", "assign:nobody"])
def test_a_choice_that_makes_no_sense_is_refused(
    ben: FlaskClient, several: Harbor, do: str
) -> None:
    ids = [] if do == "resolve" else [several.flags()[0].id]
    answer = ben.post(f"{URL}/bulk", data={"do": do, "ids": ids}, headers=PARTIAL)
    assert answer.status_code == 422
    assert one(soup(answer.text), "[role=alert]").text.strip()
    assert {flag.version for flag in several.flags()} == {1}


def test_without_javascript_the_list_comes_back_with_its_filter(
    ben: FlaskClient, several: Harbor
) -> None:
    data = {"do": "resolve", "ids": [several.flags()[0].id], "kind": "unfulfilled"}
    answer = ben.post(f"{URL}/bulk", data=data)
    assert (answer.status_code, answer.location) == (303, f"{URL}?kind=unfulfilled")


def test_staff_reads_but_does_not_act(cleo: FlaskClient, several: Harbor) -> None:
    page = soup(cleo.get(URL).text)
    assert len(page.select("[data-row]")) == 3
    assert not page.select("input[name=ids], .bulk")
    data = {"do": "resolve", "ids": [several.flags()[0].id]}
    assert cleo.post(f"{URL}/bulk", data=data).status_code == 403


def test_before_the_first_check_the_list_says_what_will_come(ben: FlaskClient) -> None:
    text = ben.get(URL).text
    assert "The first check is still to come" in text


def test_an_empty_list_says_how_many_orders_were_checked(ben: FlaskClient, harbor: Harbor) -> None:
    job = Job(name=queries.CHECK, store_id=cast.HARBOR.id, state=JobState.DONE)
    job.finished_at, job.progress_done = clock.now() - timedelta(minutes=4), 128
    harbor.session.add(job)
    harbor.session.commit()
    assert "128 orders checked 4 minutes ago." in ben.get(URL).text


def test_the_export_holds_what_the_list_shows(ben: FlaskClient, several: Harbor) -> None:
    answer = ben.get(f"{URL}/export?kind=high_value")
    assert answer.headers["Content-Disposition"] == "attachment; filename=flags-open.csv"
    header, row = csv.reader(answer.text.lstrip("\ufeff").splitlines())
    line = dict(zip(header, row, strict=True))
    assert (line["Order"], line["Flag"], line["Status"]) == ("#2003", "High value", "open")
    assert "€420.00 is above €300.00" in line["Evidence"]
