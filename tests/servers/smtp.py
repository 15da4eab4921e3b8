"""A real SMTP server on loopback that records what arrives and fails the way it is told."""

from __future__ import annotations

import enum
import socket
from asyncio import Server, WriteTransport
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from threading import Condition
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Fault(enum.StrEnum):
    """How the server fails, for every message until it is told otherwise."""

    NONE = "none"
    REFUSE_RECIPIENT = "550 at RCPT"
    BUSY = "451 at RCPT"
    DROP_AFTER_DATA = "the message is taken, then the line is cut without an answer"


@dataclass(frozen=True)
class Delivery:
    """One message as it arrived: envelope and bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpServer:
    """Listening on `host`:`port`; `deliveries` grows as messages arrive.

    Set `fault` to make it fail, `login` to demand AUTH with that user and password, `tokens` to
    demand XOAUTH2 with an access token it calls good.
    """

    host: str = "127.0.0.1"
    port: int = 0
    fault: Fault = Fault.NONE
    login: tuple[str, str] | None = None
    tokens: Callable[[str], bool] | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    arrived: Condition = field(default_factory=Condition)

    @property
    def url(self) -> str:
        """For SMTP_URL, with the login if one is demanded."""
        who = "{}:{}@".format(*map(quote, self.login)) if self.login else ""
        return f"smtp://{who}{self.host}:{self.port}"

    def wait_for(self, count: int, seconds: float = 20) -> list[Delivery]:
        """The deliveries, once there are `count` of them. Raises TimeoutError."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.deliveries) >= count, seconds):
                raise TimeoutError(f"{len(self.deliveries)} of {count} messages arrived")
            return list(self.deliveries)

    def reset(self) -> None:
        """As new: no messages, no fault, no login."""
        self.deliveries.clear()
        self.fault, self.login, self.tokens = Fault.NONE, None, None

    def start(self) -> None:
        self._controller = _Controller(self)
        self._controller.start()
        self.port = self._controller.bound_port()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (self.login or self.tokens) and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fault is Fault.REFUSE_RECIPIENT:
            return "550 5.1.1 No such recipient here"
        if self.fault is Fault.BUSY:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content
        assert isinstance(raw, bytes)
        with self.arrived:
            sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
            self.deliveries.append(Delivery(sender, recipients, raw))
            self.arrived.notify_all()
        if self.fault is Fault.DROP_AFTER_DATA:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return "250 OK"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google and Microsoft do: a refusal is a challenge first, then 535."""
        words = b64decode(args[1]).decode().split("\x01")
        fields = dict(word.partition("=")[::2] for word in words if word)
        token = fields.get("auth", "").removeprefix("Bearer ")
        if self.tokens and fields.get("user") and self.tokens(token):
            return AuthResult(success=True)
        error = b'{"status":"401","schemes":"bearer","scope":"mail"}'
        await server.push(f"334 {b64encode(error).decode()}")
        assert (await server._reader.readline()).strip() == b""
        return AuthResult(success=False, handled=False)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        pair = (given.login.decode(), given.password.decode())
        return AuthResult(success=self.login is None or pair == self.login, handled=False)


class _Controller(Controller):
    """aiosmtpd in its own thread, on a port that the system chooses."""

    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner
        super().__init__(owner, hostname=owner.host, port=0)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            authenticator=self._owner.authenticate,
            auth_require_tls=False,
            hostname="mail.test",
        )

    def bound_port(self) -> int:
        assert isinstance(self.server, Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        """Connect once: the handler is built at the first connection, and may fail there."""
        with socket.create_connection((self.hostname, self.bound_port()), timeout=5) as client:
            client.recv(1024)
