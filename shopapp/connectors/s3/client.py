"""A folder in a bucket: put, list, read and remove objects, large ones in parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from shopapp.connectors.errors import AuthFailed, Misconfigured, Permanent, Temporary

_PART = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_REFUSED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403")
_ABSENT = ("NoSuchKey", "404", "NotFound")


class Bucket:
    """Objects below `prefix`. Keys come from AWS's own variables, as boto3 reads them, and so does
    the endpoint where none is given.

    Raises AuthFailed, Misconfigured, Permanent or Temporary.
    """

    def __init__(self, bucket: str, prefix: str = "", *, endpoint: str | None = None) -> None:
        import boto3
        from boto3.s3.transfer import TransferConfig
        from botocore.config import Config

        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        # other makers' servers do not know the checksums that AWS's client sends unasked
        modest: Any = {
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
        with _said(bucket):
            self._s3 = boto3.client("s3", config=Config(**modest), endpoint_url=endpoint)
        self._parts = TransferConfig(multipart_chunksize=_PART, max_concurrency=2)

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def names(self, prefix: str = "") -> list[str]:
        """The objects whose names begin with `prefix`, in alphabetical order."""
        pages = self._s3.get_paginator("list_objects_v2")
        with _said(self._bucket):
            found = [
                each["Key"].removeprefix(self._prefix)
                for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
                for each in page.get("Contents", ())
            ]
        return sorted(found)

    def put(self, name: str, file: Path, *, locked_until: datetime | None = None) -> None:
        """Upload `file` in parts; nobody can delete it before `locked_until`."""
        lock: dict[str, Any] = {}
        if locked_until is not None:
            lock = {
                "ObjectLockMode": "COMPLIANCE",
                "ObjectLockRetainUntilDate": locked_until,
                "ChecksumAlgorithm": "SHA256",
            }
        with _said(self._bucket):
            self._s3.upload_file(
                str(file), self._bucket, self._prefix + name, ExtraArgs=lock, Config=self._parts
            )

    def write(self, name: str, content: bytes) -> None:
        """Put a small object."""
        with _said(self._bucket):
            self._s3.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=content)

    def read(self, name: str) -> bytes | None:
        """A small object's bytes, None when there is none."""
        if self.size(name) is None:
            return None
        return b"".join(self.chunks(name))

    def size(self, name: str) -> int | None:
        """An object's size in bytes, None when there is none."""
        from botocore.exceptions import ClientError

        try:
            with _said(self._bucket, passing=True):
                head = self._s3.head_object(Bucket=self._bucket, Key=self._prefix + name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise _translated(error, self._bucket) from None
        return int(head["ContentLength"])

    def chunks(self, name: str) -> Iterator[bytes]:
        """An object's bytes, a mebibyte at a time."""
        with _said(self._bucket):
            body = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"]
            yield from body.iter_chunks(_CHUNK)

    def remove(self, name: str) -> None:
        """Delete an object."""
        with _said(self._bucket):
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + name)


@contextmanager
def _said(bucket: str, *, passing: bool = False) -> Iterator[None]:
    """Say in a sentence what the service or the way to it refused; `passing` lets answers by."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if passing:
            raise
        raise _translated(error, bucket) from None
    except Boto3Error as error:  # an upload's refusal, wrapped
        raise Permanent(f"The bucket {bucket} refused the upload: {error}"[:300]) from None
    except BotoCoreError as error:
        raise Temporary(
            f"The bucket {bucket} cannot be reached ({type(error).__name__}).",
            fix="Check AWS_ENDPOINT_URL, AWS_DEFAULT_REGION and the access keys.",
        ) from None


def _translated(error: Any, bucket: str) -> Permanent:
    code = error.response["Error"]["Code"]
    if code == "NoSuchBucket":
        return Misconfigured(f"There is no bucket called {bucket}.", fix="Make it first.")
    if code in _REFUSED:
        return AuthFailed(
            f"The bucket {bucket} refused the access key ({code}).",
            fix="Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what the key may do.",
        )
    return Permanent(f"The bucket {bucket} answered {code}.")
