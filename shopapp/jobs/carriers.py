"""huey on Redis or PostgreSQL, carrying the ids of jobs between hosts and nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import redis
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage, RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

DOWN = (redis.RedisError, psycopg.Error, OSError)
"""What is raised when the server does not answer."""
_TASK = "job"
_PATIENCE = 2  # seconds for a connection


def opened(url: str) -> Huey:
    """huey at `url`, with the task `job`; raises one of DOWN."""
    storage = _redis(url) if url.startswith("redis") else _postgresql(url)
    huey = Huey("shopapp", results=False, serializer=JobIds(), **storage)
    huey.job = huey.task(name=_TASK)(_do)
    return huey


class JobIds(Serializer):  # type: ignore[misc]
    """A message is a job's id in plain text: reading the queue runs nothing, unlike pickle."""

    def _serialize(self, data: Any) -> bytes:
        return str(data.args[0]).encode()

    def _deserialize(self, data: bytes) -> Message:
        job_id = data.decode(errors="replace")
        return Message(id=job_id, name=f"{__name__}.{_TASK}", args=(job_id,), kwargs={})


def _redis(url: str) -> dict[str, Any]:
    """huey listens for a second at a time; the client itself tries once, we try again."""
    pool = redis.ConnectionPool.from_url(
        url, socket_connect_timeout=_PATIENCE, socket_timeout=5, retry=Retry(NoBackoff(), 0)
    )
    return {"storage_class": RedisStorage, "connection_pool": pool}


def _postgresql(url: str) -> dict[str, Any]:
    """huey keeps its tables there (huey_task …) and hears of new rows by LISTEN."""
    plain = "postgresql://" + url.partition("://")[2]
    patience = {"connect_timeout": _PATIENCE, "prepare_threshold": None}
    return {"storage_class": _Tables, "dsn": plain, **patience}


class _Tables(PostgresStorage):  # type: ignore[misc]
    def initialize_schema(self) -> None:
        """Two hosts may start at once: the slower one finds the tables made."""
        try:
            super().initialize_schema()
        except psycopg.errors.UniqueViolation:
            super().initialize_schema()


def _do(job_id: str) -> None:
    """The task huey knows. Its workers are ours: they claim the job from the ledger."""
    raise NotImplementedError(job_id)
