"""Each way a delivery can end, against a server that does as it is told."""

from __future__ import annotations

from typing import Any

import pytest

from shopapp.connectors.errors import ConnectorError, Permanent, Temporary, Unknown
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import SmtpSettings

RAW = b"From: shop@harbor.example\r\nMessage-ID: <1@harbor.example>\r\n\r\nHello\r\n"
SHOP, JO, KIM = "shop@harbor.example", "jo@mail.example", "kim@mail.example"


def transport(server: Any, timeout: float = 5) -> SmtpTransport:
    return SmtpTransport(SmtpSettings("127.0.0.1", server.port, "none", timeout=timeout))


def failure(server: Any, *recipients: str, timeout: float = 5, raw: bytes = RAW) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        transport(server, timeout).deliver(raw, SHOP, recipients or (JO,), "<1@harbor.example>")
    return caught.value


def test_a_taken_mail_gives_a_receipt(scripted: Any) -> None:
    server = scripted()
    receipt = transport(server).deliver(RAW, SHOP, [JO, KIM, JO], "<1@harbor.example>")
    assert receipt.accepted == (JO, KIM)
    assert receipt.refused == {}
    assert receipt.response == "250 taken as 17"
    assert server.bodies == [RAW]
    assert server.commands[1:] == [
        f"MAIL FROM:<{SHOP}> SIZE={len(RAW)}",
        f"RCPT TO:<{JO}>",
        f"RCPT TO:<{KIM}>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("greeting", "554 go away", Permanent),
        ("greeting", "421 too busy", Temporary),
        ("greeting", "drop", Temporary),
        ("greeting", "hello, I am no mail server", Temporary),
        ("EHLO", "drop", Temporary),
        ("MAIL", "550 sender unknown", Permanent),
        ("MAIL", "451 try later", Temporary),
        ("MAIL", "drop", Temporary),
        ("MAIL", "hang", Temporary),
        ("RCPT", "550 no such person", Permanent),
        ("RCPT", "451 try later", Temporary),
        ("RCPT", "450 4.2.0 greylisted", Temporary),
        ("RCPT", "drop", Temporary),
        ("RCPT", "hang", Temporary),
        ("DATA", "554 no valid recipients", Permanent),
        ("DATA", "451 try later", Temporary),
        ("DATA", "250 what?", Temporary),
        ("DATA", "drop", Temporary),
        ("DATA", "hang", Temporary),
        ("body", "550 this is spam", Permanent),
        ("body", "451 disk full", Temporary),
        ("body", "421 shutting down", Temporary),
        ("body", "drop", Unknown),
        ("body", "hang", Unknown),
        ("body", "drop at once", Unknown),
        ("body", "354 go on", Unknown),
        ("body", "gibberish", Unknown),
        ("body", "550 " + "x" * 9000, Unknown),
    ],
)
def test_a_failure_says_whether_anything_was_delivered(
    scripted: Any, verb: str, answer: str, outcome: type[ConnectorError]
) -> None:
    server = scripted(**{verb: answer})
    error = failure(server, timeout=0.3 if answer == "hang" else 5)
    assert type(error) is outcome
    assert error.permanent is (outcome is not Temporary)
    assert len(server.bodies) == (verb == "body" and answer != "drop at once")


def test_a_large_mail_whose_line_breaks_midway_is_unknown(scripted: Any) -> None:
    server = scripted(body="drop at once", EHLO="250 here")
    assert type(failure(server, raw=RAW + (b"x" * 900 + b"\r\n") * 20_000)) is Unknown


def test_an_unknown_outcome_names_the_mail_to_look_for(scripted: Any) -> None:
    assert "<1@harbor.example>" in str(failure(scripted(body="drop")).fix)


def test_what_the_server_says_after_taking_the_mail_changes_nothing(scripted: Any) -> None:
    for ending in ("drop", "500 what?"):
        assert transport(scripted(QUIT=ending)).deliver(RAW, SHOP, [JO], "<1@x>").accepted == (JO,)


def test_one_refused_recipient_stops_the_mail_for_all(scripted: Any) -> None:
    server = scripted(RCPT=["250 fine", "550 no such person"])
    error = failure(server, JO, KIM)
    assert type(error) is Permanent
    assert KIM in error.message
    assert JO not in error.message
    assert "550 no such person" in error.message
    assert "RSET" in server.commands
    assert "DATA" not in server.commands


def test_a_refusal_for_good_outweighs_one_for_now(scripted: Any) -> None:
    assert type(failure(scripted(RCPT=["451 later", "550 never"]), JO, KIM)) is Permanent


def test_a_refusal_stays_permanent_when_the_line_breaks_after_it(scripted: Any) -> None:
    assert type(failure(scripted(RCPT="550 never", RSET="drop"))) is Permanent


def test_nobody_listening_is_temporary_and_says_so(scripted: Any) -> None:
    server = scripted()
    server.shutdown()
    server.server_close()
    error = failure(server)
    assert type(error) is Temporary
    assert error.message == f"Nothing listens at 127.0.0.1, port {server.port}."


def test_a_mail_over_the_servers_limit_is_not_even_offered(scripted: Any) -> None:
    server = scripted(EHLO="250-here\r\n250 SIZE 20")
    assert type(failure(server)) is Permanent
    assert not any(command.startswith("MAIL") for command in server.commands)


def test_a_server_without_smtputf8_cannot_carry_an_address_outside_ascii(scripted: Any) -> None:
    server = scripted()
    error = failure(server, "jörg@mail.example")
    assert type(error) is Permanent
    assert "SMTPUTF8" in error.message
    assert not any(command.startswith("MAIL") for command in server.commands)


def test_a_server_without_8bitmime_gets_no_8bit_mail(scripted: Any) -> None:
    assert type(failure(scripted(EHLO="250 here"), raw=RAW + "ü".encode())) is Permanent


def test_an_international_domain_is_sent_in_ascii(scripted: Any) -> None:
    server = scripted()
    transport(server).deliver(RAW, SHOP, ["jo@müller.example"], "<1@x>")
    assert "RCPT TO:<jo@xn--mller-kva.example>" in server.commands


def test_a_mail_nobody_shall_answer_has_an_empty_sender(scripted: Any) -> None:
    server = scripted()
    transport(server).deliver(RAW, "", [JO], "<1@x>")
    assert server.commands[1].startswith("MAIL FROM:<> ")


@pytest.mark.parametrize(
    "address", ["jo@x.example>\r\nRCPT TO:<kim@x.example", "jo", "a b@x.example", "jo@-.example"]
)
def test_an_address_cannot_smuggle_a_command(scripted: Any, address: str) -> None:
    server = scripted()
    assert type(failure(server, address)) is Permanent
    assert server.commands == []


def test_a_mail_without_recipients_is_refused(scripted: Any) -> None:
    with pytest.raises(Permanent):
        transport(scripted()).deliver(RAW, SHOP, [], "<1@x>")


def test_the_body_cannot_end_the_mail_early(scripted: Any) -> None:
    server = scripted()
    raw = RAW + b".\nMAIL FROM:<x@x.example>\n.\r\n..two\r.\rlast"
    transport(server).deliver(raw, SHOP, [JO], "<1@x>")
    sent = b"..\r\nMAIL FROM:<x@x.example>\r\n..\r\n...two\r\n..\r\nlast\r\n"
    assert server.bodies == [RAW + sent]
