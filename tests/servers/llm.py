"""A language model's service on loopback: it keeps OpenAI's contract, and fails when told to."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from typing import Any

from tests.servers import openai


@dataclass(frozen=True)
class Act:
    """What the service does for one question.

    `status` other than 200 is a refusal with `error`; `raw` is sent instead of an answer; `cuts`
    breaks the line in the middle; `after` holds the answer back until the event is set.
    """

    text: str = "Your parcel left on Monday."
    ended: str = "stop"
    refusal: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    cuts: bool = False
    counts: bool = True
    after: threading.Event | None = None


@dataclass
class LlmServer:
    """Answers at `url`. `acts` are used up one by one, then it says `usual`.

    `refuses` names fields this service does not know; `streams` is whether it can. `requests` and
    `headers` are what came, `violations` where either side broke the contract.
    """

    key: str = "sk-proper-key"
    usual: Act = field(default_factory=Act)
    offers: tuple[str, ...] = ("small-model", "large-model")
    refuses: frozenset[str] = frozenset()
    streams: bool = True
    acts: deque[Act] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def start(self) -> None:
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def fail(self, *acts: Act) -> None:
        """Do this first, once each."""
        self.acts.extend(acts)

    def checked(self, name: str, value: Any) -> Any:
        """`value`, noted when it is no `name` of the contract."""
        self.violations += openai.faults(name, value)
        return value

    def whole(self, act: Act, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A completion in one piece."""
        message = {"role": "assistant", "content": act.text, "refusal": act.refusal}
        choice = {"index": 0, "message": message, "finish_reason": act.ended, "logprobs": None}
        said = _head(asked, "chat.completion") | {"choices": [choice]}
        return self.checked(openai.WHOLE, said | ({"usage": _usage(act)} if act.counts else {}))

    def chunks(self, act: Act, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The same as the chunks of a stream."""
        head = _head(asked, "chat.completion.chunk")
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if act.refusal:
            deltas.append({"refusal": act.refusal})
        words = act.text.split(" ") if act.text else []
        deltas += [{"content": word if first else f" {word}"} for first, word in _firsts(words)]
        for delta in deltas:
            yield self._chunk(head, delta)
        yield self._chunk(head, {}, act.ended)
        if act.counts and (asked.get("stream_options") or {}).get("include_usage"):
            yield self.checked(openai.CHUNK, head | {"choices": [], "usage": _usage(act)})

    def _chunk(
        self, head: dict[str, Any], delta: dict[str, Any], ended: str | None = None
    ) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": ended}
        return self.checked(openai.CHUNK, head | {"choices": [choice]})


class _Handler(BaseHTTPRequestHandler):
    server_of: LlmServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        rows = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "us"}
            for name in self.server_of.offers
        ]
        if self._is_let_in():
            listed = {"object": "list", "data": rows}
            self._json(200, self.server_of.checked(openai.MODELS, listed))

    def do_POST(self) -> None:
        owner = self.server_of
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_let_in():
            return
        owner.requests.append(owner.checked(openai.ASKED, asked))
        unknown = next((name for name in owner.refuses if name in asked), None)
        if unknown:
            said = f"Unsupported parameter: '{unknown}' is not supported with this model."
            self._refuse(400, {"message": said, "param": unknown, "code": "unsupported_parameter"})
            return
        self._act(owner.acts.popleft() if owner.acts else owner.usual, asked)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _is_let_in(self) -> bool:
        owner = self.server_of
        owner.headers.append({name.lower(): value for name, value in self.headers.items()})
        if self.headers.get("Authorization", "") == (f"Bearer {owner.key}" if owner.key else ""):
            return True
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self._refuse(
            401, {"message": f"Incorrect API key provided: {given}.", "code": "invalid_api_key"}
        )
        return False

    def _act(self, act: Act, asked: dict[str, Any]) -> None:
        if act.after is not None:
            act.after.wait(20)
        if act.raw is not None:
            kind = "text/event-stream" if asked.get("stream") else "application/json"
            self._say(act.status, act.raw, kind, act.headers)
        elif act.status != 200:
            self._refuse(act.status, act.error, act.headers)
        elif asked.get("stream") and self.server_of.streams:
            self._stream(act, asked)
        else:
            self._json(200, self.server_of.whole(act, asked), act)

    def _stream(self, act: Act, asked: dict[str, Any]) -> None:
        events = (f"data: {json.dumps(one)}\n\n" for one in self.server_of.chunks(act, asked))
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("X-Request-Id", "req-1")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": thinking\n\n")
        if act.cuts:
            whole = list(events)
            half = len(whole) // 2
            self.wfile.write("".join((*whole[:half], whole[half][:40])).encode())
            return
        for event in chain(events, ["data: [DONE]\n\n"]):
            self.wfile.write(event.encode())

    def _refuse(
        self, status: int, error: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        said = {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}
        body = self.server_of.checked(openai.REFUSAL, {"error": said | dict(error)})
        self._say(status, json.dumps(body).encode(), "application/json", headers or {})

    def _json(self, status: int, said: Any, act: Act | None = None) -> None:
        headers = {"X-Request-Id": "req-1"}
        self._say(status, json.dumps(said).encode(), "application/json", headers, act)

    def _say(
        self,
        status: int,
        body: bytes,
        kind: str,
        headers: Mapping[str, str],
        act: Act | None = None,
    ) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if act and act.cuts else body)


def _head(asked: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chat-1", "object": kind, "created": 1_700_000_000, "model": asked["model"]}


def _usage(act: Act) -> dict[str, int]:
    written = len(act.text.split())
    return {"prompt_tokens": 40, "completion_tokens": written, "total_tokens": 40 + written}


def _firsts(words: list[str]) -> Iterator[tuple[bool, str]]:
    return ((place == 0, word) for place, word in enumerate(words))
