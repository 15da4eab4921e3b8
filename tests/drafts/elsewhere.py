"""Drafts that are no replies, in tests: a scripted model, a service over HTTP, the editor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.connectors.llm.fake import FakeModel, Saying
from shopapp.drafts.actions import asking
from shopapp.drafts.models import AiDraftRevision
from tests.conftest import OpenStore
from tests.inbox.modelled import serving
from tests.inbox.reading import PARTIAL
from tests.servers.llm import LlmServer

__all__ = ["PARTIAL"]
Model = Callable[..., FakeModel]


@pytest.fixture
def model(store_session: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Model:
    """`model("an answer", look_around=…)`: harbor asks a model that says this."""
    with store_session("harbor") as session:
        session.add(serving())
        session.commit()

    def write(*sayings: Saying, **options: Any) -> FakeModel:
        scripted = FakeModel(*sayings, **options)
        monkeypatch.setattr(asking, "metered", lambda *_, **__: scripted)
        return scripted

    return write


@pytest.fixture
def served(store_session: OpenStore) -> Iterator[LlmServer]:
    """A service on loopback that harbor asks; it keeps OpenAI's contract."""
    server = LlmServer(key="")
    server.start()
    with store_session("harbor") as session:
        session.add(serving(base_url=server.url, model="small-model"))
        session.commit()
    yield server
    server.stop()


def said(*lines: str) -> str:
    """An answer in the agreed form, one sentence a paragraph."""
    told = [{"opens": "paragraph", "text": line, "sources": []} for line in lines]
    return json.dumps({"language": "en", "sentences": told, "missing": []})


def typed(client: FlaskClient, editor: str, **changes: Any) -> dict[str, Any]:
    """What the editor's form would post."""
    page = BeautifulSoup(client.get(editor).text, "html.parser")
    body, version = page.select_one("#body"), page.select_one("[name=version]")
    assert body is not None
    assert version is not None
    return {"body": body.text.removeprefix("\n"), "version": version["value"], **changes}


def texts(store_session: OpenStore) -> list[str]:
    """Every text that was saved, in order."""
    with store_session("harbor") as session:
        session.reading = True
        saved = select(AiDraftRevision.body).order_by(AiDraftRevision.id)
        return list(session.scalars(saved))
