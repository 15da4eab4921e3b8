"""Opening an SMTP session: connect, encrypt, greet, sign in; nothing is mailed here."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator

from shopapp.connectors.errors import ConnectorError, Misconfigured
from shopapp.connectors.mail import replies
from shopapp.connectors.mail.addresses import ascii_domain
from shopapp.connectors.mail.replies import Reply
from shopapp.connectors.mail.shapes import SmtpSettings

_PARTING_SECONDS = 5.0
_STRAIGHT_ON = 334


class Session:
    """One greeted, encrypted and signed-in conversation with a mail server."""

    def __init__(self, settings: SmtpSettings, link: smtplib.SMTP, greeting: str) -> None:
        self.settings = settings
        self.link = link
        self.greeting = greeting

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self.link.sock, ssl.SSLSocket)

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions the server offers, in lower case and sorted."""
        return tuple(sorted(self.link.esmtp_features))

    def offers(self, extension: str) -> bool:
        return self.link.has_extn(extension)

    def ask(self, command: str, words: str = "") -> Reply:
        """Send one command and read the answer."""
        return replies.read(self.settings, self.link.docmd(command, words))

    def demand(self, command: str, words: str, doing: str) -> Reply:
        """Send one command; anything but a 2xx answer is raised as a refusal of `doing`."""
        reply = self.ask(command, words)
        if not reply.is_good:
            raise replies.refusal(self.settings, reply, doing)
        return reply


@contextlib.contextmanager
def opened(settings: SmtpSettings, tls: ssl.SSLContext | None = None) -> Iterator[Session]:
    """A session ready for mail; what breaks inside is raised as a ConnectorError.

    A broken line counts as Temporary: whoever hands over a mail must raise Unknown by itself.
    `tls` replaces the machine's trusted certificates (a private authority, say).
    """
    failure: ConnectorError
    with contextlib.ExitStack() as stack:
        try:
            yield _ready(settings, tls or ssl.create_default_context(), stack)
            return
        except (OSError, smtplib.SMTPException) as error:
            failure = replies.broken(settings, error)
    raise failure  # outside the except: the server's own words must not tag along


def _ready(settings: SmtpSettings, tls: ssl.SSLContext, stack: contextlib.ExitStack) -> Session:
    link = smtplib.SMTP(local_hostname=_our_name(settings), timeout=settings.timeout)
    stack.callback(_part, link)
    session = Session(settings, link, _connect(settings, link, tls).text)
    link.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        _start_tls(session, tls)
    if settings.username and settings.token:
        _sign_in_by_consent(session, settings.username, settings.token)
    elif settings.username and settings.password:
        _sign_in(session, settings.username, settings.password)
    return session


def _connect(settings: SmtpSettings, link: smtplib.SMTP, tls: ssl.SSLContext) -> Reply:
    address = (_host(settings), settings.port)
    link.sock = socket.create_connection(address, timeout=settings.timeout)
    if settings.security == "tls":
        link.sock = tls.wrap_socket(link.sock, server_hostname=_host(settings))
    reply = replies.read(settings, link.getreply())
    if not reply.is_good:
        raise replies.refusal(settings, reply, "the connection")
    return reply


def _start_tls(session: Session, tls: ssl.SSLContext) -> None:
    settings, link = session.settings, session.link
    if not session.offers("starttls") or not link.sock:
        raise Misconfigured(
            f"{settings.host}, port {settings.port}, does not offer STARTTLS.",
            fix="Use TLS with port 465, or ask the mail provider for the right port.",
        )
    session.demand("STARTTLS", "", "to start TLS")
    if link.file:
        link.file.close()
    link.file = None  # words sent ahead in the clear must not count as encrypted ones
    link.sock = tls.wrap_socket(link.sock, server_hostname=_host(settings))
    reply = replies.read(settings, link.ehlo())
    if not reply.is_good:
        raise replies.refusal(settings, reply, "our greeting")


def _sign_in(session: Session, username: str, password: str) -> None:
    ways = str(session.link.esmtp_features.get("auth", "")).upper().split()
    if "PLAIN" in ways:
        reply = session.ask("AUTH", "PLAIN " + _base64(f"\0{username}\0{password}"))
    elif "LOGIN" in ways:
        reply = session.ask("AUTH", "LOGIN")
        for words in (username, password):
            if reply.code == _STRAIGHT_ON:
                reply = session.ask(_base64(words))
    else:
        raise Misconfigured(
            f"{session.settings.host} takes no user name and password here.",
            fix="Choose STARTTLS or TLS, or leave user name and password empty.",
        )
    if not reply.is_good:
        raise replies.auth_refusal(session.settings, reply)


def _sign_in_by_consent(session: Session, username: str, token: str) -> None:
    """XOAUTH2: a refusal first comes as a challenge, which an empty line answers."""
    if "XOAUTH2" not in str(session.link.esmtp_features.get("auth", "")).upper().split():
        raise Misconfigured(
            f"{session.settings.host} takes no sign-in by consent (XOAUTH2) here.",
            fix="Choose STARTTLS or TLS, and the provider's own mail server.",
        )
    words = _base64(f"user={username}\x01auth=Bearer {token}\x01\x01")
    reply = session.ask("AUTH", f"XOAUTH2 {words}")
    if reply.code == _STRAIGHT_ON:
        reply = session.ask("")
    if not reply.is_good:
        raise replies.auth_refusal(session.settings, reply)


def _part(link: smtplib.SMTP) -> None:
    """Say goodbye if the line still stands; how that ends changes nothing."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if link.sock:
            link.sock.settimeout(min(_PARTING_SECONDS, link.timeout))
            link.docmd("QUIT")
    link.close()


def _host(settings: SmtpSettings) -> str:
    return settings.host if ":" in settings.host else ascii_domain(settings.host)


def _our_name(settings: SmtpSettings) -> str:
    """The name we greet with; never a DNS query, which smtplib's own choice would make."""
    name = socket.gethostname()
    return settings.ehlo_name or (name if "." in name and name.isascii() else "[127.0.0.1]")


def _base64(words: str) -> str:
    return b64encode(words.encode()).decode("ascii")
