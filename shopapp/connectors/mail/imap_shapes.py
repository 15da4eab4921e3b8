"""What an IMAP connection takes and gives: settings, folders, and how a folder's name is read."""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from imap_tools.imap_utf7 import utf7_decode

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.mail.shapes import Security, is_host, is_loopback

Role = Literal["inbox", "sent", "other"]
LIMIT: Final = 50_000_000
"""Bytes of one mail; what is larger stays on the server."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Where and how mail is read; settings that cannot work raise Misconfigured.

    As SmtpSettings: `security` is "tls" from the first byte, "starttls", or "none" for this very
    machine alone. `token` is an OAuth 2 access token, given instead of a password (XOAUTH2).
    `timeout` is in seconds and bounds each wait for the server. `limit` is in bytes of one mail.
    """

    host: str
    port: int = 993
    security: Security = "tls"
    username: str = ""
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    limit: int = LIMIT

    def __post_init__(self) -> None:
        for is_wrong, message in self._faults():
            if is_wrong:
                raise Misconfigured(message, fix="Correct the mailbox's settings.")
        if self.security == "none" and not is_loopback(self.host):
            raise Misconfigured(
                f"The password for {self.host} would travel unencrypted.",
                fix="Choose TLS or STARTTLS.",
            )

    @property
    def place(self) -> str:
        """The server, for sentences."""
        return f"{self.host}, port {self.port}"

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        signs = f"{self.username}{self.password or ''}{self.token or ''}"
        return (
            (not is_host(self.host), f"{self.host!r} is not a host name or IP address."),
            (not 0 < self.port < 65536, f"The port {self.port} is not between 1 and 65535."),
            (
                self.security not in get_args(Security),
                f"The security {self.security!r} is none of starttls, tls and none.",
            ),
            (not self.username, "The mailbox needs a user name."),
            (not (self.password or self.token), "The mailbox needs a password or a consent."),
            (bool(_CONTROL.search(signs)), "The user name or password has control characters."),
            (not 0 < self.timeout <= 600, "The timeout is not between 0 and 600 seconds."),
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that can be read; `name` is as on the wire, so that it always leads back."""

    name: str
    role: Role

    @property
    def title(self) -> str:
        return shown(self.name)


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it stands: `uids` of one `uidvalidity` never change their mail."""

    uidvalidity: int
    messages: int


@dataclass(frozen=True, slots=True)
class Greeting:
    """A connection test passed, sign-in included: how long it took, and what can be read."""

    latency_ms: int
    folders: tuple[Folder, ...]


def shown(name: str) -> str:
    """A folder's wire name (modified UTF-7) as people know it; a broken one as it stands."""
    try:
        return utf7_decode(name.encode("latin-1")) if name.isascii() else name
    except (NotBase64, UnicodeDecodeError):
        return name
