"""A streamed answer: chunks of text until it ends, then the whole once more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from shopapp.connectors.llm.failures import error_of, garbled, refusal
from shopapp.connectors.llm.shapes import Answer, Interrupted, Spent
from shopapp.connectors.llm.wire import checked, spent_of, text_of

_DONE = "[DONE]"


def pieces(events: Iterable[str], *, request_id: str, key: str) -> Iterator[str | Answer]:
    """The answer in the data of server-sent events.

    Raises Interrupted when they stop before the answer ended, Declined, and what an error among
    them says (OpenRouter and vLLM send them so, long after the status was 200).
    """
    told = _Told()
    for data in events:
        if data.strip() == _DONE:
            break
        piece = told.take(_chunk(data, key))
        if piece:
            yield piece
    if not told.ended:
        raise Interrupted("The answer broke off in the middle.")
    answer = Answer("".join(told.texts), told.model, told.ended, told.spent, request_id or told.id)
    yield checked(answer, refused=told.refused)


class _Told:
    """What the chunks said so far."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.refused = self.model = self.id = self.ended = ""
        self.spent = Spent()

    def take(self, chunk: dict[str, Any]) -> str:
        self.id = str(chunk.get("id") or self.id)
        self.model = str(chunk.get("model") or self.model)
        if chunk.get("usage"):
            self.spent = spent_of(chunk["usage"])
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            return ""
        return self._choice(choices[0])

    def _choice(self, choice: dict[str, Any]) -> str:
        self.ended = str(choice.get("finish_reason") or self.ended)
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        self.refused += text_of(delta.get("refusal"))
        piece = text_of(delta.get("content"))
        self.texts.append(piece)
        return piece


def _chunk(data: str, key: str) -> dict[str, Any]:
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError):
        raise garbled() from None
    if not isinstance(chunk, dict):
        raise garbled()
    if chunk.get("error"):
        code = error_of(chunk).get("code")
        status = code if type(code) is int and code >= 400 else 500
        raise Interrupted(refusal(status, {}, chunk, key).message)
    return chunk
