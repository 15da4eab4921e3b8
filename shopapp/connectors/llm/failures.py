"""What a refusal of a language model's service means, in a sentence and with a way out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from shopapp import clock
from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
    plain_text,
)
from shopapp.connectors.llm.shapes import Busy, Interrupted

_GAVE_UP = (408, 504, 524)  # whoever stands in front waited no longer: the model may have worked
_NO_CREDIT = "insufficient_quota"
_NO_NAME = re.compile(r"name or service not known|nodename nor servname|getaddrinfo", re.I)
_NUMBER = re.compile(r"\[Errno -?\d+\] ")


def refusal(
    status: int, headers: Mapping[str, str], said: Mapping[str, Any], key: str
) -> ConnectorError:
    """The error for an answer of `status`; `said` is its JSON object, {} when it was none."""
    words = _words(said, key)
    told = f" ({words})" if words else ""
    if status == 429 and _NO_CREDIT not in _codes(said):
        return Busy("The language model is asked too often.", after(headers))
    if status in (402, 429):
        message = f"The language model's account has no credit left{told}."
        return Misconfigured(message, fix="Add credit with the provider.")
    if status in (401, 403):
        message = f"The language model refused the key{told}."
        return AuthFailed(message, fix="Enter a valid key in Settings, AI drafts.")
    if status == 404:
        message = f"There is no such model, or nothing at this address{told}."
        return Misconfigured(message, fix="Check address and model in Settings, AI drafts.")
    return _other(status, told)


def _other(status: int, told: str) -> ConnectorError:
    if status in _GAVE_UP:
        return Interrupted(f"The language model took too long (HTTP {status}).")
    if status >= 500:
        return Temporary(f"The language model has trouble of its own (HTTP {status}){told}.")
    if 300 <= status < 400:
        message = "The address leads elsewhere, where the key is not sent."
        return Misconfigured(message, fix="Enter the address it leads to.")
    return Permanent(f"The language model refused the question{told or f' (HTTP {status})'}.")


def lost(error: httpx.HTTPError, key: str) -> ConnectorError:
    """The error for a line that could not be opened, or broke."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return Temporary("The language model's server does not answer.", fix="Is it running?")
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return _unreached(plain_text(str(error), (key,)))
    if isinstance(error, httpx.WriteError | httpx.WriteTimeout):
        return Temporary("The line broke while the question was sent.")
    if isinstance(error, httpx.TimeoutException):
        return too_slow()
    return Interrupted("The line broke before the answer was complete.")


def _unreached(words: str) -> ConnectorError:
    if "CERTIFICATE" in words.upper():
        return Misconfigured(f"The server's certificate is not trusted ({words}).")
    if _NO_NAME.search(words):
        return Temporary("No server has the name in the address.", fix="Is it spelled right?")
    told = _NUMBER.sub("", words)
    return Temporary(f"The language model cannot be reached ({told}).", fix="Is it running?")


def too_slow() -> Interrupted:
    return Interrupted(
        "The language model took longer than its time limit.",
        fix="Raise the limit in Settings, AI drafts, or choose a faster model.",
    )


def garbled() -> Interrupted:
    """An answer that is none: it may be billed all the same."""
    message = "The language model answered with something that cannot be read."
    return Interrupted(message, fix="Check the address in Settings, AI drafts.")


def after(headers: Mapping[str, str]) -> timedelta | None:
    """How long Retry-After asks to wait, in seconds or as a date; None when it does not say."""
    text = headers.get("retry-after", "").strip()
    with suppress(ValueError, OverflowError):
        return timedelta(seconds=max(0.0, float(text)))
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(timedelta(0), moment - clock.now())
    return None


def said_in(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer, {} when it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def error_of(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands under `error`: an object with message, code and param, or a bare sentence."""
    error = said.get("error")
    if isinstance(error, Mapping):
        return error
    words = error or said.get("message") or said.get("detail") or ""
    return {"message": words if isinstance(words, str) else json.dumps(words)}


def _words(said: Mapping[str, Any], key: str) -> str:
    return plain_text(str(error_of(said).get("message") or ""), (key,)).rstrip(".")


def _codes(said: Mapping[str, Any]) -> tuple[str, ...]:
    error = error_of(said)
    return str(error.get("code") or ""), str(error.get("type") or "")
