"""A delivery nobody can vouch for stays on the page until a person settles it."""

from __future__ import annotations

from shopapp.connectors.errors import Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.inbox.models import DeliveryState
from shopapp.inbox.queries import replies
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, letter, newest_ticket


def test_an_unknown_delivery_can_be_settled_after_the_customer_wrote(
    drafted: Desk, post: FakeTransport, sign_in: SignIn
) -> None:
    post.fail_next(Unknown("the connection broke"))
    with drafted.session() as session:
        ticket = newest_ticket(session)
        page = f"/harbor/inbox/tickets/{ticket.id}"
        reply_id = drafted.approve(session, ticket, "Hello?").id
    drafted.work()
    drafted.take_in(
        letter("Anyone?", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")
    )
    ben = sign_in(cast.BEN)
    settle = f"/harbor/inbox/messages/{reply_id}/confirming"
    assert f'action="{settle}"' in ben.get(page).text
    assert ben.post(settle).status_code == 303
    assert f'action="{settle}"' not in ben.get(page).text
    with drafted.session() as session:
        reply = replies.reply(session, reply_id)
        assert reply is not None
        assert reply.delivery_state is DeliveryState.SENT
