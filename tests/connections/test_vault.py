"""The vault: a secret opens on its own row of its own store, and shows itself nowhere."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from shopapp import logs
from shopapp.connections.models import DataKey, Provider, StoreSecret
from shopapp.connections.vault import Vault
from shopapp.crypto.columns import SealedValue
from shopapp.crypto.envelope import CannotOpen, new_key
from shopapp.crypto.keyrings import KeyringError, LocalKeyring
from shopapp.db import Session
from shopapp.stores.models import Store
from tests import cast
from tests.canaries import canary
from tests.conftest import OpenStore

RING = LocalKeyring({"local": new_key()}, "local")
SECRET = canary("the-kettle-is-under-the-stairs")


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


@pytest.fixture
def vault(harbor: Session) -> Vault:
    return Vault(harbor, RING)


@pytest.fixture
def row(harbor: Session, vault: Vault) -> StoreSecret:
    """A secret of harbor, sealed and committed."""
    return _sealed(harbor, vault, "first")


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What is logged, as text on stderr."""
    logs.configure("text")
    yield capfd
    structlog.reset_defaults()


def test_a_sealed_secret_opens_in_a_later_session(
    row: StoreSecret, harbor: Session, store_session: OpenStore
) -> None:
    row_id = row.id
    harbor.commit()
    later = store_session("harbor")
    again = later.get_one(StoreSecret, row_id)
    assert Vault(later, RING).open(again, "secret") == SECRET
    assert again.encryption_version == 1


def test_a_row_shows_whether_it_is_set_and_four_characters(row: StoreSecret) -> None:
    assert row.secret == SealedValue(is_set=True, hint="airs")
    assert str(row.secret) == "•••• airs"


@pytest.mark.parametrize(("secret", "hint"), [("short-secret", None), ("x" * 12 + "tail", "tail")])
def test_a_short_secret_gives_no_hint(
    row: StoreSecret, vault: Vault, secret: str, hint: str | None
) -> None:
    vault.seal(row, "secret", secret)
    assert row.secret.hint == hint


def test_a_secret_can_be_taken_out(row: StoreSecret, vault: Vault) -> None:
    vault.seal(row, "secret", None)
    assert row.secret == SealedValue(is_set=False, hint=None)
    assert vault.open(row, "secret") is None


def test_a_secret_is_written_through_the_vault_alone(row: StoreSecret, vault: Vault) -> None:
    with pytest.raises(AttributeError, match="write it through the vault"):
        row.secret = SECRET  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"StoreSecret\.name is not a sealed column"):
        vault.open(row, "name")


def test_a_ciphertext_moved_to_another_row_is_refused(
    row: StoreSecret, harbor: Session, vault: Vault
) -> None:
    other = _sealed(harbor, vault, "second")
    other.secret_ciphertext = row.secret_ciphertext
    with pytest.raises(CannotOpen, match="damaged, or moved"):
        vault.open(other, "secret")


def test_a_ciphertext_moved_to_another_column_is_refused(
    row: StoreSecret, harbor: Session, vault: Vault
) -> None:
    store = harbor.get_one(Store, cast.HARBOR.id)
    vault.seal(store, "access_token", SECRET)
    assert vault.open(store, "access_token") == SECRET
    store.access_token_ciphertext = row.secret_ciphertext
    with pytest.raises(CannotOpen, match="damaged, or moved"):
        vault.open(store, "access_token")


def test_a_ciphertext_moved_to_another_store_is_refused(
    row: StoreSecret, harbor: Session, store_session: OpenStore
) -> None:
    blob, name = row.secret_ciphertext, row.name
    harbor.commit()
    hill = store_session("hill")
    theirs = StoreSecret(provider=Provider.LLM, name=name, secret_ciphertext=blob)
    hill.add(theirs)
    hill.flush()
    with pytest.raises(CannotOpen, match="a key this store does not have"):
        Vault(hill, RING).open(theirs, "secret")


def test_a_data_key_moved_along_does_not_help(
    row: StoreSecret, harbor: Session, store_session: OpenStore
) -> None:
    """The wrapped key is sealed for its store as well."""
    key, blob = harbor.scalars(select(DataKey)).one(), row.secret_ciphertext
    key_id, wrapped = key.id, key.wrapped
    harbor.delete(key)
    harbor.commit()
    hill = store_session("hill")
    theirs = StoreSecret(provider=Provider.LLM, name="first", secret_ciphertext=blob)
    hill.add_all([theirs, DataKey(id=key_id, version=1, kek_id="local", wrapped=wrapped)])
    hill.flush()
    with pytest.raises(CannotOpen, match="damaged, or moved"):
        Vault(hill, RING).open(theirs, "secret")


def test_a_lost_keyring_is_one_clear_sentence(row: StoreSecret, harbor: Session) -> None:
    stranger = Vault(harbor, LocalKeyring({"fresh": new_key()}, "fresh"))
    with pytest.raises(KeyringError, match=r"the key 'local' .* is missing: put back the keyring"):
        stranger.open(row, "secret")


def test_stores_do_not_share_a_data_key(
    row: StoreSecret, harbor: Session, store_session: OpenStore
) -> None:
    keys = {harbor.scalars(select(DataKey.id)).one()}
    harbor.commit()
    hill = store_session("hill")
    _sealed(hill, Vault(hill, RING), "first")
    assert keys.isdisjoint(hill.scalars(select(DataKey.id)).all())


def test_many_secrets_of_a_store_share_its_key(harbor: Session, vault: Vault) -> None:
    for name in ("first", "second", "third"):
        _sealed(harbor, vault, name)
    assert len(harbor.scalars(select(DataKey)).all()) == 1


def test_the_database_never_holds_the_plaintext(row: StoreSecret) -> None:
    assert row.secret_ciphertext is not None
    assert SECRET.encode() not in row.secret_ciphertext
    assert _leaks(repr(vars(row))) == []


def test_nothing_sealed_is_in_repr_str_or_pickle(row: StoreSecret, vault: Vault) -> None:
    assert _leaks(f"{row} {row!r} {row.secret!r} {vault!r} {vars(vault)}") == []
    assert SECRET.encode() not in pickle.dumps(row)


def test_nothing_sealed_is_in_the_log(
    row: StoreSecret, vault: Vault, said: pytest.CaptureFixture[str]
) -> None:
    opened = vault.open(row, "secret")
    log = structlog.get_logger("test")
    log.info("secret.opened", row=row, value=row.secret, keyring=RING, secret=opened)
    log.info("mail.sending", token=opened, url=f"smtp://kettle:{opened}@mail.example")
    row.secret_ciphertext = b"\x01damaged"
    try:
        vault.open(row, "secret")
    except CannotOpen:
        log.exception("secret.broken")
    text = said.readouterr().err
    assert "secret.broken" in text
    assert "CannotOpen" in text
    assert _leaks(text) == []


def test_a_statement_that_fails_does_not_show_its_values(
    row: StoreSecret, harbor: Session, vault: Vault
) -> None:
    vault.seal(row, "secret", SECRET)
    row.provider = "teapot"  # type: ignore[assignment]
    with pytest.raises(StatementError) as refused:
        harbor.flush()
    assert _leaks(str(refused.value)) == []


def _sealed(session: Session, vault: Vault, name: str) -> StoreSecret:
    row = StoreSecret(provider=Provider.LLM, name=name)
    session.add(row)
    vault.seal(row, "secret", SECRET)
    session.flush()
    return row


def _leaks(text: str) -> list[str]:
    """The secret's words in `text`; its last four characters are its hint and may show."""
    return re.findall("canary|kettle-is|under-the", text)
