"""A language model in memory, for tests: it says what it was told to, and looks around first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from shopapp.connectors.errors import ConnectorError
from shopapp.connectors.llm.shapes import Answer, Interrupted, Question, Spent

Saying = str | Answer | ConnectorError


class FakeModel:
    """Gives `sayings` one by one, the last again and again; `questions` are what was asked.

    `look_around` runs before every call and may raise: a test passes, say, a check that no database
    transaction is open. A stream comes word by word; `cut_after` words it breaks off.
    """

    def __init__(
        self,
        *sayings: Saying,
        look_around: Callable[[], None] | None = None,
        cut_after: int | None = None,
        offers: Sequence[str] = ("fake-model",),
    ) -> None:
        self.questions: list[Question] = []
        self._sayings = deque(sayings or ("An answer.",))
        self._look_around = look_around or (lambda: None)
        self._cut_after = cut_after
        self._offers = offers

    def chat(self, question: Question) -> Answer:
        """The next saying; an error among them is raised."""
        self._look_around()
        self.questions.append(question)
        said = self._sayings[0] if len(self._sayings) == 1 else self._sayings.popleft()
        if isinstance(said, ConnectorError):
            raise said
        return said if isinstance(said, Answer) else _answer(question, said)

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The same, word by word."""
        answer = self.chat(question)
        for count, word in enumerate(answer.text.split(" ")):
            if count == self._cut_after:
                raise Interrupted("The answer broke off in the middle.")
            yield word if count == 0 else f" {word}"
        yield answer

    def models(self) -> Sequence[str]:
        """What it was told to offer."""
        self._look_around()
        return self._offers


def _answer(question: Question, text: str) -> Answer:
    """Tokens are counted as words."""
    asked = sum(len(one.content.split()) for one in question.messages)
    return Answer(text, question.model, "stop", Spent(asked, len(text.split())))
