"""Throttles over several processes: Redis counts for all, and each for itself while it is away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shopapp.config import Config
from tests import apps, cast
from tests.servers.redis import RedisServer
from tests.web.forms import sign_in_through_the_page

pytestmark = pytest.mark.dialects("sqlite")


def guesses(config: Config, number: int) -> list[int]:
    """What a process that has just started answers to wrong passwords."""
    with apps.app_of(config) as app:
        app.config["WTF_CSRF_ENABLED"] = True
        client = app.test_client()
        answers = [
            sign_in_through_the_page(client, cast.ADA.email, "a guess") for _ in range(number)
        ]
    return [answer.status_code for answer in answers]


def shared(config: Config, redis_server: RedisServer) -> Config:
    return replace(config, ratelimit=True, ratelimit_storage_uri=redis_server.url)


def test_processes_count_together(config: Config, redis_server: RedisServer) -> None:
    together = shared(config, redis_server)
    assert guesses(together, 3) == [422] * 3
    assert guesses(together, 3) == [422, 422, 429]


def test_without_redis_a_process_counts_alone(config: Config, redis_server: RedisServer) -> None:
    redis_server.stop()
    assert guesses(shared(config, redis_server), 6) == [422] * 5 + [429]
