"""Exchanges with a language model kept in a file, and played back to whoever asks the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.llm.shapes import Answer, ChatModel, Question, Spent


class Recorder:
    """A ChatModel that passes questions on to `model` and writes what it answers into `file`.

    One JSON object a line. The file holds the letters that were asked about, and no key.
    """

    def __init__(self, model: ChatModel, file: Path) -> None:
        self._model = model
        self._file = file

    def chat(self, question: Question) -> Answer:
        answer = self._model.chat(question)
        self._keep(question, answer, [answer.text])
        return answer

    def stream(self, question: Question) -> Iterator[str | Answer]:
        pieces: list[str] = []
        for piece in self._model.stream(question):
            if isinstance(piece, Answer):
                self._keep(question, piece, pieces)
            else:
                pieces.append(piece)
            yield piece

    def models(self) -> Sequence[str]:
        return self._model.models()

    def _keep(self, question: Question, answer: Answer, pieces: Sequence[str]) -> None:
        line = {"asked": _plain(question), "answer": asdict(answer), "pieces": list(pieces)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")


class Player:
    """A ChatModel that answers as recorded; raises Misconfigured for a question it does not know.

    A question asked several times is answered in the order of the recording, the last again.
    """

    def __init__(self, file: Path) -> None:
        self._known: dict[str, list[dict[str, Any]]] = {}
        for line in file.read_text(encoding="utf-8").splitlines():
            kept = json.loads(line)
            self._known.setdefault(fingerprint(kept["asked"]), []).append(kept)

    def chat(self, question: Question) -> Answer:
        return _answer(self._next(question))

    def stream(self, question: Question) -> Iterator[str | Answer]:
        kept = self._next(question)
        yield from kept["pieces"]
        yield _answer(kept)

    def models(self) -> Sequence[str]:
        return sorted({one["asked"]["model"] for kept in self._known.values() for one in kept})

    def _next(self, question: Question) -> dict[str, Any]:
        kept = self._known.get(fingerprint(_plain(question)))
        if kept is None:
            message = "This question is not in the recording."
            raise Misconfigured(message, fix="Record it with the real service.")
        return kept[0] if len(kept) == 1 else kept.pop(0)


def fingerprint(asked: Mapping[str, Any]) -> str:
    """SHA-256 of a question, the same whatever the order of its fields."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _plain(question: Question) -> dict[str, Any]:
    return {
        "messages": [asdict(one) for one in question.messages],
        "model": question.model,
        "most_tokens": question.most_tokens,
        "temperature": question.temperature,
        "schema": None if question.schema is None else dict(question.schema),
        "schema_name": question.schema_name,
    }


def _answer(kept: Mapping[str, Any]) -> Answer:
    said = dict(kept["answer"])
    spent = dict(said.pop("spent"))
    cost = spent.pop("cost", None)
    return Answer(**said, spent=Spent(**spent, cost=None if cost is None else Decimal(cost)))
