"""Asking a language model over HTTP: what it says, and what it means when it does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

import httpx
import pytest

from shopapp import clock
from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
)
from shopapp.connectors.llm.bounds import LARGEST, Watch
from shopapp.connectors.llm.client import OpenAiModel
from shopapp.connectors.llm.failures import lost
from shopapp.connectors.llm.shapes import (
    Answer,
    Busy,
    Declined,
    Interrupted,
    Message,
    Question,
    Spent,
)
from tests.servers import openai
from tests.servers.llm import Act, LlmServer

SCHEMA = {
    "type": "object",
    "properties": {"reply": {"type": "string"}},
    "required": ["reply"],
    "additionalProperties": False,
}
ASKED = Question((Message("system", "Be brief."), Message("user", "Where is it?")), "small", 200)


class Waits:
    """A clock that goes on by what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    @property
    def watch(self) -> Watch:
        return Watch(lambda: sum(self.slept), self.slept.append)


def model_of(server: LlmServer, *, key: str | None = None, **options: Any) -> OpenAiModel:
    options.setdefault("watch", Waits().watch)
    return OpenAiModel(server.url, server.key if key is None else key, timeout=20, **options)


def streamed(model: OpenAiModel, question: Question = ASKED) -> tuple[list[str], Answer]:
    *pieces, answer = model.stream(question)
    assert isinstance(answer, Answer)
    return [str(piece) for piece in pieces], answer


def how(model: OpenAiModel, way: str) -> Answer:
    return model.chat(ASKED) if way == "whole" else streamed(model)[1]


both = pytest.mark.parametrize("way", ["whole", "streamed"])


@both
def test_an_answer_comes_with_its_tokens_and_either_side_keeps_the_contract(
    llm_server: LlmServer, way: str
) -> None:
    openai.required()
    answer = how(model_of(llm_server), way)
    assert answer == Answer("Your parcel left on Monday.", "small", "stop", Spent(40, 5), "req-1")
    assert llm_server.requests[0]["max_completion_tokens"] == 200
    assert llm_server.headers[0]["authorization"] == "Bearer sk-proper-key"


def test_pieces_of_a_stream_make_the_whole(llm_server: LlmServer) -> None:
    pieces, answer = streamed(model_of(llm_server))
    assert len(pieces) == 5
    assert "".join(pieces) == answer.text


def test_a_schema_is_asked_for_strictly(llm_server: LlmServer) -> None:
    llm_server.usual = Act('{"reply":"Soon"}')
    question = Question(ASKED.messages, "small", 200, schema=SCHEMA, schema_name="letter")
    assert json.loads(model_of(llm_server).chat(question).text) == {"reply": "Soon"}
    kept = llm_server.requests[0]["response_format"]["json_schema"]
    assert kept == {"name": "letter", "strict": True, "schema": SCHEMA}


def test_the_service_lists_its_models(llm_server: LlmServer) -> None:
    assert model_of(llm_server).models() == ("large-model", "small-model")


def test_a_service_without_a_key_is_asked_without_one(llm_server: LlmServer) -> None:
    llm_server.key = ""
    assert model_of(llm_server, key="").chat(ASKED).text
    assert "authorization" not in llm_server.headers[0]


@both
def test_what_an_endpoint_does_not_know_is_left_out_from_then_on(
    llm_server: LlmServer, way: str
) -> None:
    llm_server.refuses = frozenset(("max_completion_tokens", "temperature", "stream_options"))
    model = model_of(llm_server)
    assert how(model, way).text
    asked_once = len(llm_server.requests)
    assert how(model, way).text
    assert len(llm_server.requests) == asked_once + 1
    assert llm_server.requests[-1]["max_tokens"] == 200
    assert not llm_server.refuses & llm_server.requests[-1].keys()


def test_a_service_that_does_not_stream_answers_in_one_piece(llm_server: LlmServer) -> None:
    llm_server.streams = False
    pieces, answer = streamed(model_of(llm_server))
    assert pieces == [answer.text]


@both
@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        (Act(status=400, error={"message": "Context too long"}), Permanent, "Context too long"),
        (Act(status=404, error={"message": "No model small"}), Misconfigured, "no such model"),
        (Act(status=403), AuthFailed, "refused the key"),
        (Act(status=302, headers={"Location": "http://127.0.0.1:1/"}), Misconfigured, "elsewhere"),
        (Act(status=504), Interrupted, "too long"),
        (Act(status=402), Misconfigured, "no credit"),
        (Act(status=429, error={"code": "insufficient_quota"}), Misconfigured, "no credit"),
        (Act(raw=b"<html>hello</html>"), Interrupted, "cannot be read|broke off"),
        (Act(raw=b"data: {nonsense\n\n"), Interrupted, "cannot be read"),
        (Act(raw=b'{"choices": 7}'), Interrupted, "cannot be read|broke off"),
        (Act(raw=b" " * (LARGEST + 2)), Interrupted, "cannot be read"),
        (Act(raw=b"", headers={"Content-Encoding": "gzip"}), Interrupted, "cannot be read"),
        (Act(cuts=True), Interrupted, "broke"),
        (Act("", ended="length"), Declined, "without a word"),
        (Act("I", ended="content_filter"), Declined, "filter"),
        (Act("", refusal="I'm sorry, no."), Declined, "refused to answer"),
    ],
)
def test_every_failure_is_one_sentence_and_is_not_repeated(
    llm_server: LlmServer, act: Act, kind: type[ConnectorError], words: str, way: str
) -> None:
    llm_server.fail(act)
    with pytest.raises(kind, match=words) as caught:
        how(model_of(llm_server), way)
    assert type(caught.value) is kind
    assert len(llm_server.requests) == 1


def test_a_declined_answer_says_what_it_took(llm_server: LlmServer) -> None:
    llm_server.fail(Act("", refusal="No."))
    with pytest.raises(Declined) as caught:
        model_of(llm_server).chat(ASKED)
    assert caught.value.spent == Spent(40, 0)
    assert caught.value.ended == "refusal"


@both
def test_an_answer_without_choices_is_no_answer(llm_server: LlmServer, way: str) -> None:
    said = json.dumps({"choices": [], "usage": None}).encode()
    llm_server.fail(Act(raw=said if way == "whole" else b"data: " + said + b"\n\ndata: [DONE]\n\n"))
    with pytest.raises(ConnectorError):
        how(model_of(llm_server), way)


@both
def test_an_answer_cut_at_its_limit_says_so(llm_server: LlmServer, way: str) -> None:
    llm_server.usual = Act("Your parcel", ended="length")
    assert how(model_of(llm_server), way).ended == "length"


@both
def test_tokens_nobody_counted_are_unknown(llm_server: LlmServer, way: str) -> None:
    llm_server.usual = Act(counts=False)
    assert how(model_of(llm_server), way).spent == Spent()


@both
def test_a_service_in_trouble_is_asked_three_times(llm_server: LlmServer, way: str) -> None:
    llm_server.fail(Act(status=500), Act(status=503))
    waits = Waits()
    assert how(model_of(llm_server, watch=waits.watch), way).text
    assert waits.slept == [0.5, 1.0]
    llm_server.fail(*[Act(status=500, error={"message": "Down"})] * 3)
    with pytest.raises(Temporary, match=r"HTTP 500.*Down"):
        how(model_of(llm_server), way)
    assert len(llm_server.requests) == 6


@both
def test_a_busy_service_is_given_the_time_it_asks_for(llm_server: LlmServer, way: str) -> None:
    in_seven = format_datetime(clock.now() + timedelta(seconds=7.9), usegmt=True)
    llm_server.fail(
        Act(status=429, headers={"Retry-After": "3"}),
        Act(status=429, headers={"Retry-After": in_seven}),
    )
    waits = Waits()
    assert how(model_of(llm_server, watch=waits.watch), way).text
    assert waits.slept[0] == 3
    assert 5 < waits.slept[1] < 8


@both
def test_who_asks_for_more_time_than_there_is_is_not_waited_for(
    llm_server: LlmServer, way: str
) -> None:
    llm_server.fail(Act(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(Busy) as caught:
        how(model_of(llm_server), way)
    assert caught.value.after == timedelta(hours=1)
    assert len(llm_server.requests) == 1


@both
def test_a_call_ends_at_its_time_limit_however_slowly_it_drips(
    llm_server: LlmServer, way: str
) -> None:
    ticking = count(step=11)
    with pytest.raises(Interrupted, match="time limit"):
        how(model_of(llm_server, watch=Watch(lambda: float(next(ticking)))), way)


def test_a_service_that_says_nothing_is_not_waited_for(llm_server: LlmServer) -> None:
    never = threading.Event()
    llm_server.fail(Act(after=never))
    with pytest.raises(Interrupted, match="time limit"):
        OpenAiModel(llm_server.url, llm_server.key, timeout=0.2).chat(ASKED)
    never.set()


@both
def test_a_refused_key_is_in_no_message(llm_server: LlmServer, way: str) -> None:
    with pytest.raises(AuthFailed) as caught:
        how(model_of(llm_server, key="sk-wrong-key"), way)
    assert "Incorrect API key" in caught.value.message
    assert "sk-wrong-key" not in f"{caught.value!r} {caught.value.message}"
    assert "sk-wrong-key" not in repr(model_of(llm_server, key="sk-wrong-key"))


def test_an_error_in_the_middle_of_a_stream_is_told(llm_server: LlmServer) -> None:
    chunk = b'data: {"choices":[{"index":0,"delta":{"content":"Your"},"finish_reason":null}]}\n\n'
    error = b'data: {"error":{"code":502,"message":"Provider disconnected"}}\n\n'
    llm_server.fail(Act(raw=chunk + error))
    came: Iterator[str | Answer] = model_of(llm_server).stream(ASKED)
    assert next(came) == "Your"
    with pytest.raises(Interrupted, match="Provider disconnected"):
        next(came)


def test_a_refusal_that_calls_itself_a_success_is_one(llm_server: LlmServer) -> None:
    llm_server.fail(Act(raw=b'{"error":{"code":401,"message":"No auth"}}'))
    with pytest.raises(AuthFailed, match="No auth"):
        model_of(llm_server).chat(ASKED)


def test_nobody_there_is_a_sentence() -> None:
    waits = Waits()
    with pytest.raises(Temporary, match="cannot be reached"):
        OpenAiModel("http://127.0.0.1:9/v1", timeout=20, watch=waits.watch).chat(ASKED)
    assert len(waits.slept) == 2


def test_a_page_is_no_list_of_models(llm_server: LlmServer) -> None:
    elsewhere = llm_server.url.removesuffix("/v1")
    llm_server.offers = ()
    assert OpenAiModel(elsewhere, llm_server.key).models() == ()


@pytest.mark.parametrize("key", ["two words", "schlüssel", "line\nbreak"])
def test_a_key_that_cannot_be_one_is_refused_at_once(key: str) -> None:
    with pytest.raises(Misconfigured, match="key"):
        OpenAiModel("https://api.example/v1", key)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[Errno -2] Name or service not known", "No server has the name in the address."),
        ("[Errno 111] Connection refused", "cannot be reached (Connection refused)."),
    ],
)
def test_a_line_that_cannot_be_opened_is_told_without_numbers(said: str, told: str) -> None:
    error = lost(httpx.ConnectError(said), "")
    assert told in error.message
