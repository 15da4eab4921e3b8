"""A desk whose store has a language model, scripted: it looks around and says what it was told."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from shopapp.connectors.llm.fake import FakeModel, Saying
from shopapp.connectors.llm.shapes import ChatModel
from shopapp.db import Session
from shopapp.drafts.actions import asking
from shopapp.drafts.models import ModelService, ServiceKind
from tests.inbox.desk import Desk

ANSWER = "Hi Nils,\n\nyour order #1001 is on its way."
Script = Callable[..., FakeModel]


def said(*lines: str, missing: tuple[str, ...] = ()) -> str:
    """An answer in the agreed form, one sentence a paragraph."""
    sentences = [{"opens": "paragraph", "text": line, "sources": ["order"]} for line in lines]
    return json.dumps({"language": "en", "sentences": sentences, "missing": list(missing)})


@pytest.fixture
def script(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Script:
    """`script("an answer", look_around=…)`: the store asks a model that says this."""
    with desk.session() as session:
        session.add(serving())

    def write(*sayings: Saying, **options: object) -> FakeModel:
        model = FakeModel(*(sayings or (said(*ANSWER.split("\n\n")),)), **options)  # type: ignore[arg-type]
        monkeypatch.setattr(asking, "metered", lambda *_, **__: _as_chat(model))
        return model

    return write


def serving(**values: object) -> ModelService:
    """The store's choice of a service."""
    known = {"kind": ServiceKind.OPENAI, "model": "fake-model", "base_url": "https://llm.example"}
    return ModelService(**(known | values))


def change(session: Session, **values: object) -> None:
    """Set what the store says of its service."""
    service = session.query(ModelService).one()
    for name, value in values.items():
        setattr(service, name, value)


def _as_chat(model: FakeModel) -> ChatModel:
    return model
