"""Macros: written on their pages, put into a reply where the cursor was, filled or blocking."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.models import InboxRule, Macro, RuleRun, Ticket, TicketMessage
from tests import cast
from tests.conftest import OpenStore, SignIn

MACROS = "/harbor/inbox/macros"


def saved(open_store: OpenStore, title: str) -> Macro | None:
    with open_store("harbor") as session:
        return session.scalar(select(Macro).where(Macro.title == title))


def put(open_store: OpenStore, body: str, title: str = "Greeting") -> str:
    with open_store("harbor") as session:
        macro = Macro(title=title, body=body)
        session.add(macro)
        session.commit()
        return macro.id


def ticket_of(open_store: OpenStore) -> str:
    with open_store("harbor") as session:
        return session.scalars(select(Ticket.id).order_by(Ticket.number)).first() or ""


def reply_text(open_store: OpenStore, ticket_id: str) -> str:
    with open_store("harbor") as session:
        return session.scalars(
            select(TicketMessage.body_text).where(
                TicketMessage.ticket_id == ticket_id, TicketMessage.delivery_state == "draft"
            )
        ).one()


def test_a_macro_is_written_changed_and_deleted(ben: FlaskClient, store_session: OpenStore) -> None:
    typed = {"title": " Late  parcel ", "body": "Sorry.", "tags": "Refund, late", "is_active": "1"}
    assert ben.post(MACROS, data=typed).status_code == 303
    row = saved(store_session, "Late parcel")
    assert row is not None
    assert row.intents == ["refund", "late"]
    url = f"{MACROS}/{row.id}"
    assert "Sorry." in ben.get(url).text
    change = {**typed, "body": "Very sorry.", "version": str(row.version)}
    assert ben.post(url, data=change).status_code == 303
    stale = ben.post(url, data={**change, "body": "Mine"})
    assert stale.status_code == 409
    assert "Very sorry." in stale.text
    assert "Mine" in stale.text
    assert ben.post(f"{url}/removal").status_code == 303
    assert saved(store_session, "Late parcel") is None


def test_a_macro_without_words_or_with_a_title_that_is_taken_is_refused(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    put(store_session, "Hi")
    empty = ben.post(MACROS, data={"title": "", "body": " "})
    assert empty.status_code == 422
    assert "Give the macro a title." in empty.text
    assert "Write what the macro says." in empty.text
    taken = ben.post(MACROS, data={"title": "Greeting", "body": "Hey"})
    assert taken.status_code == 422
    assert "Another macro has this title" in taken.text


def test_an_unknown_variable_is_named_before_anybody_stumbles_over_it(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    url = f"{MACROS}/{put(store_session, 'Hi {{customer.nickname}}')}"
    assert "customer.nickname" in ben.get(url).text
    assert "Unknown variable" in ben.get(MACROS).text
    assert "No macros match" in ben.get(MACROS, query_string={"q": "zebra"}).text


def test_a_macro_goes_where_the_cursor_was_and_is_filled(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    macro = put(store_session, "Hi {{customer.nickname|friend}}, {{agent.name}} here.")
    ticket = ticket_of(store_session)
    base = f"/harbor/inbox/tickets/{ticket}"
    assert "Greeting" in ben.get(f"{base}/macros", query_string={"q": "greet"}).text
    typed = {"body": "First. Last.", "at": "6", "macro": macro}
    assert ben.post(f"{base}/reply/macros", data=typed).status_code == 303
    said = f"First.\n\nHi friend, {cast.BEN.name} here.\n\nLast."
    assert reply_text(store_session, ticket) == said


def test_a_macro_writes_days_in_its_own_language(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    body = "Ihre Bestellung {{order.name}} vom {{order.placed_at}} ist da, und wir danken Ihnen."
    macro, ticket = put(store_session, body), ticket_of(store_session)
    ben.post(f"/harbor/inbox/tickets/{ticket}/reply/macros", data={"macro": macro})
    assert re.search(r"#\d+ vom \d+\. [A-ZÄ]\w+ \d{4} ist da", reply_text(store_session, ticket))


def test_without_the_composer_a_macro_goes_below_what_is_written(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    macro, ticket = put(store_session, "Bye."), ticket_of(store_session)
    base = f"/harbor/inbox/tickets/{ticket}"
    ben.post(f"{base}/reply", data={"body": "Hello."})
    ben.post(f"{base}/reply/macros", data={"macro": macro})
    assert reply_text(store_session, ticket) == "Hello.\n\nBye."


def test_a_variable_nobody_filled_stops_the_send(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    macro, ticket = put(store_session, "Hi {{customer.nickname}}"), ticket_of(store_session)
    base = f"/harbor/inbox/tickets/{ticket}"
    ben.post(f"{base}/reply/macros", data={"body": "", "macro": macro})
    page = ben.get(base).text
    assert "Fill in" in page
    assert "{{customer.nickname}}" in page


def test_a_reply_somebody_else_began_is_not_overwritten(
    ben: FlaskClient, sign_in: SignIn, store_session: OpenStore
) -> None:
    macro, ticket = put(store_session, "Hi"), ticket_of(store_session)
    base = f"/harbor/inbox/tickets/{ticket}"
    sign_in(cast.ADA).post(f"{base}/reply", data={"body": "Ada's"})
    answer = ben.post(f"{base}/reply/macros", data={"body": "Mine", "macro": macro})
    assert answer.status_code == 409
    assert reply_text(store_session, ticket) == "Ada's"


def test_macros_are_for_agents(sign_in: SignIn) -> None:
    assert sign_in(cast.CLEO).get(MACROS).status_code == 403


def test_the_macro_a_rule_proposed_is_offered_first(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    put(store_session, "A")
    macro, ticket = put(store_session, "Z", "Zeal"), ticket_of(store_session)
    with store_session("harbor") as session:
        rule = InboxRule(position=1, name="Late tea")
        session.add(rule)
        session.flush()
        session.add(RuleRun(rule_id=rule.id, ticket_id=ticket, macro_id=macro, occasion="1"))
        session.commit()
    menu = ben.get(f"/harbor/inbox/tickets/{ticket}/macros").text
    assert menu.index("Proposed by rule “Late tea”") < menu.index("Zeal") < menu.index("Greeting")
    assert "Proposed" not in ben.get(f"/harbor/inbox/tickets/{ticket}/macros?q=Gree").text
