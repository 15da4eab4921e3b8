"""An SMTP server on loopback that does as it is told."""

from __future__ import annotations

import socketserver
import ssl
import threading
from typing import Any

DROP, HANG = "drop", "hang"
USUAL = {
    "greeting": "220 here",
    "EHLO": "250-here\r\n250-SIZE 1000000\r\n250 8BITMIME",
    "DATA": "354 go ahead",
    "body": "250 taken as 17",
    "QUIT": "221 bye",
}


class ScriptedServer(socketserver.ThreadingTCPServer):
    """Answers each verb as `answers` says; a list is used up one answer at a time."""

    daemon_threads = True

    def __init__(self, answers: dict[str, Any], tls: ssl.SSLContext | None, at_once: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers = {**USUAL, **answers}
        self.tls, self.at_once = tls, at_once
        self.commands: list[str] = []
        self.bodies: list[bytes] = []
        self.said = ""
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer(self, verb: str) -> str:
        answer = self.answers.get(verb, "250 fine")
        self.said = str(answer.pop(0) if isinstance(answer, list) else answer)
        return self.said

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the play."""


class _Conversation(socketserver.StreamRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        if self.server.at_once:
            self._encrypt()
        if not self._say("greeting"):
            return
        while line := self.rfile.readline():
            self.server.commands.append(line.decode().strip())
            verb = line.decode().split()[0].upper()
            if not self._say(verb):
                return
            if verb == "STARTTLS":
                self._encrypt()
            if self.server.said.startswith("354") and not self._take_body():
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def _take_body(self) -> bool:
        if self.server.answers["body"] == "drop at once":
            return False
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.bodies.append(b"".join(lines))
        return self._say("body")

    def _say(self, verb: str) -> bool:
        words = self.server.answer(verb)
        if words == HANG:
            self.server.over.wait(20)
        elif words != DROP:
            self.wfile.write(words.encode("latin-1") + b"\r\n")
        return words not in (DROP, HANG)

    def _encrypt(self) -> None:
        assert self.server.tls
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.request)  # type: ignore[attr-defined]
