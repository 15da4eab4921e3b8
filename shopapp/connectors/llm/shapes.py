"""What is said to a language model and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from shopapp.connectors.errors import Permanent, Temporary


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
    """Tokens a call took, as the service counted them; None where it did not say.

    `cost` is money in the provider's currency, filled in where prices are known.
    """

    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None


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


class Interrupted(Temporary):
    """The line was lost after the question had arrived: there may be a bill, and no answer."""


class Declined(Permanent):
    """The service answered, but not the question; `ended` says how, `spent` what it took."""

    def __init__(self, message: str, *, ended: str, spent: Spent, fix: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.ended = ended
        self.spent = spent


class ChatModel(Protocol):
    """A service that continues conversations.

    Both raise ConnectorError: Busy for 429, Temporary for 5xx, Interrupted for lost lines,
    AuthFailed for a refused key, Declined for a refusal or an empty answer, Permanent for what the
    same call will not mend. An answer cut at `most_tokens` is an Answer that ended as "length".
    """

    def chat(self, question: Question) -> Answer: ...

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The answer piece by piece, and at the end once more as a whole."""
        ...

    def models(self) -> Sequence[str]:
        """The models the service offers."""
        ...
