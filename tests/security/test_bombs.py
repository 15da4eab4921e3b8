"""Small texts that could keep a machine busy for hours: each is dealt with in a breath."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from shopapp.drafts.drafters import embedded
from shopapp.drafts.grounding import BrandVoice, Packet, Passage, PassageKind
from shopapp.drafts.reading.facts import facts
from shopapp.drafts.reading.letters import split_letter
from shopapp.inbox.actions import sending
from shopapp.inbox.queries import said
from shopapp.inbox.quoting import split_reply, split_reply_html
from shopapp.inbox.sanitising import hidden_text, sanitise_html, visible_text
from shopapp.inbox.threading import normalise_subject
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk
from tests.inbox.reading import ask, fields, url

LENGTH = 300_000
SEEDS = (
    "{{", "<", "<p>&nbsp;", "<!--", "&", "[", "> ", " \n", "On ", "On a wrote:\n", "-- \n", "a@",
    "1,", "1.", "#1 ", "http://a.", "Re: ", "<blockquote>", "{", "=?", "\u0301", "/*", "'",
)  # fmt: skip
READERS: dict[str, Callable[[str], object]] = {
    "split_reply": split_reply,
    "split_reply_html": split_reply_html,
    "sanitise_html": sanitise_html,
    "hidden_text": hidden_text,
    "visible_text": visible_text,
    "normalise_subject": normalise_subject,
    "facts": facts,
    "split_letter": split_letter,
    "slots": sending._SLOT.findall,
}
PATIENCE = 30  # seconds, for what takes minutes when it goes wrong


@contextmanager
def patience() -> Iterator[None]:
    """Stop what does not end."""

    def enough(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail("it does not end")

    before = signal.signal(signal.SIGALRM, enough)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_repetition_keeps_a_reader_busy(reader: Callable[[str], object]) -> None:
    for seed in SEEDS:
        with patience():
            reader(f"x{seed * (LENGTH // len(seed))}\x01!")


def test_a_mail_of_strange_words_does_not_hold_the_drafter_up() -> None:
    passages = tuple(
        Passage(PassageKind.ARTICLE, str(n), f"Page {n}", " ".join(strange(n * 150, 150)))
        for n in range(100)
    )
    mail = " ".join(strange(1_000_000, 100_000))[: said.READ]
    with patience():
        outcome = embedded.compose(mail, "", Packet(brand=BrandVoice("Harbor"), passages=passages))
    assert isinstance(outcome, embedded.NothingFits)


@pytest.mark.parametrize("letter", ["a", "ж", "茶", "🫖"])
def test_the_longest_reply_is_saved_in_every_script(
    desk: Desk, sign_in: SignIn, letter: str
) -> None:
    ben, ticket = sign_in(cast.BEN), ask(desk)
    typed = fields(ben, ticket, body=letter * 100_000)
    assert ben.post(url(ticket, "reply"), data=typed).status_code == 303


def strange(start: int, count: int) -> list[str]:
    """Words that nobody has ever written, each once."""
    letters = "bcdfghjklmnpqrstvwxz"
    words = []
    for number in range(start, start + count):
        word, rest = "", number * 7_919 + 1
        while len(word) < 8:
            rest, digit = divmod(rest, len(letters))
            word += letters[digit]
        words.append(word)
    return words
