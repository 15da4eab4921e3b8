"""A hook of Harbor's mailbox, as the admin makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopapp import clock
from shopapp.hooks.signatures import signature_of
from shopapp.jobs import worker
from shopapp.mail.models import Mailbox, MailHook, RawMail
from shopapp.stores.models import Store
from shopapp.tenancy import store_transaction
from tests import cast
from tests.conftest import SignIn

PAGE = "/harbor/settings/mail-hooks"


@dataclass
class Hook:
    """Ada's browser, a provider, and the address between them."""

    app: Flask
    ada: FlaskClient
    provider: FlaskClient
    url: str = ""
    secret: str = ""

    def make(self, **form: str) -> TestResponse:
        with self.app.app_context(), store_transaction(cast.HARBOR.id) as session:
            mailbox = session.scalars(select(Mailbox.id)).first()
        answer = self.ada.post(PAGE, data={"mailbox_id": mailbox, **form})
        self._note(answer)
        return answer

    def rotate(self) -> None:
        self._note(self.ada.post(f"{PAGE}/{self.row().id}/secret"))

    def row(self) -> MailHook:
        with self.app.app_context(), store_transaction(cast.HARBOR.id) as session:
            row = session.scalars(select(MailHook)).one()
            session.expunge(row)
        return row

    def signed(
        self, raw: bytes, *, secret: str = "", stamp: str = "", signature: str = ""
    ) -> TestResponse:
        """Post a mail as the example on the page does."""
        stamp = stamp or str(int(clock.now().timestamp()))
        right = signature_of(secret or self.secret, stamp, raw)
        headers = {"X-Shopapp-Timestamp": stamp, "X-Shopapp-Signature": signature or right}
        return self.provider.post(
            self.url, data=raw, headers=headers, content_type="message/rfc822"
        )

    def stored(self) -> list[bytes]:
        """The bytes of every mail that came by a hook."""
        with self.app.app_context(), store_transaction(cast.HARBOR.id) as session:
            theirs = select(RawMail.content).where(RawMail.origin == "webhook")
            return [each or b"" for each in session.scalars(theirs.order_by(RawMail.id))]

    def work(self) -> None:
        worker.drain(self.app)

    def _note(self, answer: TestResponse) -> None:
        found = re.search(r"http://[^<\s]*(/hooks/mail/[\w-]+)", answer.text)
        secret = re.search(r'id="hook-secret">([^<]+)<', answer.text)
        assert found
        self.url, self.secret = found[1], secret[1] if secret else self.secret


@pytest.fixture
def hook(app: Flask, sign_in: SignIn) -> Hook:
    """A hook with a secret of its own."""
    with app.app_context(), store_transaction(cast.HARBOR.id) as session:
        session.add(Mailbox(address="help@harbor.example", is_default=True))
        session.get_one(Store, cast.HARBOR.id).ticket_count = 100
    app.config["WTF_CSRF_ENABLED"] = False
    made = Hook(app, sign_in(cast.ADA), app.test_client())
    made.make()
    app.config["WTF_CSRF_ENABLED"] = True  # providers have no token
    return made
