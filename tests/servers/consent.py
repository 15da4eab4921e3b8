"""A provider's consent on loopback: authorise and token endpoints as Google and Microsoft rule."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

Answer = tuple[int, bytes]


@dataclass
class ConsentServer:
    """Asks at `url`/authorize, gives tokens at `url`/token.

    `rotates`: every renewal gives a new refresh token, as Microsoft does. `address` is who sits in
    front of the page. `answers`: what the token endpoint says instead, one each; `revoked`: every
    refresh token is refused from now on. `gate`, once cleared, keeps renewals waiting.
    """

    client_id: str = "our-client"
    client_secret: str = "our-secret"
    address: str = "help@harbor.example"
    claims: dict[str, Any] = field(default_factory=dict)
    rotates: bool = False
    lasting: bool = True
    revoked: bool = False
    expires_in: int = 3600
    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    access: set[str] = field(default_factory=set)

    def start(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        self._refresh: set[str] = set()
        self.gate.set()
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self) -> None:
        """Let what waits be answered, and wait for the answers."""
        self.gate.set()
        time.sleep(0.02)

    @property
    def renewals(self) -> list[dict[str, str]]:
        return [one for one in self.requests if one.get("grant_type") == "refresh_token"]

    def fault(self, asked: dict[str, str]) -> str:
        """Why this is no proper question; '' when it is."""
        wanted = {"response_type": "code", "client_id": self.client_id}
        if any(asked.get(name) != value for name, value in wanted.items()):
            return "unauthorized_client"
        if asked.get("code_challenge_method") != "S256" or len(asked["code_challenge"]) != 43:
            return "invalid_request"
        return "" if "openid" in asked.get("scope", "").split() else "invalid_scope"

    def consent(self, asked: dict[str, str]) -> str:
        """The address that leads back with a code."""
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> Answer:
        """What the token endpoint says."""
        self.requests.append(asked)
        if asked.get("grant_type") == "refresh_token":
            self.asked.set()
            self.gate.wait(20)
        if self.answers:
            return self.answers.pop(0)
        if (asked.get("client_id"), asked.get("client_secret")) != (
            self.client_id,
            self.client_secret,
        ):
            return _refused("invalid_client", 401)
        if asked.get("grant_type") == "authorization_code":
            return self._exchanged(asked)
        return self._renewed(asked.get("refresh_token", ""))

    def _exchanged(self, asked: dict[str, str]) -> Answer:
        question = self._codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            question is None
            or question["code_challenge"] != challenge
            or question["redirect_uri"] != asked.get("redirect_uri")
        ):
            return _refused("invalid_grant")
        said = self._tokens(new_refresh=self.lasting)
        said["id_token"] = self._id_token(question.get("nonce", ""))
        return _ok(said)

    def _renewed(self, refresh: str) -> Answer:
        if self.revoked or refresh not in self._refresh:
            return _refused("invalid_grant")
        if self.rotates:
            self._refresh.discard(refresh)
        return _ok(self._tokens(new_refresh=self.rotates))

    def _tokens(self, *, new_refresh: bool) -> dict[str, Any]:
        token = "access-" + secrets.token_urlsafe(8)
        self.access.add(token)
        said: dict[str, Any] = {
            "access_token": token,
            "expires_in": self.expires_in,
            "token_type": "Bearer",
        }
        if new_refresh:
            said["refresh_token"] = "refresh-" + secrets.token_urlsafe(8)
            self._refresh.add(said["refresh_token"])
        return said

    def _id_token(self, nonce: str) -> str:
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "nonce": nonce,
            "email": self.address,
            "email_verified": True,
            **self.claims,
        }
        parts = ({"alg": "RS256"}, claims)
        packed = (urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
        return ".".join((*packed, "c2lnbmVk"))


class _Handler(BaseHTTPRequestHandler):
    server_of: ConsentServer

    def do_GET(self) -> None:
        asked = _flat(urlsplit(self.path).query)
        path, fault = urlsplit(self.path).path, self.server_of.fault(asked)
        if fault or path not in ("/authorize", "/allow", "/deny"):
            self._say(400, f"<h1>{fault}</h1>".encode())
        elif path == "/allow":
            self._go(self.server_of.consent(asked))
        elif path == "/deny":
            denied = urlencode({"error": "access_denied", "state": asked["state"]})
            self._go(f"{asked['redirect_uri']}?{denied}")
        else:
            self._say(200, _page(self.server_of.address, urlsplit(self.path).query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, said = self.server_of.token(_flat(body))
        self._say(status, said, "application/json")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _go(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status: int, said: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


def _page(address: str, query: str) -> bytes:
    links = "".join(f'<a href="/{way}?{escape(query)}">{way}</a> ' for way in ("allow", "deny"))
    return f"<!doctype html><html lang=en><h1>Consent of {escape(address)}</h1>{links}".encode()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _ok(said: dict[str, Any]) -> Answer:
    return 200, json.dumps(said).encode()


def _refused(error: str, status: int = 400) -> Answer:
    return status, json.dumps({"error": error, "error_description": f"{error} it is"}).encode()
