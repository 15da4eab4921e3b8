"""The bars of the inbox, counted: `pytest -rA tests/inbox/test_parsing_scores.py` prints them."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from shopapp.inbox.parsing import InboundMessage, parse_message
from shopapp.inbox.quoting import split_reply, split_reply_html
from tests.inbox.test_machines import read
from tests.inbox.test_quoting_html_clients import shown
from tests.inbox.written_mail import NEW, OLD, lines, sections

DATA = Path(os.environ.get("SHOPAPP_DATA", "../shared/data"))


def score(title: str, right: Iterable[bool], *, bar: float) -> None:
    counted = list(right)
    share = 100 * sum(counted) / len(counted)
    print(f"{title}: {sum(counted)} of {len(counted)}, {share:.1f} % (bar {bar} %)")
    assert share >= bar


def bounces() -> list[tuple[InboundMessage, bool]]:
    """Each bounce, and whether it is for good."""
    written = sections("bounces")
    return [(parse_message(mail.encode()), title.endswith("for good")) for title, mail in written]


def test_headers() -> None:
    """Against Python's own package, which reads some of the worst ones less well."""
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    same: list[bool] = []
    for file in sorted((DATA / "mail").rglob("*.eml")):
        raw = file.read_bytes()
        message, other = (
            parse_message(raw),
            email.message_from_bytes(raw, policy=email.policy.default),
        )
        try:
            recipients = [
                each.addr_spec for head in other.get_all("To", []) for each in head.addresses
            ]
            senders = [each.addr_spec for each in other["From"].addresses] if other["From"] else []
            moment = other["Date"].datetime if other["Date"] else None
        except (AttributeError, IndexError, ValueError):
            continue
        same += [
            " ".join(str(other["Subject"] or "").split()) == message.subject,
            (senders or [""])[0] == message.from_address,
            sorted(set(recipients)) == sorted(set(message.to)),
            moment == message.date,
            (other["Message-ID"] or "").strip("<> ") in {message.message_id, ""},
        ]
    score("headers", same, bar=95)


def test_automatic_mail() -> None:
    known = [read(f"Subject: {subject}").kind == "auto_reply" for subject in lines("away")]
    known += [read(headers).kind == kind for kind, headers in sections("machines")]
    score("automatic mail", [*known, *(each.is_automatic for each, _ in bounces())], bar=97)


def test_people() -> None:
    kinds = [read(f"Subject: {subject}", body).kind for subject, body in sections("people")]
    score("people", (kind == "normal" for kind in kinds), bar=100)


def test_bounces() -> None:
    read_back = [(each.bounce, permanent) for each, permanent in bounces()]
    score("bounces", (bounce is not None for bounce, _ in read_back), bar=99)
    score(
        "for good or for now",
        (bounce is not None and bounce.permanent is permanent for bounce, permanent in read_back),
        bar=99,
    )


def test_replies() -> None:
    announcements = [each for _, each in sections("announcements")]
    plain = [split_reply(f"{NEW}\n\n{each}\n\n{OLD}") for each in announcements]
    score("replies in text", (each.visible == NEW for each in plain), bar=95)
    halves = [split_reply_html(f"<div>{NEW}</div>{each}") for _, each in sections("quotes.html")]
    score("replies in HTML", (shown(each.visible) == NEW for each in halves), bar=95)


def test_no_reply_loses_a_word() -> None:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    whole = [file.read_text(encoding="utf-8") for file in sorted((DATA / "quoted").glob("*.txt"))]
    parts = [split_reply(each) for each in whole]
    kept = [sorted(f"{each.visible} {each.quoted} {each.signature}".split()) for each in parts]
    score(
        "no word lost",
        (sorted(text.split()) == one for text, one in zip(whole, kept, strict=True)),
        bar=100,
    )
    score(
        "something quoted or signed",
        (bool(each.quoted or each.signature) for each in parts),
        bar=75,
    )
