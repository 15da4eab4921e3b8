"""Conversations with a real service, played back; and the fake that looks around."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shopapp.connectors.errors import Misconfigured, Temporary
from shopapp.connectors.llm.fake import FakeModel
from shopapp.connectors.llm.recording import Player, Recorder
from shopapp.connectors.llm.shapes import Answer, Interrupted, Message, Question
from tests.connectors.llm.test_client import model_of
from tests.servers.llm import Act, LlmServer

ASKED = Question((Message("user", "Where is it?"),), "small", 200)


def test_a_recorded_exchange_is_played_back_whole_and_streamed(
    llm_server: LlmServer, tmp_path: Path
) -> None:
    file = tmp_path / "exchanges.jsonl"
    recorder = Recorder(model_of(llm_server), file)
    told = recorder.chat(ASKED)
    again = list(recorder.stream(replace(ASKED, temperature=0.9)))
    player = Player(file)
    assert player.chat(ASKED) == told
    assert list(player.stream(replace(ASKED, temperature=0.9))) == again
    assert player.models() == ["small"]
    assert llm_server.key not in file.read_text()


def test_a_question_that_was_never_recorded_is_refused(
    llm_server: LlmServer, tmp_path: Path
) -> None:
    file = tmp_path / "exchanges.jsonl"
    Recorder(model_of(llm_server), file).chat(ASKED)
    with pytest.raises(Misconfigured, match="not in the recording"):
        Player(file).chat(replace(ASKED, model="large"))


def test_the_same_question_is_answered_in_the_recorded_order(
    llm_server: LlmServer, tmp_path: Path
) -> None:
    file = tmp_path / "exchanges.jsonl"
    recorder = Recorder(model_of(llm_server), file)
    llm_server.fail(Act("First."), Act("Second."))
    recorder.chat(ASKED)
    recorder.chat(ASKED)
    player = Player(file)
    assert [player.chat(ASKED).text for _ in range(3)] == ["First.", "Second.", "Second."]


def test_the_fake_says_what_it_was_told_and_looks_around_first() -> None:
    looked: list[int] = []
    fake = FakeModel(
        "One.", Temporary("Down."), "Three words here", look_around=lambda: looked.append(1)
    )
    assert fake.chat(ASKED).text == "One."
    with pytest.raises(Temporary):
        fake.chat(ASKED)
    *pieces, answer = fake.stream(ASKED)
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text == "Three words here"
    assert len(looked) == len(fake.questions) == 3


def test_the_fake_breaks_off_when_told() -> None:
    came = FakeModel("Three words here", cut_after=2).stream(ASKED)
    assert [next(came), next(came)] == ["Three", " words"]
    with pytest.raises(Interrupted):
        next(came)
