"""Where a mail goes, who may join, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.inbox.parsing import Address, InboundMessage, parse_message
from shopapp.inbox.threading import (
    Candidate,
    Placement,
    Reason,
    candidate_ids,
    decide,
    normalise_subject,
    participant_ok,
    sign_message_id,
    sign_plus_address,
    verify_message_id,
    verify_plus_address,
)

KEY = b"k" * 32
OURS = sign_message_id(KEY, store="s1", ticket="t1", message="m1", domain="harbor.example")
names = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=20)


def mail(*headers: str, sender: str = "ann@x.example") -> InboundMessage:
    return parse_message("\n".join([f"From: {sender}", *headers, "", "hi"]).encode())


@given(names, names, names)
def test_a_signed_id_tells_ticket_and_message(store: str, ticket: str, message: str) -> None:
    made = sign_message_id(KEY, store=store, ticket=ticket, message=message, domain="d.example")
    assert verify_message_id(KEY, made, store=store) == (ticket, message)
    assert verify_message_id(KEY, f"<{made}>", store=store) == (ticket, message)
    assert verify_message_id(KEY, made, store=f"{store}x") is None
    assert verify_message_id(b"other", made, store=store) is None


@pytest.mark.parametrize(
    "forged",
    [
        OURS.replace("t1", "t2"),
        OURS.replace("m1", "m2"),
        OURS.replace(".", "", 1),
        "shop.t1.m1.@harbor.example",
        "shop.t1.m1.ä@harbor.example",
        "1234@local.machine.example",
        "",
        "@",
    ],
)
def test_a_forged_id_is_refused(forged: str) -> None:
    assert verify_message_id(KEY, forged, store="s1") is None


def test_parts_cannot_slide_into_each_other() -> None:
    one = sign_message_id(KEY, store="s", ticket="a-b", message="c", domain="d.example")
    other = sign_message_id(KEY, store="s", ticket="a", message="b-c", domain="d.example")
    assert one.split(".")[3] != other.split(".")[3]


@pytest.mark.parametrize("name", ["", "a.b", "a@b", "a b", "a\nb"])
def test_what_is_no_id_is_not_signed(name: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        sign_message_id(KEY, store="s", ticket=name, message="m", domain="d.example")


def test_a_signed_address_survives_capitals() -> None:
    made = sign_plus_address(KEY, "help@harbor.example", store="s1", ticket="t1")
    assert made.startswith("help+t1.")
    assert verify_plus_address(KEY, made.upper(), store="s1") == "t1"
    assert verify_plus_address(KEY, made, store="s2") is None
    assert verify_plus_address(KEY, made.replace("t1", "t2"), store="s1") is None
    assert verify_plus_address(KEY, "help@harbor.example", store="s1") is None


def test_an_address_that_would_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no signed address"):
        sign_plus_address(KEY, f"{'a' * 50}@harbor.example", store="s1", ticket="t1")


@pytest.mark.parametrize(
    "subject",
    [
        "Where is my order?",
        "Re: Where is my order?",
        "RE: Re: Where  is my order?",
        "AW: WG: Where is my order?",
        "SV: VS: Where is my order?",
        "RV: Where is my order?",
        "Fwd: FW: Where is my order?",
        "Re[2]: Where is my order?",
        "Re (3): Where is my order?",
        "RE : Where is my order?",
        "回复：Where is my order?",
        "Odp: Where is my order?",
        "[Ticket #12] Where is my order?",
        "Re: [Ticket #12] Re: Where is my order?",
        "[#1234] Where is my order?",
        "[EXT] Re: Where is my order?",
        "WHERE IS MY ORDER?",
    ],
)
def test_marks_of_replies_and_tickets_do_not_count(subject: str) -> None:
    assert normalise_subject(subject) == "where is my order?"


@pytest.mark.parametrize("subject", ["Return: shoes", "Reorder", "[Sale] shoes", "I need help"])
def test_words_of_the_subject_stay(subject: str) -> None:
    assert normalise_subject(subject) == subject.casefold()


@given(st.text())
def test_normalising_twice_changes_nothing(subject: str) -> None:
    once = normalise_subject(subject)
    assert normalise_subject(once).casefold() == once.casefold()


def test_candidates_come_in_the_order_of_trust() -> None:
    address = sign_plus_address(KEY, "help@harbor.example", store="s1", ticket="t9")
    message = mail(f"To: {address}", "In-Reply-To: <b@x>", f"References: <a@x> <{OURS}> <c@x>")
    assert candidate_ids(message, key=KEY, store="s1") == [
        Candidate("t9", Reason.PLUS_ADDRESS),
        Candidate(OURS, Reason.SIGNED),
        Candidate("b@x", Reason.IN_REPLY_TO),
        Candidate("c@x", Reason.REFERENCES),
        Candidate("a@x", Reason.REFERENCES),
    ]


def test_without_a_key_nothing_counts_as_signed() -> None:
    assert candidate_ids(mail(f"In-Reply-To: <{OURS}>")) == [Candidate(OURS, Reason.IN_REPLY_TO)]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (Address("Ann", "ANN@x.example"), True),
        (Address("ann@x.example", "eve@y.example"), False),
        (None, False),
    ],
)
def test_a_participant_is_known_by_the_address_alone(
    sender: Address | None, expected: bool
) -> None:
    assert participant_ok(sender, ["ann@X.example", "bob@x.example"]) is expected


def place(message: InboundMessage, **found: str) -> tuple[str | None, str | None]:
    placement = decide(
        message,
        candidate_ids(message, key=KEY, store="s1"),
        found={name.replace("_", "@"): ticket for name, ticket in found.items()} | {OURS: "t1"},
        participants={"t1": {"ann@x.example"}, "t2": {"ann@x.example"}, "t3": {"bob@x.example"}},
    )
    assert placement.reason
    return placement.ticket_id, placement.linked_ticket_id


def test_a_participant_joins_the_ticket() -> None:
    assert place(mail("In-Reply-To: <a@x>"), a_x="t2") == ("t2", None)


def test_a_signed_id_goes_before_in_reply_to() -> None:
    assert place(mail("In-Reply-To: <a@x>", f"References: <{OURS}>"), a_x="t2") == ("t1", None)


def test_the_newest_reference_wins() -> None:
    assert place(mail("References: <a@x> <b@x>"), a_x="t1", b_x="t2") == ("t2", None)


def test_a_stranger_with_a_valid_reference_gets_a_linked_ticket() -> None:
    message = mail(f"In-Reply-To: <{OURS}>", sender="eve@evil.example")
    assert place(message) == (None, "t1")


def test_a_stranger_to_one_ticket_may_join_another() -> None:
    assert place(mail("In-Reply-To: <a@x>", "References: <b@x>"), a_x="t3", b_x="t2") == (
        "t2",
        None,
    )


def test_a_bounce_joins_the_ticket_of_the_mail_it_returns() -> None:
    message = parse_message(
        f"From: MAILER-DAEMON@y.example\nSubject: failed\n\nMessage-ID: <{OURS}>\n".encode()
    )
    assert place(message) == ("t1", None)


def test_someone_called_a_daemon_joins_nothing_by_in_reply_to() -> None:
    message = mail("In-Reply-To: <a@x>", sender="mailer-daemon@evil.example")
    assert place(message, a_x="t2") == (None, "t2")


def test_a_first_mail_opens_a_ticket_and_needs_no_reason() -> None:
    assert decide(mail("Subject: Tea"), [], found={}, participants={}) == Placement(None, "")


def test_an_unknown_mail_opens_a_ticket() -> None:
    assert place(mail("In-Reply-To: <nobody@x>")) == (None, None)


@pytest.mark.parametrize(
    ("join", "ticket", "suggestion"), [(True, "t8", None), (False, None, "t8")]
)
def test_same_sender_and_subject_join_or_suggest_by_setting(
    join: bool, ticket: str | None, suggestion: str | None
) -> None:
    placement = decide(
        mail(), [], found={}, participants={}, same_subject=["t8", "t7"], join_same_subject=join
    )
    assert (placement.ticket_id, placement.suggestion) == (ticket, suggestion)
