"""The keyring at AWS KMS: data keys are wrapped by a key that never leaves AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shopapp.crypto import envelope
from shopapp.crypto.keyrings import KeyringError, KeyringUnreachable, WrappedKey

PREFIX = "kms:"
_WAIT = {"connect_timeout": 2, "read_timeout": 4, "retries": {"total_max_attempts": 2}}  # seconds
_MOVED = ("InvalidCiphertextException", "IncorrectKeyException")
_SENTENCES = {
    "AccessDeniedException": (
        "AWS does not let shopapp use the KMS key {key}: allow kms:Encrypt, kms:Decrypt and "
        "kms:DescribeKey on it"
    ),
    "DisabledException": "the KMS key {key} is disabled: enable it in AWS",
    "KMSInvalidStateException": (
        "the KMS key {key} cannot be used as it is (disabled, or about to be deleted): "
        "enable it or cancel its deletion in AWS"
    ),
    "NotFoundException": "there is no KMS key {key}: check KMS_KEY_ID and AWS_DEFAULT_REGION",
    "UnrecognizedClientException": "AWS refuses the credentials: check AWS_ACCESS_KEY_ID",
    "InvalidSignatureException": "AWS refuses the credentials: check AWS_SECRET_ACCESS_KEY",
    "ExpiredTokenException": "the AWS credentials have expired: renew them",
    "InvalidKeyUsageException": "the KMS key {key} is for signing: name a symmetric one",
}


@dataclass
class KmsKeyring:
    """Wraps with the key `key_id` ("" wraps nothing); unwraps what any key of AWS has wrapped.

    A wrapped key names its key by ARN, so that an alias may be pointed elsewhere. Store and data
    key are the encryption context: what was wrapped for one store opens for no other.
    """

    key_id: str
    clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    is_remote = True

    @cached_property
    def current(self) -> str:
        """Raises KeyringError, also when the key is there and cannot be used."""
        told = self._ask("describe_key", self.key_id)["KeyMetadata"]
        if told["KeyState"] != "Enabled":
            raise _refused("KMSInvalidStateException", self.key_id)
        return f"{PREFIX}{told['Arn']}"

    def wrap(self, key: envelope.DataKey, store_id: str) -> WrappedKey:
        told = self._ask(
            "encrypt",
            self.key_id,
            Plaintext=key.key,
            EncryptionContext=_context(key.id, store_id),
        )
        return WrappedKey(f"{PREFIX}{told['KeyId']}", told["CiphertextBlob"])

    def unwrap(self, wrapped: WrappedKey, key_id: str, store_id: str) -> envelope.DataKey:
        told = self._ask(
            "decrypt",
            wrapped.kek_id.removeprefix(PREFIX),
            CiphertextBlob=wrapped.blob,
            EncryptionContext=_context(key_id, store_id),
        )
        return envelope.DataKey(key_id, told["Plaintext"])

    def _ask(self, operation: str, key: str, **values: Any) -> Any:
        """One call; raises KeyringError with one sentence, or CannotOpen."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client(_region(key)), operation)(KeyId=key, **values)
        except (BotoCoreError, ClientError) as error:
            raise _refusal(error, key) from None  # its text may quote the request

    def _client(self, region: str | None) -> Any:
        import boto3
        from botocore.config import Config

        place = region or ""
        if place not in self.clients:
            made = boto3.session.Session().client("kms", region_name=region, config=Config(**_WAIT))
            self.clients[place] = made
        return self.clients[place]


def _context(key_id: str, store_id: str) -> dict[str, str]:
    return {"shopapp:store": store_id, "shopapp:data-key": key_id}


def _region(key: str) -> str | None:
    """The region an ARN names; None leaves it to AWS's own variables."""
    return key.split(":")[3] if key.startswith("arn:") else None


def _refusal(error: Any, key: str) -> Exception:
    from botocore import exceptions as aws

    if isinstance(error, aws.ClientError):
        return _refused(error.response["Error"].get("Code", ""), key)
    if isinstance(error, aws.NoRegionError):
        return KeyringError("KMS_KEY_ID needs a region: set AWS_DEFAULT_REGION, or give its ARN")
    if isinstance(error, aws.HTTPClientError | aws.ConnectionError):
        return KeyringUnreachable(
            f"AWS KMS cannot be reached ({type(error).__name__}): check the network, "
            "AWS_DEFAULT_REGION and AWS_ENDPOINT_URL"
        )
    return KeyringError(
        f"there are no AWS credentials that work here ({type(error).__name__}): set "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"
    )


def _refused(code: str, key: str) -> Exception:
    if code in _MOVED:
        return envelope.CannotOpen("damaged, or moved from the place it was sealed for")
    if code in _SENTENCES:
        return KeyringError(_SENTENCES[code].format(key=key))
    return KeyringUnreachable(f"AWS KMS cannot do this now ({code or 'no reason given'})")
