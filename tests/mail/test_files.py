"""Attachments: kept once under their hash, on disk or in a bucket, and never half."""

from __future__ import annotations

import uuid
from pathlib import Path

import boto3
import pytest

from shopapp.config import Config
from shopapp.connectors.errors import ConnectorError
from shopapp.mail.files import Files
from tests.servers.aws import AwsServer

PAPER, PEN = b"a paper", b"a pen"


@pytest.fixture(params=["disk", "bucket"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Where attachments are kept on this machine, and where in a bucket."""
    if request.param == "disk":
        return Config(instance=tmp_path)
    server: AwsServer = request.getfixturevalue("aws_server")
    name = f"files-{uuid.uuid4().hex}"
    where = {"LocationConstraint": "eu-central-1"}
    boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return Config(instance=tmp_path, attachments_url=f"s3://{name}/shop?endpoint={server.url}")


def test_files_are_kept_once_under_their_hash_and_read_again(config: Config) -> None:
    files = Files.of(config, "harbor")
    paper, pen, again = files.keep_all([PAPER, PEN, PAPER])
    assert paper == again == files.keep(PAPER)
    assert (files.read(paper), files.read(pen)) == (PAPER, PEN)
    with files.open(pen) as file:
        file.seek(2)
        assert file.read() == b"pen"


def test_one_store_does_not_see_the_files_of_another(config: Config) -> None:
    digest = Files.of(config, "harbor").keep(PAPER)
    other = Files.of(config, "hill")
    assert not other.exists(digest)
    with pytest.raises(FileNotFoundError):
        other.open(digest)


def test_files_are_forgotten_one_by_one_and_with_their_store(config: Config) -> None:
    files = Files.of(config, "harbor")
    paper, pen = files.keep_all([PAPER, PEN])
    files.remove(paper)
    files.remove(paper)
    assert (files.exists(paper), files.exists(pen)) == (False, True)
    files.remove_all()
    assert not files.exists(pen)


@pytest.mark.parametrize("name", ["", "../../../etc/passwd", "A" * 64, "0" * 63])
def test_nothing_but_a_hash_is_looked_for(config: Config, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        Files.of(config, "harbor").open(name)


def test_what_lay_on_the_disk_before_the_bucket_is_still_found(
    aws_server: AwsServer, tmp_path: Path
) -> None:
    digest = Files.of(Config(instance=tmp_path), "harbor").keep(PAPER)
    url = f"s3://nowhere?endpoint={aws_server.url}"
    moved = Files.of(Config(instance=tmp_path, attachments_url=url), "harbor")
    assert moved.read(digest) == PAPER
    with pytest.raises(ConnectorError, match="no bucket called nowhere"):
        moved.keep(PEN)
