"""Trying a language model: one small real call, counted like any other."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta

from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.llm.client import OpenAiModel
from shopapp.connectors.llm.shapes import Answer, Message, Question
from shopapp.drafts.actions.asking import Metered, tariff_of
from shopapp.drafts.actions.spending import Tariff
from shopapp.drafts.models import ModelService
from shopapp.tenancy import store_transaction

TRIAL = "test"
_MOST_TOKENS = 400  # some models think before they say a word
_ASKED = "This is a connection test. Answer with the one word: ready"


@dataclass(frozen=True, slots=True)
class Passed:
    """How long it took, in milliseconds."""

    latency_ms: int


@dataclass
class Trial:
    """A service to be asked whether it works; `answer` or `error` is how that went."""

    model: Metered
    name: str
    temperature: float
    answer: Answer | None = field(default=None, init=False)
    error: ConnectorError | None = field(default=None, init=False)

    def probe(self) -> Passed:
        """Ask it; raises ConnectorError. No transaction may be open."""
        question = Question(
            (Message("user", _ASKED),), self.name, _MOST_TOKENS, temperature=self.temperature
        )
        begun = time.monotonic()
        try:
            self.answer = self.model.chat(question)
        except ConnectorError as error:
            self.error = error
            raise
        return Passed(round((time.monotonic() - begun) * 1000))

    @property
    def said(self) -> str:
        """What came back and what it took, in words."""
        if self.answer is None:
            return ""
        text, spent = self.answer.text.strip(), self.answer.spent
        words = [f"It said “{text if len(text) <= 40 else text[:40] + '…'}”"]
        if spent.tokens_in is not None and spent.tokens_out is not None:
            words.append(f"for {spent.tokens_in} tokens in and {spent.tokens_out} out")
        return ", ".join(words) + (f", which cost {spent.cost}." if spent.cost is not None else ".")


def trial(store_id: str, row: ModelService | None, *, base_url: str, key: str, name: str) -> Trial:
    """A trial of the service as typed, on the saved terms; the breaker does not stop a person.

    Raises Misconfigured for an address or a key that cannot be one.
    """
    limit = row.timeout_seconds if row else 30
    metered = Metered(
        OpenAiModel(base_url, key, timeout=limit),
        store_id,
        lambda: store_transaction(store_id),
        tariff_of(row) if row else Tariff(None, None),
        timedelta(seconds=limit),
        TRIAL,
        has_breaker=False,
    )
    return Trial(metered, name, row.temperature if row else 0.2)
