"""Moving in: exports of Gorgias, Zendesk and Help Scout become macros, tags and closed tickets."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from shopapp.inbox.actions.moving import bring
from shopapp.inbox.models import Macro, Tag, Ticket, TicketMessage, TicketStatus, TicketTag
from shopapp.inbox.moving import READERS, MovedMacro, MovedTicket, Refusal
from shopapp.inbox.queries import sources
from shopapp.sheets.importing import Report
from shopapp.sheets.refusing import Unreadable
from tests.inbox.desk import Desk
from tests.inbox.exports import GORGIAS, HELPSCOUT, ZENDESK


def packed(document: Any) -> bytes:
    return json.dumps(document).encode()


def lines(documents: list[Any]) -> bytes:
    return b"\n".join(packed(each) for each in documents)


def zipped(body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("export/data.ndjson", body)
    return file.getvalue()


def items(desk: str, content: bytes) -> list[Any]:
    return [item for _, item in READERS[desk](content)]


def moved(desk: Desk, name: str, content: bytes, *, write: bool = True, **options: str) -> Report:
    with desk.session() as session:
        return bring(name, session, content, options, write=write, progress=lambda *_: None)


def test_gorgias_variables_become_ours_and_a_miss_is_named() -> None:
    macro = items("gorgias", packed(GORGIAS))[0]
    assert macro == MovedMacro(
        title="Where is it",
        body="Hi {{customer.first_name|there}},\n{{order.name}} is at {{order.tracking_url}}. "
        "{{ticket.customer.integrations.magento2.sku}}",
        tags=("wismo", "shipping"),
        missed=("ticket.customer.integrations.magento2.sku",),
    )


def test_a_gorgias_sheet_of_macros_is_read() -> None:
    actions = json.dumps([{"name": "setResponseText", "arguments": {"body_text": "Hi"}}])
    sheet = 'id,Name,actions\n1,Hello,"' + actions.replace('"', '""') + '"\n'
    assert items("gorgias", sheet.encode()) == [MovedMacro("Hello", "Hi")]


def test_zendesk_macros_and_lines_are_read_plain_and_packed() -> None:
    plain = items("zendesk", lines(ZENDESK))
    macro, refused, ticket = plain
    assert macro.body == "Dear {{customer.first_name}},\n\n{{dc.refund_text}}"
    assert (macro.tags, macro.missed) == (("refund", "approved"), ("dc.refund_text",))
    assert not macro.is_active
    assert "Only a tag" in refused.message
    assert [each.author for each in ticket.messages] == ["customer", "staff", "note"]
    assert items("zendesk", gzip.compress(lines(ZENDESK))) == plain
    assert items("zendesk", zipped(lines(ZENDESK))) == plain


def test_help_scout_replies_and_conversations_are_read_in_order() -> None:
    ticket, macro = sorted(items("helpscout", packed(HELPSCOUT)), key=lambda i: str(type(i)))[::-1]
    assert macro.body == "Hi {{customer.first_name|there}},\n{{conversation.number}}"
    assert macro.missed == ("conversation.number",)
    assert isinstance(ticket, MovedTicket)
    assert [each.text for each in ticket.messages] == ["Do you wrap gifts?", "Yes."]
    assert (ticket.customer_name, ticket.tags) == ("Di Ko", ("gift",))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x1f\x8bnot", b"PK\x03\x04not", b"{]", b"[1,"]
)
def test_a_file_of_another_kind_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"\.|\?"):
        items("zendesk", content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "id actions name messages comments title data _embedded type".split()
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_items_or_refusals(document: Any) -> None:
    for desk in READERS:
        for item in items(desk, packed([document])):
            assert isinstance(item, (MovedMacro, MovedTicket, Refusal))


def test_closed_tickets_come_with_tags_and_every_message(desk: Desk) -> None:
    report = moved(desk, "gorgias", packed(GORGIAS))
    assert report.counts == {
        "new macros": 1,
        "new tickets": 1,
        "new messages": 3,
        "open tickets left out": 1,
    }
    assert report.refused == 1
    assert "magento2.sku" in report.problems[0].message
    with desk.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.subject == "Broken cup")).one()
        assert (ticket.status, ticket.customer_email) == (TicketStatus.CLOSED, "ann@mail.example")
        rows = session.scalars(
            select(TicketMessage)
            .where(TicketMessage.ticket_id == ticket.id)
            .order_by(TicketMessage.sent_at)
        ).all()
        states = [row.delivery_state.value for row in rows]
        assert states == ["received", "sent", "note"]
        assert rows[1].in_reply_to == "q1@mail.example"
        assert rows[1].notes == ["1 file of this message stayed in Gorgias."]
        tags = select(Tag.name).join(TicketTag, TicketTag.tag_id == Tag.id)
        assert session.scalars(tags.where(TicketTag.ticket_id == ticket.id)).all() == ["damage"]
        assert [one.body for one in sources.precedents(session)] == ["A new one is on its way."]


def test_moving_in_again_changes_nothing(desk: Desk) -> None:
    moved(desk, "gorgias", packed(GORGIAS))
    again = moved(desk, "gorgias", packed(GORGIAS), tickets="all").counts
    assert again == {
        "unchanged macros": 1,
        "unchanged tickets": 1,
        "new tickets": 1,
        "new messages": 1,
    }


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    report = moved(desk, "zendesk", lines(ZENDESK), write=False)
    assert report.counts["new macros"] == 1
    with desk.session() as session:
        assert not session.scalars(select(Macro).where(Macro.title == "Refund::Approved")).all()


def test_a_title_that_is_taken_gets_the_desks_name(desk: Desk) -> None:
    with desk.session() as session:
        session.add(Macro(title="Thanks", body="Ours"))
    moved(desk, "helpscout", packed(HELPSCOUT))
    moved(desk, "helpscout", packed(HELPSCOUT))
    with desk.session() as session:
        titles = session.scalars(select(Macro.title).where(Macro.title.startswith("Thanks"))).all()
    assert sorted(titles) == ["Thanks", "Thanks (Help Scout)"]


def test_a_customer_who_answers_an_old_mail_lands_on_the_moved_ticket(desk: Desk) -> None:
    from tests.inbox.desk import letter

    moved(desk, "gorgias", packed(GORGIAS))
    desk.take_in(
        letter(
            "Thank you!",
            sender="Ann <ann@mail.example>",
            message_id="<q2@mail.example>",
            In_Reply_To="<q1@mail.example>",
        )
    )
    with desk.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.subject == "Broken cup")).one()
        assert ticket.status is TicketStatus.OPEN
