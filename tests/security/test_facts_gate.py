"""No way to an approved reply leads past the check of its facts, none to a server past the last."""

from __future__ import annotations

import ast
import inspect

from shopapp import schedule
from shopapp.inbox.actions import departing, sending
from shopapp.mail import delivery, states
from shopapp.mail.models import OutboundKind
from tests.security.test_never_alone import callers


def names_called(function: object) -> list[str]:
    """What a function calls in its own statements, in order; a call under a condition is none."""
    (tree,) = ast.parse(inspect.getsource(function)).body  # type: ignore[arg-type]
    assert isinstance(tree, ast.FunctionDef)
    plain = [each.value for each in tree.body if isinstance(each, ast.Expr | ast.Assign)]
    return [ast.unparse(value.func) for value in plain if isinstance(value, ast.Call)]


def test_every_approval_checks_the_facts_before_anything_is_queued() -> None:
    called = names_called(sending.approve)
    assert called.index("checking.check") < called.index("posting.post")
    assert callers("posting.post") == ["inbox/actions/sending.py"]
    assert callers("OutboundMail") == ["mail/outbox.py"]


def test_the_pages_approve_through_that_one_action() -> None:
    assert sorted(callers("sending.approve")) == [
        "home/actions/approving.py",
        "inbox/views/leaving.py",
    ]


def test_a_queued_reply_is_looked_at_before_it_is_taken_for_sending() -> None:
    assert departing in schedule.HANDLERS
    assert departing.may_leave in states._checks[OutboundKind.REPLY]
    source = inspect.getsource(delivery._take)
    assert source.index("may_be_handed_over(") < source.index("_begun(")
