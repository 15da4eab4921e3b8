"""The AWS server of the tests speaks both protocols we use."""

from __future__ import annotations

from tests.servers.aws import AwsServer


def test_s3_keeps_what_it_is_given(aws_server: AwsServer) -> None:
    import boto3

    s3 = boto3.client("s3")
    place = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration=place)
    s3.put_object(Bucket="kept", Key="a", Body=b"bytes")
    assert s3.get_object(Bucket="kept", Key="a")["Body"].read() == b"bytes"


def test_kms_opens_only_with_the_same_context(aws_server: AwsServer) -> None:
    import boto3
    import pytest
    from botocore.exceptions import ClientError

    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"k", EncryptionContext={"store": "a"})
    blob = sealed["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=blob, EncryptionContext={"store": "a"})
    assert opened["Plaintext"] == b"k"
    with pytest.raises(ClientError):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext={"store": "b"})
