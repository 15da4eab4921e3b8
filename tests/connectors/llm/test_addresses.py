"""Which addresses a key and a letter are sent to."""

from __future__ import annotations

import pytest

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.llm.addresses import base_url


@pytest.mark.parametrize(
    "text",
    [
        "https://api.openai.com/v1",
        "https://shop.openai.azure.com/openai/v1",
        "http://localhost:11434/v1",
        "http://127.0.0.1:8080/v1",
        "http://[::1]:8000/v1",
        "http://10.0.0.7:8000/v1",
        "http://192.168.1.4/v1",
        "http://ollama:11434/v1",
        "http://host.docker.internal:11434/v1",
        "http://gpu.lan/v1",
    ],
)
def test_services_far_by_https_and_near_by_either(text: str) -> None:
    assert base_url(f" {text}/ ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.openai.com/v1",
        "ftp://api.openai.com/v1",
        "http://api.openai.com/v1",
        "http://8.8.8.8/v1",
        "http://0.0.0.0/v1",
        "https://user:pass@api.example/v1",
        "https://api.example/v1?key=1",
        "https://api.example/v1#part",
        "https://api.example\\@evil.example/v1",
        "https://api.example /v1",
        "https://api.example:99999/v1",
        "https:///v1",
        "http://169.254.169.254/latest",
        "https://169.254.169.254/latest",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/v1",
    ],
)
def test_no_other_address_is_asked(text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        base_url(text)
    assert caught.value.message.endswith(".")
