"""A language model behind an OpenAI-compatible endpoint, over HTTPS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from httpx_sse import EventSource

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.llm import wire
from shopapp.connectors.llm.addresses import base_url as checked_url
from shopapp.connectors.llm.bounds import Bounded, Deadline, Watch, tried
from shopapp.connectors.llm.events import pieces
from shopapp.connectors.llm.failures import error_of, garbled, lost, refusal, said_in
from shopapp.connectors.llm.shapes import Answer, Question

_CONNECT = 5.0  # seconds
_JSON = "application/json"


class OpenAiModel:
    """A ChatModel at `base_url`, like https://api.openai.com/v1.

    `timeout` is in seconds, for a whole call with its tries. What an endpoint does not know (the
    newer name of the token limit, a schema, a temperature) is left out once it says so, and stays
    out. Raises Misconfigured for an address or a key that cannot be one.
    """

    def __init__(
        self, base_url: str, key: str = "", *, timeout: float = 30.0, watch: Watch | None = None
    ) -> None:
        self._url = checked_url(base_url)
        self._host = urlsplit(self._url).hostname or ""
        self._key = _checked_key(key)
        self._timeout = timeout
        self._watch = watch or Watch()
        self._without: list[str] = []

    def __repr__(self) -> str:
        return f"<OpenAiModel {self._url}>"

    def chat(self, question: Question) -> Answer:
        """See ChatModel."""
        until = self._deadline()
        return tried(lambda: self._answered(question, until), until)

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """See ChatModel. Nothing is tried again once the first piece is out."""
        until = self._deadline()
        first, rest = tried(lambda: _begun(self._streamed(question, until)), until)
        yield first
        yield from rest

    def models(self) -> Sequence[str]:
        """See ChatModel."""
        until = self._deadline()
        return tried(lambda: self._listed(until), until)

    def _answered(self, question: Question, until: Deadline) -> Answer:
        with self._asked(question, until, stream=False) as response:
            return self._whole(response)

    def _streamed(self, question: Question, until: Deadline) -> Iterator[str | Answer]:
        with self._asked(question, until, stream=True) as response:
            if _kind(response) == _JSON:  # a server that does not stream
                answer = self._whole(response)
                yield from (answer.text, answer)
                return
            if _kind(response) != "text/event-stream":
                raise garbled()
            events = (event.data for event in EventSource(response).iter_sse() if event.data)
            yield from pieces(events, request_id=_request_id(response), key=self._key)

    def _listed(self, until: Deadline) -> Sequence[str]:
        with self._sent("GET", "/models", until) as response:
            said = said_in(response.read())
            if response.status_code != 200:
                raise refusal(response.status_code, response.headers, said, self._key)
            return wire.model_names(said)

    def _whole(self, response: httpx.Response) -> Answer:
        said = said_in(response.read())
        if said.get("error"):  # OpenRouter says 200 and means its provider's refusal
            code = error_of(said).get("code")
            status = code if type(code) is int and code >= 300 else 500
            raise refusal(status, response.headers, said, self._key)
        return wire.answer_of(said, _request_id(response))

    @contextmanager
    def _asked(
        self, question: Question, until: Deadline, *, stream: bool
    ) -> Iterator[httpx.Response]:
        """The answer to a question; what the endpoint does not know is left out of it."""
        while True:
            body = wire.body(question, stream=stream, without=self._without)
            with self._sent("POST", "/chat/completions", until, body) as response:
                if response.status_code == 200:
                    yield response
                    return
                said = said_in(response.read())
                unknown = wire.refused_name(response.status_code, said, body)
                if unknown is None:
                    raise refusal(response.status_code, response.headers, said, self._key)
            self._without.append(unknown)

    @contextmanager
    def _sent(
        self, method: str, path: str, until: Deadline, body: dict[str, Any] | None = None
    ) -> Iterator[httpx.Response]:
        def bound(response: httpx.Response) -> None:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise garbled()  # we asked for plain bytes: packed ones have no bound
            response.stream = Bounded(response.stream, until)  # type: ignore[arg-type]

        left = until.left()
        timeout = httpx.Timeout(left, connect=min(_CONNECT, left))
        try:
            with (
                httpx.Client(timeout=timeout, event_hooks={"response": [bound]}) as client,
                client.stream(
                    method, self._url + path, json=body, headers=self._headers(method)
                ) as response,
            ):
                yield response
        except httpx.HTTPError as error:
            failure = lost(error, self._key)
        else:
            return
        raise failure

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"accept-encoding": "identity"}
        if not self._key:
            return headers
        if self._host == "api.anthropic.com" and method == "GET":  # its list is its own API's
            return headers | {"x-api-key": self._key, "anthropic-version": "2023-06-01"}
        if self._host.endswith(".azure.com"):
            headers["api-key"] = self._key
        return headers | {"authorization": f"Bearer {self._key}"}

    def _deadline(self) -> Deadline:
        return Deadline(self._watch, self._watch.now() + self._timeout)


def _begun(
    written: Iterator[str | Answer],
) -> tuple[str | Answer, Iterator[str | Answer]]:
    return next(written), written


def _kind(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _request_id(response: httpx.Response) -> str:
    return str(response.headers.get("x-request-id", ""))[:200]


def _checked_key(key: str) -> str:
    if key and not re.fullmatch(r"[\x21-\x7e]+", key):
        message = "A key holds no spaces and no letters beyond ASCII."
        raise Misconfigured(message, fix="Copy the key again.")
    return key
