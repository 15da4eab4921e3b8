"""AWS KMS as keyring, by its own protocol: it wraps for one store and refuses in sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest

from shopapp.config import Config
from shopapp.crypto import instance
from shopapp.crypto.envelope import CannotOpen, DataKey, new_key
from shopapp.crypto.keyrings import NO_KEYS, KeyringError, KeyringUnreachable, WrappedKey
from shopapp.crypto.kms import PREFIX, KmsKeyring
from shopapp.crypto.ring import KEPT_SECONDS, MOST_KEPT, Memory, Ring
from tests.servers.aws import REGION, AwsServer

KEY = DataKey("cdatakey", new_key())
ARN = f"arn:aws:kms:{REGION}:123456789012:key/00000000-0000-0000-0000-000000000000"
Refusing = Callable[[str], KmsKeyring]


@pytest.fixture
def arn(aws_server: AwsServer) -> str:
    """A key of this test's own."""
    return str(boto3.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def refusing(aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusing]:
    """`refusing("DisabledException")`: a keyring whose service answers every call with that."""
    code = [""]

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"__type": code[0], "message": "a secret detail"}).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()

    def refuse(with_code: str) -> KmsKeyring:
        code[0] = with_code
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        return KmsKeyring(ARN)

    yield refuse
    server.shutdown()
    server.server_close()


def test_a_wrapped_key_comes_back_for_its_store(arn: str) -> None:
    ring = KmsKeyring(arn)
    wrapped = ring.wrap(KEY, "charbor")
    assert wrapped.kek_id == ring.current == f"{PREFIX}{arn}"
    assert KEY.key not in wrapped.blob
    assert ring.unwrap(wrapped, KEY.id, "charbor") == KEY


@pytest.mark.parametrize(("key_id", "store"), [("cother", "charbor"), ("cdatakey", "chill")])
def test_a_wrapped_key_moved_elsewhere_stays_shut(arn: str, key_id: str, store: str) -> None:
    ring = KmsKeyring(arn)
    with pytest.raises(CannotOpen):
        ring.unwrap(ring.wrap(KEY, "charbor"), key_id, store)


def test_an_alias_is_kept_as_the_key_it_stands_for(arn: str) -> None:
    kms = boto3.client("kms")
    kms.create_alias(AliasName="alias/shop", TargetKeyId=arn)
    wrapped = KmsKeyring("alias/shop").wrap(KEY, "charbor")
    kms.delete_alias(AliasName="alias/shop")
    assert wrapped.kek_id == f"{PREFIX}{arn}"
    assert KmsKeyring("").unwrap(wrapped, KEY.id, "charbor") == KEY


def test_a_key_is_found_in_the_region_its_name_says(
    arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert KmsKeyring(arn).current == f"{PREFIX}{arn}"
    with pytest.raises(KeyringError, match="needs a region: set AWS_DEFAULT_REGION"):
        _ = KmsKeyring("alias/shop").current


def test_a_disabled_key_is_said(arn: str) -> None:
    boto3.client("kms").disable_key(KeyId=arn.rpartition("/")[2])
    with pytest.raises(KeyringError, match=rf"the KMS key {arn} cannot be used as it is"):
        _ = KmsKeyring(arn).current


def test_a_key_that_is_not_there_is_said(aws_server: AwsServer) -> None:
    with pytest.raises(KeyringError, match=f"there is no KMS key {ARN}: check KMS_KEY_ID"):
        KmsKeyring(ARN).wrap(KEY, "charbor")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AccessDeniedException", "allow kms:Encrypt, kms:Decrypt and kms:DescribeKey"),
        ("DisabledException", "is disabled: enable it in AWS"),
        ("KMSInvalidStateException", "enable it or cancel its deletion"),
        ("UnrecognizedClientException", "check AWS_ACCESS_KEY_ID"),
        ("InvalidSignatureException", "check AWS_SECRET_ACCESS_KEY"),
        ("ExpiredTokenException", "have expired: renew them"),
        ("InvalidKeyUsageException", "name a symmetric one"),
    ],
)
def test_a_refusal_is_one_sentence_that_says_what_to_do(
    refusing: Refusing, code: str, words: str
) -> None:
    with pytest.raises(KeyringError, match=words) as refused:
        refusing(code).unwrap(WrappedKey(f"{PREFIX}{ARN}", b"blob"), KEY.id, "charbor")
    assert "detail" not in str(refused.value)
    assert not isinstance(refused.value, KeyringUnreachable)
    assert refused.value.__suppress_context__


def test_a_service_in_trouble_may_answer_later(refusing: Refusing) -> None:
    with pytest.raises(KeyringUnreachable, match="cannot do this now"):
        refusing("KMSInternalException").wrap(KEY, "charbor")


def test_a_service_that_is_away_is_said(
    aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(KeyringUnreachable, match=r"cannot be reached \(EndpointConnectionError\)"):
        KmsKeyring(ARN).wrap(KEY, "charbor")


def test_missing_credentials_are_said(
    aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(KeyringError, match=r"no AWS credentials .* set AWS_ACCESS_KEY_ID"):
        KmsKeyring(ARN).wrap(KEY, "charbor")


def test_ten_secrets_of_a_page_are_one_call(arn: str) -> None:
    ring = Ring(lambda: NO_KEYS, KmsKeyring(arn))
    other = Ring(lambda: NO_KEYS, KmsKeyring(""))
    wrapped = ring.wrap(KEY, "charbor")
    assert other.unwrap(wrapped, KEY.id, "charbor") == KEY
    for known in (ring, other):
        known.kms.clients = {REGION: None}  # whoever calls now fails
        assert known.unwrap(wrapped, KEY.id, "charbor") == KEY


def test_a_remembered_key_is_forgotten_in_time() -> None:
    now = [0.0]
    memory = Memory(lambda: now[0])
    name = (WrappedKey("kms:x", b""), KEY.id, "charbor")
    memory.keep(name, KEY)
    now[0] = KEPT_SECONDS - 1
    assert memory.find(name) == KEY
    now[0] = KEPT_SECONDS
    assert memory.find(name) is None


def test_the_memory_is_bounded() -> None:
    memory = Memory(lambda: 0.0)
    blobs = [number.to_bytes(2, "big") for number in range(MOST_KEPT + 1)]
    names = [(WrappedKey("kms:x", blob), KEY.id, "charbor") for blob in blobs]
    for name in names:
        memory.keep(name, KEY)
    assert memory.find(names[0]) is None
    assert memory.find(names[1]) == KEY
    assert memory.find(names[-1]) == KEY


def test_a_start_with_kms_makes_no_local_key(arn: str, tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "instance", kms_key_id=arn)
    ring = instance.load(config).keyring
    assert (ring.is_remote, ring.current, ring.local.keys) == (True, f"{PREFIX}{arn}", {})
    assert not (config.instance / "keyring.json").exists()


def test_an_installation_that_began_with_kms_can_come_home(arn: str, tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "instance", kms_key_id=arn)
    wrapped = instance.load(config).keyring.wrap(KEY, "charbor")
    instance.add_key(config, "home", current=True)
    ring = instance.load(replace(config, kms_key_id="")).keyring
    assert (ring.is_remote, ring.current) == (False, "home")
    assert ring.unwrap(wrapped, KEY.id, "charbor") == KEY
