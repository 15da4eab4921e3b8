"""Bounces of many mail systems: known as such, who failed, and whether for good."""

from __future__ import annotations

import pytest

from shopapp.inbox.parsing import MessageKind, parse_message
from tests.inbox.bounced_mail import CASES


@pytest.mark.parametrize(
    ("head", "body", "email", "permanent"),
    [each[1:] for each in CASES],
    ids=[each[0] for each in CASES],
)
def test_a_bounce_is_read(head: str, body: str, email: str, permanent: bool) -> None:
    message = parse_message(f"To: help@harbor.example\n{head}\n{body}".encode())
    assert message.kind == "bounce"
    assert message.bounce is not None
    assert message.bounce.recipient == email
    assert message.bounce.permanent is permanent
    if "shop.7" in body:
        assert message.bounce.original_message_id == "shop.7@harbor.example"
