"""AI drafts: the terms on which drafts are written, and two admins who change them at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.drafts.actions.spending import month_of
from shopapp.drafts.models import CallState, ModelCall, ModelMonth, ModelService, ServiceKind
from shopapp.mail.models import Mailbox
from tests import apps, cast
from tests.conftest import SignIn
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, form, parsed, words

PAGE = f"{HOME}/ai-drafts"
TERMS = {
    "version": "1",
    "temperature": "0,7",
    "language": "de",
    "timeout_seconds": "45",
    "monthly_budget": "20",
    "input_price": "0.15",
    "output_price": "0.60",
    "masks_people": "1",
    "hold_out": "10",
}


def service(harbor: Harbor) -> ModelService | None:
    found: ModelService | None = harbor(lambda session: session.scalar(select(ModelService)))
    return found


def two_mailboxes(harbor: Harbor) -> None:
    def add(session: object) -> None:
        for name in ("help", "sales"):
            session.add(Mailbox(address=f"{name}@shop.example"))  # type: ignore[attr-defined]

    harbor(add)


def test_until_somebody_chooses_the_embedded_drafter_writes(
    ada: FlaskClient, harbor: Harbor
) -> None:
    page = ada.get(PAGE)
    assert by_id(parsed(page), "writer-embedded").has_attr("checked")
    assert "Nothing leaves this machine." in words(page)
    assert "the customer’s mail and earlier messages" in words(page)
    assert service(harbor) is None


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_terms_are_saved_and_written_down(
    ada: FlaskClient, harbor: Harbor, headers: dict[str, str]
) -> None:
    two_mailboxes(harbor)
    typed = TERMS | {"mailboxes": "sales@shop.example"}
    answer = ada.post(PAGE, data=typed, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    row = service(harbor)
    assert row is not None
    assert (row.kind, row.temperature, row.language) == (ServiceKind.EMBEDDED, 0.7, "de")
    assert (row.monthly_budget, row.input_price) == (Decimal(20), Decimal("0.15"))
    assert (row.hold_out, row.timeout_seconds, row.masks_people) == (10, 45, True)
    drafted = harbor(
        lambda session: session.scalars(select(Mailbox.address).where(Mailbox.is_drafted)).all()
    )
    assert drafted == ["sales@shop.example"]
    event = harbor(lambda session: session.scalars(select(AuditEvent)).one())
    assert (event.action, event.after["monthly_budget"]) == ("drafts.terms_changed", "20")
    shown = form(ada, PAGE, "ai-drafts")
    assert (shown["temperature"], shown["input_price"]) == ("0.7", "0.15")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"temperature": "3"}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"language": "xx"}, "language"),
        ({"timeout_seconds": "4"}, "timeout_seconds"),
        ({"hold_out": "51"}, "hold_out"),
        ({"hold_out": "-1"}, "hold_out"),
        ({"monthly_budget": "much"}, "monthly_budget"),
        ({"input_price": "0.00001"}, "input_price"),
        ({"output_price": ""}, "output_price"),
        ({"input_price": "", "output_price": ""}, "input_price"),
    ],
)
def test_terms_that_cannot_be_are_refused_on_their_field(
    ada: FlaskClient, harbor: Harbor, typed: dict[str, str], field: str
) -> None:
    answer = ada.post(PAGE, data=TERMS | typed, headers=PARTIAL)
    assert answer.status_code == 422
    page = parsed(answer)
    assert by_id(page, field)["aria-invalid"] == "true"
    assert by_id(page, "timeout_seconds")["value"] == (TERMS | typed)["timeout_seconds"]
    assert service(harbor) is None


def test_two_admins_who_change_other_fields_both_succeed(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    opened = form(ada, PAGE, "ai-drafts")
    ben.post(PAGE, data=opened | {"hold_out": "20"})
    assert ada.post(PAGE, data=opened | {"timeout_seconds": "60"}).status_code == 303
    row = service(harbor)
    assert row is not None
    assert (row.hold_out, row.timeout_seconds) == (20, 60)


def test_two_admins_who_change_the_same_field_see_both_values(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    opened = form(ada, PAGE, "ai-drafts")
    ben.post(PAGE, data=opened | {"hold_out": "20"})
    answer = ada.post(PAGE, data=opened | {"hold_out": "5"}, headers=PARTIAL)
    assert answer.status_code == 409
    assert "Ben saved 20 ; you typed 5 ." in words(answer)
    kept = filled(parsed(answer), "ai-drafts")
    theirs = kept | {"theirs": "hold_out"}
    assert ada.post(PAGE, data=theirs).status_code == 303
    row = service(harbor)
    assert row is not None
    assert row.hold_out == 20


def test_this_months_money_and_calls_are_shown(ada: FlaskClient, harbor: Harbor) -> None:
    ada.post(PAGE, data=TERMS)

    def spend(session: object) -> None:
        month = month_of(session)  # type: ignore[arg-type]
        rows = [
            ModelMonth(month=month, spent=Decimal("4.5"), reserved=Decimal("0.5")),
            ModelMonth(month="2020-01", spent=Decimal(99)),
            ModelCall(month=month, model="m", purpose="draft", state=CallState.FAILED),
            ModelCall(month=month, model="m", purpose="draft", reserved=Decimal("0.5")),
        ]
        session.add_all(rows)  # type: ignore[attr-defined]

    harbor(spend)
    page = ada.get(PAGE)
    assert "5.00 of 20.00" in words(page)
    assert float(str(by_id(parsed(page), "budget")["value"])) == 25
    assert "Calls 2 Of these in vain 1" in words(page)
    assert "1 of the calls were made without known prices" in words(page)


@pytest.mark.parametrize("path", ["", "/writer", "/tests", "/models"])
def test_only_admins_change_anything(sign_in: SignIn, path: str) -> None:
    assert sign_in(cast.BEN).post(PAGE + path, data=TERMS).status_code == 403
    assert sign_in(cast.BEN).get(PAGE).status_code == 403


def test_the_page_takes_as_many_statements_however_much_there_is(
    config: Config, harbor: Harbor
) -> None:
    with apps.app_of(replace(config, debug_headers=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        ada.post(PAGE, data=TERMS)
        before = int(ada.get(PAGE).headers["X-Queries"])
        two_mailboxes(harbor)
        ada.post(PAGE, data=TERMS | {"hold_out": "3"})
        assert int(ada.get(PAGE).headers["X-Queries"]) == before
    assert before <= 10
