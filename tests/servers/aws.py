"""AWS's S3 and KMS protocols, spoken by moto's server on a free loopback port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

REGION = "eu-central-1"


@dataclass(frozen=True)
class AwsServer:
    """`url` answers for every service; any access key is right."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use this server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def aws_server() -> Iterator[AwsServer]:
    """A server of this process's own. Buckets and keys live as long as it does."""
    os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield AwsServer(f"http://{host}:{port}")
    server.stop()
