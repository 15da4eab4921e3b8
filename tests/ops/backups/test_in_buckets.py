"""Backups in a bucket: put, checked, restored, locked and pruned through S3's protocol."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from shopapp import clock
from shopapp.connectors.errors import AuthFailed, Misconfigured, Temporary
from shopapp.connectors.s3.client import Bucket
from shopapp.ops.backups import listing, manifests, redactions, verifying
from shopapp.ops.backups.creating import create, destination
from shopapp.ops.backups.restoring import restore
from tests.ops.backups.conftest import Vaulted
from tests.servers.aws import AwsServer

pytestmark = pytest.mark.dialects("sqlite")


@pytest.fixture
def bucket(aws_server: AwsServer, vaulted: Vaulted) -> str:
    """A bucket with object lock, where the shop's backups go."""
    name = f"kept-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        ObjectLockEnabledForBucket=True,
    )
    vaulted.set(backup_to=f"s3://{name}/shop")
    return name


def test_a_backup_goes_to_a_bucket_and_comes_back(vaulted: Vaulted, bucket: str) -> None:
    place = destination(vaulted.config)
    made = create(vaulted.config).manifest
    assert listing.newest(place) == made.artefact
    assert verifying.check(place, made.artefact).sha256 == made.sha256
    proof = verifying.prove(vaulted.config, place, made.artefact, vaulted.identity)
    assert proof.problem == ""
    assert [each.is_proved for each in listing.kept(place)] == [True]
    done = restore(vaulted.elsewhere, place, made.artefact, vaulted.identity)
    assert done.manifest.tables == made.tables


def test_a_large_artefact_goes_in_parts(
    bucket: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (big := tmp_path / "big").write_bytes(bytes(17 * 1024 * 1024))
    place = Bucket(bucket, "/shop/")
    place.put("big", big)
    tag = boto3.client("s3").head_object(Bucket=bucket, Key="shop/big")["ETag"]
    assert tag.strip('"').endswith("-2")
    assert sum(map(len, place.chunks("big"))) == place.size("big") == 17 * 1024 * 1024
    place.remove("big")
    assert (place.names(), place.size("big"), place.read("big")) == ([], None, None)


def test_a_lock_is_asked_for(vaulted: Vaulted, bucket: str) -> None:
    vaulted.set(backup_object_lock_days=7)
    made = create(vaulted.config).manifest
    held = boto3.client("s3").head_object(Bucket=bucket, Key=f"shop/{made.artefact}")
    assert held["ObjectLockMode"] == "COMPLIANCE"
    until = held["ObjectLockRetainUntilDate"] - clock.now()
    assert timedelta(days=6) < until <= timedelta(days=7)


def test_a_bucket_that_is_not_there_or_not_ours_is_said(
    aws_server: AwsServer, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Misconfigured, match="no bucket called nowhere"):
        Bucket("nowhere").names()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(Temporary, match="cannot be reached"):
        Bucket(bucket).names()


def test_a_refused_key_is_said() -> None:
    from botocore.exceptions import ClientError

    from shopapp.connectors.s3.client import _translated

    refused = ClientError({"Error": {"Code": "InvalidAccessKeyId"}}, "ListObjectsV2")
    assert isinstance(_translated(refused, "kept"), AuthFailed)


def test_redactions_lie_beside_the_backups(vaulted: Vaulted, bucket: str) -> None:
    redactions.note(vaulted.config, {"kind": "customer", "store_id": "s", "customer_id": "c"})
    (there,) = Bucket(bucket, "shop").names("redactions/")
    assert there.startswith("redactions/")
    away = replace(vaulted.config, instance=vaulted.elsewhere.instance)
    (noted,) = redactions.noted(away)
    assert (noted["kind"], noted["customer_id"]) == ("customer", "c")
    assert redactions.noted(vaulted.config) == [noted]


def test_pruning_leaves_what_is_recent_or_proved(vaulted: Vaulted, bucket: str) -> None:
    place = destination(vaulted.config)
    made = [create(vaulted.config).manifest for _ in range(2)]
    made.sort(key=lambda each: each.artefact)
    later = clock.now() + timedelta(days=60)
    gone, locked = listing.prune(place, keep=1, days=35, now=later)
    assert (gone, locked) == ([made[0].artefact], [])
    assert [each.manifest.artefact for each in listing.kept(place)] == [made[1].artefact]
    assert place.names() == [made[1].artefact, manifests.beside(made[1].artefact)]
