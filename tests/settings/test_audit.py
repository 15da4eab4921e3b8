"""The audit log and the team: who may do what, and who did."""

from __future__ import annotations

from flask.testing import FlaskClient

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.stores.queries import settings
from tests import cast
from tests.conftest import SignIn
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, form, parsed, words

URL = f"{HOME}/audit"


def changed(client: FlaskClient, number: int) -> None:
    """Somebody sets the overdue hours."""
    url = f"{HOME}/thresholds"
    client.post(url, data=form(client, url, "thresholds") | {"overdue_hours": str(number)})


def many(harbor: Harbor, number: int) -> None:
    """Ada does `number` things."""

    def write(session: Session) -> None:
        ada, row = session.get_one(User, cast.ADA.id), settings(session)
        for each in range(number):
            record(session, "tea.counted", row, by=ada, after={"leaves": each})

    harbor(write)


def test_an_empty_log_says_what_will_stand_there(ada: FlaskClient) -> None:
    assert "Nothing has changed yet" in words(ada.get(URL))


def test_a_line_says_who_did_what_from_which_value_to_which(ada: FlaskClient) -> None:
    changed(ada, 24)
    (row,) = parsed(ada.get(URL)).select(".event")
    text = " ".join(row.select("summary")[0].get_text(" ").split())
    assert text == ("A Ada · Thresholds changed Settings Overdue after: was: 12 now: 24 just now")
    (change,) = row.select("tbody tr")
    assert change.get_text(" ", strip=True) == "Overdue after 12 24"


def test_the_log_narrows_to_a_person_or_an_action(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    changed(ada, 24)
    changed(ben, 36)
    many(harbor, 3)

    def shown(query: str) -> int:
        return len(parsed(ada.get(f"{URL}?{query}")).select(".event"))

    assert shown("") == 5
    assert shown(f"actor={cast.BEN.id}") == 1
    assert shown("action=tea.counted") == 3
    assert shown(f"action=tea.counted&actor={cast.BEN.id}") == 0
    assert "No changes match" in words(ada.get(f"{URL}?action=nonsense"))
    assert "Clear filters" in words(ada.get(f"{URL}?actor={cast.BEN.id}"))


def test_older_lines_are_on_the_next_page_and_none_is_twice(
    ada: FlaskClient, harbor: Harbor
) -> None:
    many(harbor, 120)
    url, seen = f"{URL}?action=tea.counted", []
    for _ in range(3):
        page = parsed(ada.get(url, headers=PARTIAL))
        seen += [row.get_text() for row in page.select("tbody tr")]
        following = page.select_one("#page-next")
        url = str(following.get("href", "")) if following else ""
    assert len(seen) == len(set(seen)) == 120
    assert not url


def test_another_store_s_log_is_not_here(ada: FlaskClient, sign_in: SignIn) -> None:
    changed(ada, 24)
    assert "Nothing has changed yet" in words(sign_in(cast.DORA).get("/hill/settings/audit"))


def test_an_unreadable_cursor_gives_the_first_page(ada: FlaskClient, harbor: Harbor) -> None:
    many(harbor, 2)
    assert len(parsed(ada.get(f"{URL}?at=%00nonsense")).select("tbody tr")) == 2
