"""The authorisation-code flow with PKCE: asking, exchanging the code, renewing the access token."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from shopapp.connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
    plain_text,
)
from shopapp.connectors.oauth import identity
from shopapp.connectors.oauth.shapes import (
    Application,
    ConsentWithdrawn,
    Grant,
    Provider,
    Question,
)

_LARGEST = 200_000  # bytes of an answer; tokens have a few thousand
_OURS = ("invalid_client", "unauthorized_client", "invalid_scope", "redirect_uri_mismatch")
_NOT_AGAIN = "Connect again, and let the provider give everything that is asked for."


def question(state: str) -> Question:
    """A new asking, with a nonce and a PKCE verifier of its own."""
    return Question(state, secrets.token_urlsafe(16), secrets.token_urlsafe(48))


class ConsentClient:
    """One provider's consent for one application. `timeout` is in seconds, for each wait."""

    def __init__(
        self, provider: Provider, application: Application, *, timeout: float = 10.0
    ) -> None:
        self.provider = provider
        self._application = application
        self._timeout = timeout

    def address(self, asked: Question, hint: str = "") -> str:
        """Where to send the person; `hint` is the address whose consent is wanted."""
        digest = hashlib.sha256(asked.verifier.encode()).digest()
        words = {
            "response_type": "code",
            "client_id": self._application.client_id,
            "redirect_uri": self._application.redirect_uri,
            "scope": " ".join(self.provider.scopes),
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **dict(self.provider.extra),
            **({"login_hint": hint} if hint else {}),
        }
        return f"{self.provider.authorize_url}?{urlencode(words)}"

    def exchange(self, code: str, asked: Question) -> Grant:
        """The code of an answer for tokens. Raises ConnectorError with a plain sentence."""
        said = self._ask(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._application.redirect_uri,
                "code_verifier": asked.verifier,
            },
            secrets_of=(code, asked.verifier),
        )
        if not said.get("refresh_token"):
            message = f"{self.provider.title} gave no lasting consent (no refresh token)."
            raise Permanent(message, fix=_NOT_AGAIN)
        claims = identity.claims(
            said.get("id_token"), self.provider, self._application.client_id, asked.nonce
        )
        return self._grant(said, identity.addresses(claims))

    def renew(self, refresh_token: str) -> Grant:
        """A new access token. Raises ConsentWithdrawn when the consent is gone."""
        said = self._ask(
            {"grant_type": "refresh_token", "refresh_token": refresh_token},
            secrets_of=(refresh_token,),
        )
        return self._grant(said)

    def _grant(self, said: Mapping[str, Any], addresses: tuple[str, ...] = ()) -> Grant:
        token, lifetime = said.get("access_token"), said.get("expires_in", 3600)
        if not isinstance(token, str) or not token or not str(lifetime).isdecimal():
            raise self._garbled()
        refresh = said.get("refresh_token")
        return Grant(token, int(lifetime), str(refresh) if refresh else None, addresses)

    def _ask(self, words: dict[str, str], *, secrets_of: tuple[str, ...]) -> dict[str, Any]:
        app = self._application
        body = {**words, "client_id": app.client_id, "client_secret": app.client_secret}
        status, said = self._posted(body)
        if status < 400 and said is not None:
            return said
        raise self._refusal(status, said or {}, (*secrets_of, app.client_secret))

    def _posted(self, body: dict[str, str]) -> tuple[int, dict[str, Any] | None]:
        """The status and the JSON object of the answer; None when it is none."""
        failure = ""
        try:
            with (
                httpx.Client(timeout=self._timeout, follow_redirects=False) as client,
                client.stream("POST", self.provider.token_url, data=body) as answer,
            ):
                return answer.status_code, _object(answer)
        except httpx.TimeoutException:
            failure = f"did not answer within {self._timeout:g} seconds"
        except httpx.HTTPError:
            failure = "cannot be reached"
        raise Temporary(f"{self.provider.title} {failure}.", fix="Try again in a minute.")

    def _refusal(
        self, status: int, said: Mapping[str, Any], hidden: tuple[str, ...]
    ) -> ConnectorError:
        title, error = self.provider.title, str(said.get("error", ""))
        words = plain_text(str(said.get("error_description") or error), hidden)
        if error == "invalid_grant":
            return ConsentWithdrawn(
                f"{title}: the consent was withdrawn: connect again.",
                fix="Open the mailbox and press Reconnect.",
            )
        if error in _OURS:
            return Misconfigured(
                f"{title} does not accept this application ({words}).",
                fix="Check client id, client secret and redirect address in its console.",
            )
        if status in (408, 429) or status >= 500:
            return Temporary(f"{title} has trouble of its own (HTTP {status}).")
        return Permanent(f"{title} refused ({words}).") if error else self._garbled()

    def _garbled(self) -> Temporary:
        return Temporary(f"{self.provider.title} answered with something that is no token.")


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    said = bytearray()
    for piece in answer.iter_bytes():
        said += piece
        if len(said) > _LARGEST:
            return None
    return identity.json_object(bytes(said))
