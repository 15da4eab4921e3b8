"""Who writes: a service is asked before it is saved; its key stays sealed, and with its server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, EventStatus, StoreSecret
from shopapp.db import current_session
from shopapp.drafts.actions.asking import Metered
from shopapp.drafts.models import ModelCall, ModelService, ServiceKind
from tests import apps, cast
from tests.canaries import canary
from tests.servers.llm import Act, LlmServer
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, form, parsed, words

PAGE = f"{HOME}/ai-drafts"
WRITER, TESTS, MODELS = f"{PAGE}/writer", f"{PAGE}/tests", f"{PAGE}/models"
KEY = canary("sk-proj-marmalade-on-toast-9x7q")


@pytest.fixture
def server(llm_server: LlmServer) -> LlmServer:
    """A service that wants the key and says it is ready."""
    llm_server.key, llm_server.usual = KEY, Act("Ready.")
    return llm_server


def typed(server: LlmServer, **values: str) -> dict[str, str]:
    fields = {"version": "1", "writer": "openai", "base_url": server.url, "secret": KEY}
    return fields | {"model": "small-model"} | values


def service(harbor: Harbor) -> ModelService | None:
    found: ModelService | None = harbor(lambda session: session.scalar(select(ModelService)))
    return found


def every(harbor: Harbor, model: Any) -> list[Any]:
    found: list[Any] = harbor(
        lambda session: session.scalars(select(model).order_by(model.id)).all()
    )
    return found


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_a_service_that_answers_is_saved_with_its_key_sealed(
    ada: FlaskClient, server: LlmServer, harbor: Harbor, headers: dict[str, str]
) -> None:
    answer = ada.post(WRITER, data=typed(server), headers=headers)
    assert answer.status_code == (200 if headers else 303)
    row = service(harbor)
    assert row is not None
    assert (row.kind, row.base_url, row.model) == (ServiceKind.OPENAI, server.url, "small-model")
    (secret,) = every(harbor, StoreSecret)
    assert (secret.provider, secret.name, secret.secret_hint) == ("llm", "api_key", "9x7q")
    page = ada.get(PAGE)
    assert "Saved, ending in 9x7q. Leave empty to keep it." in words(page)
    assert not by_id(parsed(page), "secret").get("value")
    assert KEY not in page.get_data(as_text=True)


def test_the_audit_log_says_that_the_key_was_replaced_and_not_more(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    ada.post(WRITER, data=typed(server))
    lines = every(harbor, AuditEvent)
    assert [line.action for line in lines] == ["drafts.writer_changed", "connection.saved"]
    assert lines[1].after == {"sign_in": "replaced"}
    assert KEY not in repr([(line.before, line.after) for line in lines])


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"secret": "sk-wrong"}, "secret: refused the key"),
        ({"secret": "two words"}, "secret: no spaces"),
        ({"base_url": "http://api.example/v1"}, "base_url: unencrypted"),
        ({"base_url": ""}, "base_url: no web address"),
        ({"model": ""}, "model: Enter the model’s name"),
        ({"model": "unknown"}, "model: no such model"),
        ({"model": "stubborn"}, "base_url: refused the question"),
    ],
)
def test_a_service_that_does_not_answer_is_not_saved(
    ada: FlaskClient, server: LlmServer, harbor: Harbor, values: dict[str, str], refused: str
) -> None:
    field, said = refused.split(": ")
    status = {"unknown": 404, "stubborn": 400}.get(values.get("model", ""), 200)
    server.usual = Act(status=status)
    answer = ada.post(WRITER, data=typed(server, **values), headers=PARTIAL)
    assert answer.status_code == 422
    assert said in words(answer)
    assert by_id(parsed(answer), field)["aria-invalid"] == "true"
    assert service(harbor) is None
    assert every(harbor, StoreSecret) == []


def test_a_busy_service_took_the_key_and_is_saved(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    server.fail(Act(status=429, headers={"Retry-After": "3600"}))
    assert ada.post(WRITER, data=typed(server)).status_code == 303
    assert service(harbor) is not None


def test_the_saved_key_stays_with_its_server(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    ada.post(WRITER, data=typed(server))
    asked = len(server.headers)
    assert ada.post(TESTS, data=typed(server, secret="")).status_code == 200
    assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    stranger = server.url.replace("127.0.0.1", "localhost")
    for path in (WRITER, TESTS, MODELS):
        answer = ada.post(path, data=typed(server, base_url=stranger, secret=""), headers=PARTIAL)
        assert answer.status_code == 422
        assert "Enter the key again" in words(answer)
    assert len(server.headers) == asked + 1


def test_a_key_can_be_forgotten(ada: FlaskClient, server: LlmServer, harbor: Harbor) -> None:
    ada.post(WRITER, data=typed(server))
    server.key = ""
    ada.post(WRITER, data=typed(server, secret="", without_key="1"))
    assert every(harbor, StoreSecret) == []
    assert "authorization" not in server.headers[-1]


def test_going_back_to_the_embedded_drafter_asks_nobody(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    ada.post(WRITER, data=typed(server))
    asked = len(server.requests)
    ada.post(WRITER, data=form(ada, PAGE, "writer") | {"writer": "embedded"})
    row = service(harbor)
    assert row is not None
    assert (row.kind, row.base_url) == (ServiceKind.EMBEDDED, server.url)
    assert len(server.requests) == asked


def test_a_test_that_passes_says_what_came_back_and_saves_nothing(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    answer = ada.post(TESTS, data=typed(server), headers=PARTIAL)
    assert answer.status_code == 200
    assert "It works. It said “Ready.”, for 40 tokens in and 1 out." in words(answer)
    assert service(harbor) is None
    (event,) = every(harbor, ConnectionEvent)
    assert (event.integration, event.status) == ("llm", EventStatus.SUCCESS)
    (call,) = every(harbor, ModelCall)
    assert (call.purpose, call.tokens_in) == ("test", 40)


def test_a_test_that_fails_outlives_its_own_refusal(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    answer = ada.post(TESTS, data=typed(server, secret="sk-wrong"))
    assert answer.status_code == 422
    (event,) = every(harbor, ConnectionEvent)
    assert event.status is EventStatus.FAILURE
    assert "sk-wrong" not in answer.get_data(as_text=True) + event.message


def test_a_passed_test_closes_the_circuit_of_the_saved_service(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    ada.post(WRITER, data=typed(server))

    def give_up(session: Any) -> None:
        row = session.scalars(select(ModelService)).one()
        row.failures, row.opened_until = 5, clock.now() + timedelta(minutes=5)

    harbor(give_up)
    assert "The service is left alone." in words(ada.get(PAGE))
    ada.post(TESTS, data=typed(server, secret=""))
    row = service(harbor)
    assert row is not None
    assert (row.failures, row.opened_until) == (0, None)
    assert "left alone" not in words(ada.get(PAGE))


def test_nobody_waits_for_a_lock_while_the_model_thinks(
    ada: FlaskClient, server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    chat = Metered.chat

    def looking(self: Metered, question: Any) -> Any:
        seen.append(current_session().in_transaction())
        return chat(self, question)

    monkeypatch.setattr(Metered, "chat", looking)
    assert ada.post(TESTS, data=typed(server)).status_code == 200
    assert ada.post(WRITER, data=typed(server)).status_code == 303
    assert seen == [False, False]


def test_the_services_models_are_offered(ada: FlaskClient, server: LlmServer) -> None:
    answer = ada.post(MODELS, data=typed(server, model=""), headers=PARTIAL)
    assert answer.status_code == 200
    assert "The service offers 2 models. large-model, small-model." in words(answer)
    offered = by_id(parsed(answer), "models").find_all("option")
    assert [one["value"] for one in offered] == ["large-model", "small-model"]
    refused = ada.post(MODELS, data=typed(server, secret="sk-wrong"), headers=PARTIAL)
    assert refused.status_code == 422
    assert "refused the key" in words(refused)


def test_a_well_known_service_fills_in_its_address(ada: FlaskClient) -> None:
    page = parsed(ada.get(f"{PAGE}?preset=openrouter"))
    assert by_id(page, "base_url")["value"] == "https://openrouter.ai/api/v1"
    assert by_id(page, "writer-openai").has_attr("checked")
    assert ada.get(f"{PAGE}?preset=nobody").status_code == 200


def test_two_admins_who_choose_different_models_see_both(
    ada: FlaskClient, ben: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    ada.post(WRITER, data=typed(server))
    opened = form(ada, PAGE, "writer") | {"writer": "openai"}
    ben.post(WRITER, data=opened | {"model": "large-model"})
    answer = ada.post(WRITER, data=opened | {"model": "other-model"}, headers=PARTIAL)
    assert answer.status_code == 409
    assert "Ben saved large-model ; you typed other-model ." in words(answer)
    row = service(harbor)
    assert row is not None
    assert row.model == "large-model"


def test_saving_asks_for_the_password_again_and_testing_does_not(
    ada: FlaskClient, server: LlmServer, harbor: Harbor
) -> None:
    with ada.session_transaction() as cookie:
        cookie["fs_paa"] = (clock.now() - timedelta(hours=1)).timestamp()
    assert "/verify" in ada.post(WRITER, data=typed(server)).location
    assert service(harbor) is None
    assert ada.post(TESTS, data=typed(server)).status_code == 200
    assert "Confirm it before you save" in words(ada.get(PAGE))


def test_the_seventh_test_in_a_minute_waits(config: Config, server: LlmServer) -> None:
    with apps.app_of(replace(config, ratelimit=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        answers = [
            ada.post(path, data=typed(server), headers=PARTIAL) for path in [TESTS, MODELS] * 4
        ]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Six tests a minute are enough." in words(answers[-1])
