"""What asking for a mailbox's consent takes and gives: application, endpoints, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shopapp.connectors.errors import AuthFailed

Name = Literal["google", "microsoft"]
NAMES: tuple[Name, ...] = ("google", "microsoft")


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server of a provider; `security` as in SmtpSettings."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who asks a mailbox's owner for consent, and where its mail is read and sent.

    `hosts` end the names of mail servers and the domains that take no password from us; `extra` is
    added to the question: what makes this provider give a refresh token.
    """

    name: Name
    title: str
    authorize_url: str
    token_url: str
    issuers: tuple[str, ...]
    scopes: tuple[str, ...]
    imap: Server
    smtp: Server
    hosts: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """This installation, as the provider knows it. `redirect_uri` is registered there."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Question:
    """One asking for consent: what must not leave this server until the answer comes (PKCE)."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider gave: tokens, and how long the access token lives, in seconds.

    `refresh_token` is None where the one before stays good. `addresses` are the mail addresses of
    whoever consented, lower case, the best first; none when a token was only renewed.
    """

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str | None = field(default=None, repr=False)
    addresses: tuple[str, ...] = ()


class ConsentWithdrawn(AuthFailed):
    """The consent is gone (revoked, expired, password changed): only a person can give it again."""
