"""What is said to a language model and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from shopapp.connectors.errors import Temporary


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `schema` is the JSON schema the answer has to keep, under a `schema_name`.

    `most_tokens` is the longest answer; with it a call's cost has a ceiling before it is made.
    """

    messages: Sequence[Message]
    model: str
    most_tokens: int
    temperature: float = 0.2
    schema: Mapping[str, Any] | None = None
    schema_name: str = "answer"


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens a call took, as the service counted them; None where it did not say."""

    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer. `ended` is why it stopped: stop, length, content_filter, …"""

    text: str
    model: str
    ended: str
    spent: Spent = field(default_factory=Spent)
    request_id: str = ""


class Busy(Temporary):
    """The service asks to come back later; `after` is how long it said, if it did."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class ChatModel(Protocol):
    """A service that continues conversations.

    Both raise ConnectorError: Busy for 429, Temporary for 5xx and lost lines, AuthFailed for a
    refused key, Permanent for what the same call will not mend.
    """

    def chat(self, question: Question) -> Answer: ...

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The answer piece by piece, and at the end once more as a whole."""
        ...

    def models(self) -> Sequence[str]:
        """The models the service offers."""
        ...
