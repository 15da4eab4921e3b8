"""XOAUTH2 at a real SMTP server: signed in with an access token, or refused in a sentence."""

from __future__ import annotations

import pytest

from shopapp.connectors.errors import AuthFailed, Misconfigured
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import SmtpSettings
from tests.servers.smtp import SmtpServer

RAW = b"Subject: Tea\r\n\r\nOn its way.\r\n"


def transport(server: SmtpServer, token: str) -> SmtpTransport:
    return SmtpTransport(
        SmtpSettings(
            server.host, server.port, "none", username="us@x.example", token=token, timeout=5
        )
    )


def test_a_good_token_signs_in_and_delivers(smtp_server: SmtpServer) -> None:
    smtp_server.tokens = {"good"}.__contains__
    transport(smtp_server, "good").deliver(RAW, "us@x.example", ["a@y.example"], "<1@x>")
    assert [one.recipients for one in smtp_server.deliveries] == [("a@y.example",)]


def test_a_refused_token_is_a_failed_sign_in_that_never_shows_it(smtp_server: SmtpServer) -> None:
    smtp_server.tokens = {"good"}.__contains__
    with pytest.raises(AuthFailed, match="refused the sign-in by consent") as refused:
        transport(smtp_server, "stale-token").deliver(RAW, "us@x.example", ["a@y.example"], "<1@x>")
    assert "stale-token" not in str(refused.value)
    assert not smtp_server.deliveries


def test_a_token_with_a_line_break_is_no_setting() -> None:
    with pytest.raises(Misconfigured):
        SmtpSettings("mail.example", username="us", token="a\r\nMAIL FROM:<x>")
