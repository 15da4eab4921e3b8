"""From a backup to a restored installation: nothing lost, nothing sent twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.config import Config
from shopapp.connections.vault import Vault
from shopapp.crypto import instance
from shopapp.db import db, new_session
from shopapp.inbox.models import Ticket
from shopapp.jobs import quiet, worker
from shopapp.mail import outbox, queries
from shopapp.mail.models import OutboundState
from shopapp.ops.backups import loading, redactions, verifying
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.backups.restoring import Restored, restore
from shopapp.ops.models import RequestKind
from shopapp.ops.privacy import actions as privacy
from shopapp.ops.privacy import people
from shopapp.ops.privacy.remembering import remember
from shopapp.stores.models import Store
from tests.jobs.scaffold import Shop, bare_app
from tests.mail.posting import hurry, post, stored
from tests.ops.backups.conftest import Vaulted, attach
from tests.servers.smtp import SmtpServer

NILS = "nils@mail.example"


def restored(vaulted: Vaulted, config: Config, artefact: str, **options: bool) -> Restored:
    return restore(config, vaulted.place, artefact, vaulted.identity, **options)


@pytest.fixture
def again(vaulted: Vaulted) -> Iterator[Shop]:
    """The restored installation, once there is one; its keys were carried there by hand."""
    shutil.copytree(vaulted.config.instance, vaulted.elsewhere.instance)
    shutil.rmtree(vaulted.elsewhere.instance / "attachments", ignore_errors=True)
    app = bare_app(vaulted.elsewhere)
    yield Shop(app)
    with app.app_context():
        db.engine.dispose()


def rows(shop: Shop) -> list[int]:
    with shop.session() as session:
        counted = (Ticket, Order, AuditEvent)
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in counted]


def test_rows_secrets_and_files_come_back(vaulted: Vaulted, again: Shop) -> None:
    file = attach(vaulted.shop, b"a photo")
    with vaulted.shop.session() as session:
        store = session.get_one(Store, vaulted.shop.store_id)
        keyring = instance.load(vaulted.config).keyring
        Vault(session, keyring).seal(store, "access_token", "shpat_secret")
    made = vaulted.back_up()
    done = restored(vaulted, vaulted.elsewhere, made.manifest.artefact)
    assert (done.manifest.files, done.missing_keys, done.replaced) == (1, [], None)
    assert rows(again) == rows(vaulted.shop)
    copy = again.config.instance / file.relative_to(vaulted.config.instance)
    assert copy.read_bytes() == b"a photo"
    with again.session() as session:
        store = session.get_one(Store, again.store_id)
        assert Vault(session, keyring).open(store, "access_token") == "shpat_secret"


def test_what_was_delivered_since_is_not_delivered_again(
    vaulted: Vaulted, again: Shop, smtp_server: SmtpServer
) -> None:
    vaulted.shop.use_smtp(smtp_server.url)
    again.use_smtp(smtp_server.url)
    mail_id = post(vaulted.shop)
    made = vaulted.back_up()
    assert worker.drain(vaulted.shop.app) == 1
    smtp_server.wait_for(1)
    assert restored(vaulted, again.config, made.manifest.artefact).held_mails == 1
    with again.session(bound=False) as session:
        assert quiet.state(session).quiesced_because.startswith("It was restored")  # type: ignore[union-attr]
        assert quiet.resume(session, by="Ada")
    hurry(again)
    worker.drain(again.app)
    assert stored(again, mail_id).state == OutboundState.UNKNOWN
    assert len(smtp_server.deliveries) == 1


def test_a_held_mail_leaves_when_a_person_says_so(
    vaulted: Vaulted, again: Shop, smtp_server: SmtpServer
) -> None:
    again.use_smtp(smtp_server.url)
    mail_id = post(vaulted.shop)
    restored(vaulted, again.config, vaulted.back_up().manifest.artefact)
    with again.session() as session:
        quiet.resume(session, by="Ada")
        mail = queries.outbound_mail(session, mail_id)
        assert mail is not None
        outbox.resolve_unknown(session, mail, outbox.Resolution.SEND_AGAIN, again.ada(session))
    worker.drain(again.app)
    assert stored(again, mail_id).state == OutboundState.SENT


def test_redactions_are_done_again(
    vaulted: Vaulted, again: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redactions, "_hooks", {})

    @redactions.on_replay("ticket")
    def forget(redaction: redactions.Redaction) -> None:
        from shopapp.tenancy import store_transaction

        with store_transaction(redaction["store_id"]) as session:
            for ticket in session.scalars(select(Ticket)):
                ticket.subject = "[redacted]"

    made = vaulted.back_up()
    redactions.note(vaulted.config, {"kind": "ticket", "store_id": vaulted.shop.store_id})
    shutil.rmtree(vaulted.elsewhere.instance / "redactions", ignore_errors=True)
    assert restored(vaulted, again.config, made.manifest.artefact).redactions == 1
    with again.session() as session:
        assert set(session.scalars(select(Ticket.subject))) == {"[redacted]"}
    monkeypatch.setattr(redactions, "_hooks", {})
    with pytest.raises(BackupError, match="cannot be replayed: ticket"):
        restored(vaulted, again.config, made.manifest.artefact, force=True)


def test_a_customer_redacted_since_is_redacted_again(vaulted: Vaulted, again: Shop) -> None:
    made, shop = vaulted.back_up(), vaulted.shop
    with shop.session() as session:
        person = people.named(session, NILS)
        assert person is not None
    remember(vaulted.config, RequestKind.REDACT_CUSTOMER, shop.store_id, person.hashes)
    with shop.session() as session:
        privacy.redact_customer(session, person, config=vaulted.config, by=None)
    restored(vaulted, again.config, made.manifest.artefact)
    with again.session() as session:
        assert people.named(session, NILS) is None


def test_a_store_redacted_since_is_not_brought_back(vaulted: Vaulted, again: Shop) -> None:
    made, store_id = vaulted.back_up(), vaulted.shop.store_id
    remember(vaulted.config, RequestKind.REDACT_STORE, store_id)
    restored(vaulted, again.config, made.manifest.artefact)
    with again.app.app_context(), closing(new_session()) as session:
        assert session.get(Store, store_id) is None
        assert session.scalars(select(Store.handle)).all() == ["hill"]


def test_stores_are_replaced_only_by_force(vaulted: Vaulted, again: Shop) -> None:
    made = vaulted.back_up()
    restored(vaulted, again.config, made.manifest.artefact)
    before = rows(again)
    with pytest.raises(BackupError, match="--force"):
        restored(vaulted, again.config, made.manifest.artefact)
    with again.session() as session:
        session.delete(session.scalars(select(Ticket)).first())
    with again.app.app_context():
        db.engine.dispose()
    done = restored(vaulted, again.config, made.manifest.artefact, force=True)
    assert rows(again) == before
    if done.replaced:
        assert done.replaced.stat().st_size > 0


def test_the_full_verification_restores_opens_secrets_and_signs(vaulted: Vaulted) -> None:
    with vaulted.shop.session() as session:
        store = session.get_one(Store, vaulted.shop.store_id)
        keys = instance.load(vaulted.config)
        Vault(session, keys.keyring).seal(store, "access_token", "shpat_secret")
    made = vaulted.back_up().manifest
    proof = verifying.prove(vaulted.config, vaulted.place, made.artefact, vaulted.identity)
    assert (proof.problem, proof.rows, proof.secrets_opened) == ("", made.rows, 1)
    assert proof.is_genuine(keys.secret_key)
    assert not replace(proof, rows=0).is_genuine(keys.secret_key)


def test_a_keyring_that_lacks_a_key_fails_the_verification(vaulted: Vaulted) -> None:
    with vaulted.shop.session() as session:
        store = session.get_one(Store, vaulted.shop.store_id)
        keyring = instance.load(vaulted.config).keyring
        Vault(session, keyring).seal(store, "access_token", "shpat_secret")
    made = vaulted.back_up().manifest
    assert made.key_ids == [keyring.current]
    keyring_file = vaulted.config.instance / "keyring.json"
    stored_keys = json.loads(keyring_file.read_text())
    stored_keys["keys"] = {"another": next(iter(stored_keys["keys"].values()))}
    keyring_file.write_text(json.dumps({**stored_keys, "current": "another"}))
    proof = verifying.prove(vaulted.config, vaulted.place, made.artefact, vaulted.identity)
    assert "is missing" in proof.problem


def test_a_manifest_tells_nothing_secret_and_nothing_of_customers(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    beside = (vaulted.place.path / f"{made.artefact}.json").read_text()
    assert json.loads(beside)["salt"] == ""
    keyring = (vaulted.config.instance / "keyring.json").read_text()
    assert json.loads(keyring)["keys"].popitem()[1] not in beside
    for word in ("harbor", ".example", "AGE-SECRET", "password"):
        assert word not in beside


def test_a_second_backup_waits_for_the_first(vaulted: Vaulted) -> None:
    from shopapp.ops.backups.creating import scratch

    left = vaulted.config.instance / ".backup-killed"
    left.mkdir()
    with scratch(vaulted.config.instance):
        assert not left.exists()
        with pytest.raises(BackupError, match="another backup"):
            vaulted.back_up()


def test_one_without_a_recipient_needs_to_be_asked_for(vaulted: Vaulted, tmp_path: Path) -> None:
    from shopapp.ops.backups.creating import create

    plain = replace(vaulted.config, backup_recipient="")
    with pytest.raises(BackupError, match="BACKUP_RECIPIENT is not set"):
        create(plain)
    with pytest.raises(BackupError, match="always encrypted"):
        create(plain, to="s3://bucket/prefix", is_plain=True)
    made = create(plain, is_plain=True).manifest
    assert verifying.prove(vaulted.config, vaulted.place, made.artefact, None).problem == ""


@pytest.mark.dialects("postgresql")
def test_a_given_scratch_database_is_left_empty(vaulted: Vaulted) -> None:
    made = vaulted.back_up().manifest
    given = replace(vaulted.config, shadow_database_url=vaulted.elsewhere.database_url)
    assert verifying.prove(given, vaulted.place, made.artefact, vaulted.identity).problem == ""
    assert loading.tallies_of(given.shadow_database_url, b"salt") == {}
