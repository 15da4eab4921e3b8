"""A provider's request is verified, stored and acknowledged once, or refused and not stored."""

from __future__ import annotations

import base64
import hmac
import io
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from shopapp import clock
from shopapp.config import Config
from shopapp.hooks.actions import taking
from shopapp.inbox.models import Ticket
from shopapp.mail.files import Files
from shopapp.mail.originals import LARGE
from shopapp.tenancy import store_transaction
from tests import cast
from tests.hooks.conftest import Hook
from tests.inbox.desk import letter

RAW = letter("Where is my tea? Grüße", message_id="<hooked@mail.example>")
LATIN = RAW.replace(b"tea?", b"th\xe9?")


def basic(secret: str) -> dict[str, str]:
    pair = base64.b64encode(f"hook:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def test_a_signed_mail_is_stored_and_becomes_a_ticket(hook: Hook) -> None:
    answer = hook.signed(RAW)
    assert (answer.status_code, answer.text, hook.stored()) == (200, "Stored.\n", [RAW])
    hook.work()
    with hook.app.app_context(), store_transaction(cast.HARBOR.id) as session:
        newest = select(Ticket.subject).order_by(Ticket.number.desc()).limit(1)
        assert session.scalar(newest) == "Where is my parcel?"
    assert hook.row().deliveries == 1


def test_the_same_mail_twice_is_stored_once(hook: Hook) -> None:
    assert hook.signed(RAW).status_code == 200
    again = hook.signed(RAW)
    assert (again.status_code, again.text, len(hook.stored())) == (200, "Here already.\n", 1)


@pytest.mark.parametrize("wrong", ["signature", "secret", "old", "future", "stamp", "nothing"])
def test_what_does_not_know_the_secret_is_refused_and_not_stored(hook: Hook, wrong: str) -> None:
    ago = timedelta(minutes=6 if wrong == "old" else -6)
    stamp = str(int((clock.now() - ago).timestamp()))
    sent: dict[str, Any] = {
        "signature": {"signature": "sha256=" + "0" * 64},
        "secret": {"secret": "another secret"},
        "old": {"stamp": stamp},
        "future": {"stamp": stamp},
        "stamp": {"stamp": "yesterday"},
        "nothing": {"signature": "é"},
    }[wrong]
    assert hook.signed(RAW, **sent).status_code == 401
    assert hook.stored() == []
    assert hook.row().failures == 1
    assert (hook.row().last_failure or "").startswith("Not taken: ")


def test_a_signature_of_other_bytes_does_not_fit(hook: Hook) -> None:
    stamp = str(int(clock.now().timestamp()))
    signature = taking.signatures.signature_of(hook.secret, stamp, b"other bytes")
    assert hook.signed(RAW, stamp=stamp, signature=signature).status_code == 401


def test_an_unknown_address_is_a_404(hook: Hook) -> None:
    for token in ("nobody", "-", f"{cast.HARBOR.id}-nobody", f"{cast.HILL.id}-nobody"):
        assert hook.provider.post(f"/hooks/mail/{token}", data=RAW).status_code == 404
    assert hook.stored() == []


def test_mailgun_posts_a_form_and_signs_timestamp_and_token(hook: Hook) -> None:
    stamp = str(int((clock.now() - timedelta(hours=7)).timestamp()))
    signature = hmac.new(hook.secret.encode(), f"{stamp}token".encode(), "sha256").hexdigest()
    form = {"timestamp": stamp, "token": "token", "signature": signature}
    file = (io.BytesIO(LATIN), "message.mime", "message/rfc822")
    assert hook.provider.post(hook.url, data={**form, "body-mime": file}).status_code == 200
    assert hook.stored() == [LATIN]
    form["token"] = "another"
    assert hook.provider.post(hook.url, data={**form, "body-mime": RAW.decode()}).status_code == 401


def test_sendgrid_posts_the_raw_mail_with_a_password(hook: Hook) -> None:
    form = {"email": RAW.decode(), "from": "nils@mail.example"}
    answer = hook.provider.post(
        hook.url, data=form, content_type="multipart/form-data", headers=basic(hook.secret)
    )
    assert (answer.status_code, hook.stored()) == (200, [RAW])
    assert hook.provider.post(hook.url, data=form, headers=basic("guess")).status_code == 401


def test_postmark_posts_json_with_a_password(hook: Hook) -> None:
    body = json.dumps({"From": "nils@mail.example", "RawEmail": RAW.decode()})
    answer = hook.provider.post(
        hook.url, data=body, content_type="application/json", headers=basic(hook.secret)
    )
    assert (answer.status_code, hook.stored()) == (200, [RAW])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"TextBody": "only words"}', "application/json"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b"text=only", "application/x-www-form-urlencoded"),
        (b"<mail/>", "text/xml"),
        (b"  ", "message/rfc822"),
    ],
)
def test_a_request_without_a_raw_mail_is_told_so(hook: Hook, body: bytes, kind: str) -> None:
    answer = hook.provider.post(hook.url, data=body, content_type=kind, headers=basic(hook.secret))
    assert (answer.status_code, hook.stored()) == (400, [])
    assert hook.row().last_failure == answer.text.strip()


def test_a_mail_of_more_than_50_mb_is_too_large(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking.sources, "LIMIT", 100)
    assert hook.signed(RAW).status_code == 413
    assert hook.stored() == []


def test_a_large_mail_is_kept_as_a_file_once_it_is_verified(hook: Hook, config: Config) -> None:
    raw, files = RAW + b"." * LARGE, Files.of(config, cast.HARBOR.id)
    digest = sha256(raw).hexdigest()
    assert hook.signed(raw, secret="a wrong secret").status_code == 401
    assert not files.exists(digest)
    assert [hook.signed(raw).text for _ in range(2)] == ["Stored.\n", "Here already.\n"]
    assert (hook.stored(), files.read(digest)) == ([b""], raw)


def test_a_store_that_fails_asks_the_provider_to_come_again(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(taking, "store_raw", full)
        assert hook.signed(RAW).status_code == 503
    assert hook.stored() == []
    assert hook.signed(RAW).status_code == 200


def test_the_secret_before_is_taken_for_two_days(
    hook: Hook, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, hook.app.config["WTF_CSRF_ENABLED"] = hook.secret, False
    hook.rotate()
    assert hook.secret != before
    assert hook.signed(RAW, secret=before).status_code == 200
    assert hook.signed(LATIN).status_code == 200
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert hook.signed(RAW, secret=before).status_code == 401
    assert hook.signed(RAW).status_code == 200


def test_a_revoked_hook_takes_nothing(hook: Hook) -> None:
    hook.app.config["WTF_CSRF_ENABLED"] = False
    hook.ada.post(f"/harbor/settings/mail-hooks/{hook.row().id}/revocation")
    assert hook.signed(RAW).status_code == 404


def test_the_secret_is_shown_once_and_the_page_says_how_it_fares(hook: Hook) -> None:
    hook.signed(RAW)
    hook.signed(RAW, secret="a wrong secret")
    page = hook.ada.get("/harbor/settings/mail-hooks").text
    assert hook.secret not in page
    assert "1 in all" in page
    assert "the signature is wrong" in page
    assert f"http://127.0.0.1:8000{hook.url}" in page


def test_a_providers_own_key_is_taken_unless_it_is_short(hook: Hook) -> None:
    hook.app.config["WTF_CSRF_ENABLED"] = False
    answer = hook.make(signing_key="short")
    assert answer.status_code == 422
    assert "at least 16 characters" in answer.text
