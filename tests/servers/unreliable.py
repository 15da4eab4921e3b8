"""A real SMTP server that fails at the stage and in the way it is told."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import WriteTransport
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.smtp import SmtpServer, _Controller

DROP, HANG, DRIP = "drop", "hang", "drip"
GREETING, EHLO, MAIL, RCPT, DATA, BODY = "greeting", "EHLO", "MAIL", "RCPT", "DATA", "body"
STAGES = (GREETING, EHLO, MAIL, RCPT, DATA, BODY)


@dataclass
class UnreliableServer(SmtpServer):
    """`faults` maps a stage to its answers, used up one at a time; then it answers as usual.

    An answer is a line to say instead, or DROP (the line is cut), HANG (nothing is said), DRIP (the
    usual answer, byte by byte). A mail whose body was taken counts as delivered whatever was said,
    unless it was refused.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None

    def fail(self, stage: str, *answers: str) -> None:
        """Answer so at `stage`, once each."""
        self.faults[stage] = [*answers]

    def start(self) -> None:
        self._controller = _Unreliable(self, self.tls)
        self._controller.start()
        self.port = self._controller.bound_port()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = next(iter(self.faults.get(BODY, ())), "")
        if answer[:1] in ("4", "5"):
            return "250 never said"
        return await super().handle_DATA(server, session, envelope)


class _Talk(SMTP):
    """One conversation; `stage` is what the next answer belongs to."""

    owner: UnreliableServer
    stage = GREETING

    async def push(self, status: Any) -> None:
        answers = self.owner.faults.get(self._stage(status), [])
        answer = answers.pop(0) if answers else None
        if answer is None:
            await super().push(status)
        elif answer == DRIP:
            await self._drip(status)
        elif answer == DROP:
            self._cut()
        elif answer == HANG:
            await asyncio.sleep(3)
            self._cut()
        else:
            await super().push(answer)

    async def smtp_EHLO(self, hostname: str) -> None:
        self.stage = EHLO
        await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str) -> None:
        self.stage = MAIL
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:
        self.stage = RCPT
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self.stage = DATA
        await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:
        self.stage = ""
        await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self.stage = ""
        await super().smtp_QUIT(arg)

    def _stage(self, status: str | bytes) -> str:
        """Of DATA there are two answers: go ahead, and whether the mail was taken."""
        said = self.stage
        if said == DATA:
            self.stage = BODY
        return said

    async def _drip(self, status: str | bytes) -> None:
        line = status.encode() if isinstance(status, str) else status
        assert isinstance(self.transport, WriteTransport)
        for octet in line + b"\r\n":
            self.transport.write(bytes([octet]))
            await asyncio.sleep(0.002)

    def _cut(self) -> None:
        assert isinstance(self.transport, WriteTransport)
        self.transport.abort()


class _Unreliable(_Controller):
    def __init__(self, owner: UnreliableServer, tls: ssl.SSLContext | None) -> None:
        self._unreliable = owner
        self._talks: list[_Talk] = []
        super().__init__(owner)
        self.ssl_context = tls

    def factory(self) -> SMTP:
        talk = _Talk(self.handler, hostname="mail.test", enable_SMTPUTF8=True)
        talk.owner = self._unreliable
        self._talks.append(talk)
        return talk

    def stop(self, no_assert: bool = False) -> None:
        """Hang up on everybody first: a line left open would outlive its loop."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(5)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for talk in self._talks:
            if isinstance(talk.transport, WriteTransport):
                talk.transport.abort()
        await asyncio.sleep(0.01)

    def _trigger_server(self) -> None:
        if self.ssl_context is None:
            super()._trigger_server()
