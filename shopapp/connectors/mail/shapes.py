"""What a mail transport takes and gives: settings, receipts, probes and the protocol itself."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast, get_args

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.mail import urls
from shopapp.connectors.mail.addresses import ascii_domain

Security = Literal["starttls", "tls", "none"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EHLO_NAME = re.compile(r"[A-Za-z0-9.\[\]:_-]+")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how to hand mail over; settings that cannot work raise Misconfigured.

    `security`: "starttls" demands STARTTLS, "tls" speaks TLS from the first byte, "none" stays in
    the clear (a password is then allowed to this very machine alone). `token` is an OAuth 2 access
    token, given instead of a password (XOAUTH2). `timeout` is in seconds and
    bounds each wait for the server, not the whole conversation. The host may be a private or
    loopback address: a self-hosted shop's relay often is one, and only an admin may type it.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    ehlo_name: str | None = None

    @classmethod
    def from_url(cls, url: str) -> SmtpSettings:
        """Settings from `smtp://user:password@host:port` or `smtps://…`.

        User name and password are percent-encoded. `smtps` means TLS on port 465; `smtp` means
        STARTTLS on port 587, but the clear on port 25 for this machine itself. The query may set
        `security` (starttls, tls, none), `timeout` (seconds) and `ehlo` (the name we greet with).
        Raises Misconfigured, never showing the password.
        """
        parts = urls.parsed(url)
        plain = parts.scheme == "smtp" and is_loopback(parts.host)
        security = "tls" if parts.scheme == "smtps" else "none" if plain else "starttls"
        chosen = parts.options.get("security", security)
        return cls(
            host=parts.host,
            port=parts.port or {"tls": 465, "none": 25}.get(chosen, 587),
            security=cast(Security, chosen),
            username=parts.username,
            password=parts.password,
            timeout=urls.seconds(parts.options.get("timeout", "30")),
            ehlo_name=parts.options.get("ehlo"),
        )

    def __post_init__(self) -> None:
        for is_wrong, message in self._faults():
            if is_wrong:
                raise Misconfigured(message, fix="Correct the mail settings.")
        if self.username and self.security == "none" and not is_loopback(self.host):
            raise Misconfigured(
                f"The password for {self.host} would travel unencrypted.",
                fix="Choose STARTTLS or TLS, or leave user name and password empty.",
            )

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        unpaired = bool(self.username) != bool(self.password or self.token)
        signs = f"{self.username or ''}{self.password or ''}{self.token or ''}"
        greeting = self.ehlo_name
        return (
            (not is_host(self.host), f"{self.host!r} is not a host name or IP address."),
            (not 0 < self.port < 65536, f"The port {self.port} is not between 1 and 65535."),
            (
                self.security not in get_args(Security),
                f"The security {self.security!r} is none of starttls, tls and none.",
            ),
            (unpaired, "A user name needs a password, and a password a user name."),
            (bool(_CONTROL.search(signs)), "The user name or password has control characters."),
            (not 0 < self.timeout <= 600, "The timeout is not between 0 and 600 seconds."),
            (
                greeting is not None and not _EHLO_NAME.fullmatch(greeting),
                f"{greeting!r} is not a name to greet a mail server with.",
            ),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """A mail was taken over.

    `accepted`: addresses taken; `refused`: address → reason, for a transport that delivers to some
    (SMTP here sends to all or to nobody); `response`: the other side's last words.
    """

    accepted: tuple[str, ...]
    refused: Mapping[str, str]
    response: str
    latency_ms: int


@dataclass(frozen=True, slots=True)
class Probe:
    """A connection test passed, sign-in included; `secure`: nothing was readable on the way."""

    latency_ms: int
    greeting: str
    extensions: tuple[str, ...]
    secure: bool


class TransportProtocol(Protocol):
    """Something that carries mail; each failure is a ConnectorError that says what happened.

    `is_idempotent`: delivering one Message-ID twice leaves one mail, so that a delivery that was
    cut off may simply be repeated.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_idempotent(self) -> bool: ...

    def deliver(
        self, raw: bytes, envelope_from: str, recipients: Sequence[str], message_id: str
    ) -> Receipt: ...

    def probe(self) -> Probe: ...


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself, by address or by the name localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_host(host: str) -> bool:
    """Whether `host` is an IP address or could be a domain name."""
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return bool(ascii_domain(host)) and not host.startswith("[")
    except ValueError:
        return False
