"""SMTP settings from an address, and that a malformed one never shows its password."""

from __future__ import annotations

import traceback

import pytest

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.mail.shapes import SmtpSettings

SECRET = "Geheim"


def test_an_address_is_read_with_its_percent_signs() -> None:
    settings = SmtpSettings.from_url("smtp://jo%40x.example:p%2Fw%20%C3%A9@mail.example:2525")
    assert settings == SmtpSettings("mail.example", 2525, "starttls", "jo@x.example", "p/w é")


def test_the_query_sets_security_time_limit_and_greeting() -> None:
    settings = SmtpSettings.from_url("smtp://relay.lan:25?security=none&timeout=2.5&ehlo=shop.lan")
    assert settings == SmtpSettings("relay.lan", 25, "none", timeout=2.5, ehlo_name="shop.lan")


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example", 587, "starttls"),
        ("smtps://mail.example", 465, "tls"),
        ("smtps://mail.example/", 465, "tls"),
        ("smtp://mail.example?security=tls", 465, "tls"),
        ("smtp://127.0.0.1:1025", 1025, "none"),
        ("smtp://[::1]", 25, "none"),
        ("smtp://localhost?security=starttls", 587, "starttls"),
        ("smtp://127.0.0.1.mail.example", 587, "starttls"),
        ("smtp://10.0.0.5", 587, "starttls"),
        ("smtp://müller.example", 587, "starttls"),
    ],
)
def test_port_and_security_have_sensible_defaults(url: str, port: int, security: str) -> None:
    settings = SmtpSettings.from_url(url)
    assert (settings.port, settings.security) == (port, security)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "does not start with"),
        (f"http://jo:{SECRET}@mail.example", "does not start with"),
        (f"smtp:jo:{SECRET}@mail.example", "does not belong there"),
        (f"smtp://jo:{SECRET}@", "names no host"),
        (f"smtp://jo:{SECRET}@mail.example:port", "port"),
        (f"smtp://jo:{SECRET}@mail.example:70000", "port"),
        (f"smtp://jo:{SECRET}@mail.example:0", "port"),
        (f"smtp://jo:{SECRET}@[mail.example", "malformed host"),
        (f"smtp://jo:{SECRET}℀x@mail.example", "malformed host"),
        (f"smtp://jo:{SECRET}@mail..example", "not a host name"),
        (f"smtp://jo:{SECRET}@mail.example/inbox", "does not belong there"),
        (f"smtp://jo:{SECRET}#1@mail.example", "does not belong there"),
        (f"smtp://jo:12/{SECRET}@mail.example", "does not belong there"),
        (f"smtp://jo:12?{SECRET}@mail.example", "none of"),
        (f"smtp://jo:{SECRET}%zz@mail.example", "hexadecimal"),
        (f"smtp://jo:{SECRET}%FF@mail.example", "not UTF-8"),
        (f"smtp://jo:{SECRET}\udcff@mail.example", "not UTF-8"),
        (f"smtp://jo:{SECRET}%0D%0A@mail.example", "control characters"),
        (f"smtp://jo:{SECRET} x@mail.example", "spaces"),
        (f"smtp://:{SECRET}@mail.example", "needs a password"),
        ("smtp://jo@mail.example", "needs a password"),
        (f"smtp://jo:{SECRET}@mail.example?security=no", "none of starttls"),
        (f"smtp://jo:{SECRET}@mail.example?security=none", "unencrypted"),
        (f"smtp://jo:{SECRET}@mail.example?timeout=soon", "seconds"),
        (f"smtp://jo:{SECRET}@mail.example?timeout=0", "seconds"),
        (f"smtp://jo:{SECRET}@mail.example?ehlo=a%0Ab", "greet"),
    ],
)
def test_a_malformed_address_is_explained_without_its_password(url: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint) as caught:
        SmtpSettings.from_url(url)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert SECRET not in shown.replace(f'"{url}"', "")
    assert SECRET not in str(caught.value.fix)


def test_settings_never_show_their_password() -> None:
    assert SECRET not in repr(SmtpSettings("mail.example", username="jo", password=SECRET))
