"""OpenAI's published contract of chat completions, for either side of a conversation."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FILE = (
    Path(os.environ.get("SHOPAPP_CONTRACTS", Path(__file__).parents[2] / "../shared/contracts"))
    / "openai/openai-chat-subset.json"
).resolve()
ASKED, WHOLE, CHUNK = (
    "CreateChatCompletionRequest",
    "CreateChatCompletionResponse",
    "CreateChatCompletionStreamResponse",
)
MODELS, REFUSAL = "ListModelsResponse", "ErrorResponse"
_PLACE = "openai:"


def required() -> None:
    """Skip the test, by name, where the contract is not there."""
    if not FILE.is_file():
        pytest.skip(f"no contract: {FILE} is missing (set SHOPAPP_CONTRACTS)")


def faults(name: str, value: Any) -> list[str]:
    """What is wrong with `value` as a `name`: nothing, where the contract is not there."""
    if not FILE.is_file():
        return []
    wrong = [
        f"{name}{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)
    ]
    if name == ASKED:
        wrong += [f"{name}: {field} is unknown" for field in value if field not in _fields(name)]
    return wrong


@cache
def _validator(name: str) -> Draft202012Validator:
    resource = Resource.from_contents(_document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(_PLACE, resource)
    return Draft202012Validator({"$ref": f"{_PLACE}#/components/schemas/{name}"}, registry=registry)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = _plain(json.loads(FILE.read_text()))
    return document


def _plain(schema: Any) -> Any:
    """As JSON Schema has it: `nullable` is a word of OpenAPI 3.0 that the document still uses."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _plain(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made


@cache
def _fields(name: str) -> frozenset[str]:
    return frozenset(_named(_document()["components"]["schemas"][name]))


def _named(schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _named(_document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    inherited: set[str] = set().union(*(_named(one) for one in schema.get("allOf", ())))
    return inherited | set(schema.get("properties", ()))
