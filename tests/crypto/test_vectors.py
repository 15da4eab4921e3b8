"""AES-256-GCM against NIST's published vectors with a 96-bit IV and a 128-bit tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

vectors = pytest.importorskip(
    "cryptography_vectors", reason="the package cryptography_vectors is not installed"
)
OURS = {"Keylen": "256", "IVlen": "96", "Taglen": "128"}


def test_every_published_vector_opens_or_fails_as_published() -> None:
    right = wrong = 0
    for case in _cases():
        sealed, aad = bytes.fromhex(case["CT"] + case["Tag"]), bytes.fromhex(case["AAD"])
        cipher, nonce = AESGCM(bytes.fromhex(case["Key"])), bytes.fromhex(case["IV"])
        if "PT" in case:
            plain = bytes.fromhex(case["PT"])
            assert cipher.decrypt(nonce, sealed, aad) == plain
            assert cipher.encrypt(nonce, plain, aad) == sealed
            right += 1
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt(nonce, sealed, aad)
            wrong += 1
    assert right > 150
    assert wrong > 150


def _cases() -> Iterator[dict[str, str]]:
    text = files(vectors).joinpath("ciphers/AES/GCM/gcmDecrypt256.rsp").read_text()
    section: dict[str, str] = {}
    for block in re.split(r"\r?\n\r?\n", text):
        section |= dict(re.findall(r"\[(\w+) = (\d+)\]", block))
        case = dict(re.findall(r"^(\w+) = ?(\w*)", block, re.MULTILINE))
        if "Count" in case and OURS.items() <= section.items():
            yield case
