"""Encryption and sign-in: what is demanded, what is refused, and that no password is shown."""

from __future__ import annotations

import ssl
import traceback
from base64 import b64encode
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from shopapp.connectors.errors import AuthFailed, ConnectorError, Misconfigured, Temporary
from shopapp.connectors.mail.client import SmtpTransport
from shopapp.connectors.mail.shapes import Probe, Security, SmtpSettings

PASSWORD = "hafen/Grüße 7%"
EHLO_TLS = "250-here\r\n250 STARTTLS"
EHLO_AUTH = "250-here\r\n250 AUTH PLAIN LOGIN"


def probe(
    server: Any, security: Security = "none", tls: ssl.SSLContext | None = None, user: str = ""
) -> Probe:
    port = server if isinstance(server, int) else server.port
    settings = SmtpSettings(
        "127.0.0.1", port, security, user or None, PASSWORD if user else None, timeout=5
    )
    return SmtpTransport(settings, tls=tls).probe()


def failure(*args: Any, **options: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        probe(*args, **options)
    return caught.value


def test_a_probe_tells_greeting_and_extensions(scripted: Any) -> None:
    found = probe(scripted(greeting="220 mail.example at your service"))
    assert found.greeting == "mail.example at your service"
    assert found.extensions == ("8bitmime", "size")
    assert not found.secure


def test_tls_from_the_first_byte_is_secure(scripted: Any, server_tls: Any, trusting: Any) -> None:
    assert probe(scripted(server_tls, at_once=True), "tls", trusting).secure


def test_starttls_is_secure_and_greets_again(scripted: Any, server_tls: Any, trusting: Any) -> None:
    server = scripted(server_tls, EHLO=[EHLO_TLS, "250-here\r\n250 SMTPUTF8"])
    found = probe(server, "starttls", trusting)
    assert found.secure
    assert found.extensions == ("smtputf8",)


def test_a_server_without_starttls_is_refused_before_the_password(scripted: Any) -> None:
    server = scripted(EHLO=EHLO_AUTH)
    error = failure(server, "starttls", user="jo")
    assert type(error) is Misconfigured
    assert "STARTTLS" in error.message
    assert not any(command.startswith("AUTH") for command in server.commands)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_self_signed_certificate_is_refused(
    scripted: Any, server_tls: Any, security: Security
) -> None:
    server = scripted(server_tls, at_once=security == "tls", EHLO=EHLO_TLS)
    error = failure(server, security, user="jo")
    assert type(error) is Misconfigured
    assert "certificate" in error.message
    assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_certificate_for_another_host_is_refused(
    scripted: Any, server_tls: Any, trusting: Any
) -> None:
    server = scripted(server_tls, at_once=True)
    settings = SmtpSettings("localhost", server.port, "tls", timeout=5)
    with pytest.raises(Misconfigured, match="certificate"):
        SmtpTransport(settings, tls=trusting).probe()


def test_tls_to_a_plain_port_says_so(scripted: Any) -> None:
    error = failure(scripted(), "tls")
    assert type(error) is Misconfigured
    assert "does not speak TLS" in error.message


def test_words_sent_ahead_in_the_clear_are_not_believed(
    scripted: Any, server_tls: Any, trusting: Any
) -> None:
    injected = "220 go\r\n250-here\r\n250 INJECTED"
    server = scripted(server_tls, STARTTLS=injected, EHLO=[EHLO_TLS, "250 here"])
    assert probe(server, "starttls", trusting).extensions == ()


def test_a_refused_starttls_is_temporary_when_the_server_says_so(scripted: Any) -> None:
    assert type(failure(scripted(EHLO=EHLO_TLS, STARTTLS="454 later"), "starttls")) is Temporary


@pytest.mark.parametrize("ways", ["PLAIN LOGIN", "LOGIN"])
def test_a_right_password_signs_in(
    real_server: Any, server_tls: Any, trusting: Any, ways: str
) -> None:
    seen = []

    def check(_server: Any, _session: Any, _envelope: Any, way: str, data: Any) -> AuthResult:
        seen.append(way)
        return AuthResult(success=data == LoginPassword(b"jo@x.example", PASSWORD.encode()))

    left_out = [way for way in ("PLAIN", "LOGIN") if way not in ways.split()]
    port = real_server(
        object(),
        tls_context=server_tls,
        require_starttls=True,
        authenticator=check,
        auth_required=True,
        auth_exclude_mechanism=left_out,
    )
    assert probe(port, "starttls", trusting, user="jo@x.example").secure
    assert seen == [ways.split(maxsplit=1)[0]]


def test_a_wrong_password_is_a_refused_sign_in(scripted: Any) -> None:
    for answers in ({"AUTH": "535 5.7.8 bad credentials"}, {"AUTH": "534 need an app password"}):
        assert type(failure(scripted(EHLO=EHLO_AUTH, **answers), user="jo")) is AuthFailed


def test_a_sign_in_that_fails_for_now_is_temporary(scripted: Any) -> None:
    assert type(failure(scripted(EHLO=EHLO_AUTH, AUTH="454 later"), user="jo")) is Temporary


def test_a_server_without_a_way_to_sign_in_is_misconfigured(scripted: Any) -> None:
    assert type(failure(scripted(EHLO="250 here"), user="jo")) is Misconfigured
    assert type(failure(scripted(EHLO="250-here\r\n250 AUTH GSSAPI"), user="jo")) is Misconfigured


def test_a_password_the_server_echoes_is_masked_everywhere(scripted: Any) -> None:
    plain = b64encode(f"\0jo\0{PASSWORD}".encode()).decode()
    alone = b64encode(PASSWORD.encode()).decode()
    words = f"535 no: {PASSWORD.encode().decode('latin-1')} {alone} {plain}"
    error = failure(scripted(EHLO=EHLO_AUTH, AUTH=words), user="jo")
    shown = "".join(traceback.format_exception(error)) + repr(error) + error.message
    shown += repr(error.__context__) + repr(error.__cause__)
    assert "••••" in shown
    assert not any(secret in shown for secret in (PASSWORD, plain, alone))


def test_a_password_stays_out_of_the_clear_except_on_this_machine() -> None:
    with pytest.raises(Misconfigured, match="unencrypted"):
        SmtpSettings("mail.example", 25, "none", "jo", PASSWORD)
    assert SmtpSettings("::1", 25, "none", "jo", PASSWORD).username == "jo"
