"""A question and its answer as OpenAI's chat completions write them, and what others refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.llm.failures import error_of, garbled
from shopapp.connectors.llm.shapes import Answer, Declined, Question, Spent

# what some servers or models do not take, and what to send instead
_INSTEAD: Mapping[str, str | None] = {
    "max_completion_tokens": "max_tokens",
    "response_format": None,
    "temperature": None,
    "stream_options": None,
}


def body(question: Question, *, stream: bool, without: Iterable[str] = ()) -> dict[str, Any]:
    """The request; names in `without` are left out, or said the older way."""
    asked: dict[str, Any] = {
        "model": question.model,
        "messages": [
            {"role": one.role, "content": _clean(one.content)} for one in question.messages
        ],
        "temperature": question.temperature,
        "max_completion_tokens": question.most_tokens,
    }
    if question.schema is not None:
        asked["response_format"] = _format(question.schema_name, question.schema)
    if stream:
        asked |= {"stream": True, "stream_options": {"include_usage": True}}
    for name in without:
        value, other = asked.pop(name, None), _INSTEAD[name]
        if other and value is not None:
            asked[other] = value
    return asked


def refused_name(status: int, said: Mapping[str, Any], sent: Mapping[str, Any]) -> str | None:
    """The field of the request that this refusal is about, when the question stands without it."""
    if status not in (400, 422):
        return None
    error = error_of(said)
    words = f"{error.get('param') or ''} {error.get('message') or ''}"
    return next((name for name in _INSTEAD if name in sent and name in words), None)


def answer_of(said: Mapping[str, Any], request_id: str) -> Answer:
    """The answer in a whole completion. Raises Declined, or Interrupted when it is none."""
    choices = said.get("choices")
    if not isinstance(choices, list):
        raise garbled()
    spent = spent_of(said.get("usage"))
    choice = choices[0] if choices and isinstance(choices[0], dict) else {}
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    answer = Answer(
        text=text_of(message.get("content")),
        model=str(said.get("model") or ""),
        ended=str(choice.get("finish_reason") or "stop"),
        spent=spent,
        request_id=request_id or str(said.get("id") or ""),
    )
    return checked(answer, refused=text_of(message.get("refusal")))


def checked(answer: Answer, *, refused: str) -> Answer:
    """The answer, if it is one; raises Declined for a refusal, a filter, and no text at all."""
    if refused:
        answer = replace(answer, ended="refusal")
    if answer.ended not in _DECLINED and answer.text.strip():
        return answer
    message, fix = _DECLINED.get(answer.ended, _SILENT)
    raise Declined(message, ended=answer.ended, spent=answer.spent, fix=fix)


def spent_of(usage: Any) -> Spent:
    """Tokens as they were counted; None for what is missing or no number."""
    usage = usage if isinstance(usage, dict) else {}
    return Spent(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))


def text_of(content: Any) -> str:
    """Text, or the text of parts, as some servers give it."""
    if isinstance(content, list):
        return "".join(text_of(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def model_names(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The names, sorted. Raises Misconfigured when there is no list."""
    found = said.get("data")
    if not isinstance(found, list):
        message = "There is no list of models at this address."
        raise Misconfigured(message, fix="Check the address: it often ends in /v1.")
    return tuple(
        sorted({str(one["id"]) for one in found if isinstance(one, dict) and one.get("id")})
    )


def _clean(text: str) -> str:
    """Lone surrogates cannot be sent."""
    return text.encode("utf-8", "replace").decode()


def _format(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"name": name, "strict": True, "schema": dict(schema)}
    return {"type": "json_schema", "json_schema": kept}


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


_SILENT = ("The language model answered without a word.", "Ask again, or choose another model.")
_DECLINED = {
    "refusal": ("The language model refused to answer.", "Write this reply by hand."),
    "content_filter": (
        "The provider's content filter held the answer back.",
        "Write this reply by hand.",
    ),
}
