"""The results page: what it shows to whom, in any state, at a constant price."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session, db
from shopapp.drafts.models import Arm, DraftState
from shopapp.drafts.views.wording import milliseconds, percent
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.drafts import past

URL = "/harbor/drafts"
DAY = timedelta(days=1)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements of a request."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    """A session of Harbor's."""
    return store_session("harbor")


def worked(session: Session, count: int = 3) -> None:
    """Some days of drafts: sent as they were, rewritten, discarded."""
    for at in range(count):
        day = clock.now() - (1 + at % 20) * DAY
        past.sent(session, at=day, by=cast.ADA)
        row = past.sent(session, "quite other words", at=day, by=cast.BEN, model="=m()")
        past.outcome(session, row, day, reopened=True)
        past.discarded(session, at=day, by=cast.BEN)
    session.commit()


def page(client: FlaskClient, query: str = "") -> BeautifulSoup:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def table(client: FlaskClient, name: str, query: str = "") -> list[dict[str, str]]:
    """A download as rows."""
    answer = client.get(f"{URL}/export/{name}{query}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_all_classes_are_shown_also_those_nobody_had(session: Session, sign_in: SignIn) -> None:
    worked(session)
    shown = page(sign_in(cast.ADA)).select("#shares .classes dt")
    assert [each.text for each in shown] == [
        "As is",
        "Light edit",
        "Moderate edit",
        "Rewritten",
        "Discarded",
        "Stale",
    ]


def test_without_drafts_it_says_what_will_stand_here(sign_in: SignIn) -> None:
    empty = page(sign_in(cast.ADA), "?range=90")
    assert "No draft was sent or discarded yet" in empty.text
    assert empty.select_one("#groups") is None
    assert "No draft in these days" in page(sign_in(cast.ADA), "?range=7").text


def test_one_draft_is_shown_greyed_as_too_few(session: Session, sign_in: SignIn) -> None:
    past.sent(session, at=clock.now() - DAY)
    session.commit()
    rows = page(sign_in(cast.ADA)).select("#groups tbody tr")
    assert [row.get("class") for row in rows] == [["few"]]


def test_a_group_is_told_with_its_count_beside_the_mean(session: Session, sign_in: SignIn) -> None:
    worked(session, 12)
    rows = page(sign_in(cast.ADA), "?by=model").select("#groups tbody tr")
    assert len(rows) == 2
    told = rows[0].get_text(" ", strip=True)
    assert told.startswith("m 24 12 0% 100% 0% 0.50 n 24")
    assert not rows[0].get("class")


@pytest.mark.parametrize(
    "by", ["model", "version", "prompt", "intent", "mailbox", "agent", "subject", "week"]
)
def test_every_grouping_is_a_page(session: Session, sign_in: SignIn, by: str) -> None:
    worked(session)
    shown = page(sign_in(cast.ADA), f"?by={by}&range=90")
    assert shown.select("#groups tbody tr")
    assert shown.select_one(".by [aria-current]") is not None


def test_an_agent_sees_the_store_and_their_own_row_and_an_admin_everybody(
    session: Session, sign_in: SignIn
) -> None:
    worked(session)
    ada, ben, cleo = (sign_in(each) for each in (cast.ADA, cast.BEN, cast.CLEO))

    def names(client: FlaskClient) -> list[str]:
        rows = page(client, "?by=agent").select("#groups tbody th")
        return sorted(row.text.removesuffix(" few") for row in rows)

    assert names(ada) == ["Ada", "Ben"]
    assert names(ben) == ["Ben"]
    assert names(cleo) == []
    assert [row["name"] for row in table(ben, "groups", "?by=agent")] == ["Ben"]
    for client in (ada, ben, cleo):
        assert page(client).select_one(".stat .value").text == "9"


def test_another_stores_drafts_are_not_counted(
    session: Session, sign_in: SignIn, store_session: OpenStore
) -> None:
    worked(session)
    answer = sign_in(cast.DORA).get("/hill/drafts?range=90")
    assert "No draft was sent or discarded yet" in answer.text


def test_what_came_after_stands_beside_the_classes(session: Session, sign_in: SignIn) -> None:
    at = clock.now() - 10 * DAY
    for back in (True, False, False):
        past.outcome(session, past.sent(session, at=at), at, reopened=back)
    session.commit()
    row = page(sign_in(cast.ADA)).select_one("#afterwards tbody tr")
    assert row.get_text(" ", strip=True) == "As is 3 1 of 3 33% – –"


@pytest.mark.parametrize("start", ["=", "+", "@", "\t="])
def test_a_download_is_safe_in_a_spreadsheet(session: Session, sign_in: SignIn, start: str) -> None:
    past.sent(session, at=clock.now() - DAY, model=f"{start}m()")
    session.get_one(User, cast.BEN.id).name = f"{start}cmd()"
    session.commit()
    ada = sign_in(cast.ADA)
    for query, name in (("", f"{start}m()"), ("?by=agent", f"{start}cmd()")):
        (row,) = table(ada, "groups", query)
        assert row["name"] == f"'{name}"


@pytest.mark.parametrize("by", ["model", "intent", "agent", "week"])
def test_a_file_says_what_the_table_shows(session: Session, sign_in: SignIn, by: str) -> None:
    worked(session, 12)
    for share in ("one two three", "one two three four five six seven eight nine 10"):
        past.sent(session, share, at=clock.now() - DAY, model="other", latency_ms=2345)
    session.commit()
    ada, query = sign_in(cast.ADA), f"?by={by}"
    shown = page(ada, query).select("#groups tbody tr")
    rows = table(ada, "groups", query)
    assert len(rows) == len(shown) > 0
    for line, row in zip(shown, rows, strict=True):
        name, *cells = (each.get_text(" ", strip=True) for each in line.select("th, td"))
        assert name.removesuffix(" few") == row["name"].lstrip("'")
        assert cells[:5] == [
            row["drafts"],
            str(sum(int(row[each]) for each in ("as is", "light", "moderate", "rewrite"))),
            *(
                percent(float(row[each])) if row[each] else "–"
                for each in ("median edit (NED)", "median kept", "mean facts changed (kappa)")
            ),
        ]
        assert cells[5] == f"{float(row['mean reward (R)']):.2f} n {row['scored']}"
        assert cells[-1] == (
            milliseconds(float(row["median latency (ms)"])) if row["median latency (ms)"] else "–"
        )


def test_the_files_of_weeks_and_classes_say_what_the_charts_show(
    session: Session, sign_in: SignIn
) -> None:
    worked(session, 12)
    ada = sign_in(cast.ADA)
    shown = page(ada)
    lines = shown.select("figure tbody")[0].select("tr")
    edits = {row.th.text: row.select_one("td").text for row in lines}
    weeks = table(ada, "weeks")
    assert {row["name"]: percent(float(row["median edit (NED)"])) for row in weeks} == {
        name: text for name, text in edits.items() if text != "–"
    }
    counts = {each.dt.text: each.dd.b.text for each in shown.select("#shares .classes > div")}
    classes = {row["name"]: row["drafts"] for row in table(ada, "classes")}
    assert classes == {name: count for name, count in counts.items() if count != "0"}


@pytest.mark.parametrize("name", ["groups", "weeks", "classes", "savings", "harms"])
def test_every_table_can_be_downloaded_by_everybody(
    session: Session, sign_in: SignIn, name: str
) -> None:
    worked(session, 8)
    for person in (cast.ADA, cast.BEN, cast.CLEO):
        assert isinstance(table(sign_in(person), name, "?range=90"), list)


def test_an_unknown_table_is_not_there(sign_in: SignIn) -> None:
    assert sign_in(cast.ADA).get(f"{URL}/export/secrets").status_code == 404


def test_days_of_ones_own_stay_in_every_link(session: Session, sign_in: SignIn) -> None:
    worked(session)
    today = clock.now().date()
    own = f"?from={today - 9 * DAY}&to={today}"
    shown = page(sign_in(cast.ADA), own)
    links = [str(each["href"]) for each in shown.select(".by a, a[aria-label$=CSV]")]
    assert links
    assert all(f"from={today - 9 * DAY}" in link for link in links)


def test_rubbish_in_the_address_is_the_usual_page(session: Session, sign_in: SignIn) -> None:
    worked(session)
    for query in (
        "?range=abc&by=secret",
        "?from=x&to=9999-99-99",
        "?from=0001-01-01&to=0001-01-02",
    ):
        assert sign_in(cast.ADA).get(f"{URL}{query}").status_code == 200


def test_time_saved_is_shown_with_its_interval_when_there_is_enough(
    session: Session, sign_in: SignIn
) -> None:
    at = clock.now() - DAY
    for number in range(30):
        held = {"arm": Arm.HELD_OUT, "seconds": 200 + number}
        past.outcome(session, None, at, intent="return", **held)
        past.outcome(session, None, at, intent="return", arm=Arm.DRAFTED, seconds=80 + number)
    worked(session)
    told = " ".join(page(sign_in(cast.ADA)).select_one("#saved .headline").text.split())
    assert told.startswith("2 min 00 s a reply 95% interval 1 min")


def test_with_too_few_it_says_how_many_are_missing(session: Session, sign_in: SignIn) -> None:
    past.outcome(session, None, clock.now() - DAY, intent="return", arm=Arm.HELD_OUT, seconds=9)
    worked(session)
    told = page(sign_in(cast.ADA)).select_one("#saved .headline").text
    assert "29 more without a draft and 30 more with one" in told


def test_where_drafts_hurt_leads_to_tickets_and_a_way_out(
    session: Session, sign_in: SignIn
) -> None:
    at = clock.now() - DAY
    for number in range(40):
        past.sent(session, at=at)
        if number < 25:
            past.sent(session, "quite other words", at=at, intent="damaged")
    session.commit()
    (found,) = page(sign_in(cast.ADA)).select("#harms li")
    assert "Damaged · m" in found.text
    assert "100% of 25 rewritten or discarded" in found.text
    links = [str(each["href"]) for each in found.select("a")]
    assert links[0] == "/harbor/inbox/macros/new"
    assert all(link.startswith("/harbor/inbox/tickets/") for link in links[1:])


@pytest.mark.parametrize("by", ["model", "mailbox", "agent"])
def test_the_page_costs_the_same_for_more_drafts(
    app: Flask, session: Session, sign_in: SignIn, by: str
) -> None:
    ada, counts = sign_in(cast.ADA), []
    for _ in range(2):
        worked(session, 6)
        past.draft(session, at=clock.now() - DAY, state=DraftState.STALE, model="another")
        session.commit()
        with statements(app) as seen:
            page(ada, f"?by={by}&range=90")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15, counts
