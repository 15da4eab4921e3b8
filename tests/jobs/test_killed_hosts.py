"""Hosts killed by SIGKILL at random moments: no job is lost, and each has its effect once."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from shopapp.jobs.models import JobState
from tests.jobs import hosts
from tests.jobs.scaffold import Shop
from tests.servers.redis import RedisServer

KILLS, AT_MOST = 20, 100
JOBS_A_KILL = 10

pytestmark = pytest.mark.slow


def kill_again_and_again(shop: Shop, folder: Path) -> None:
    """The trial itself: work comes in, hosts are killed; then what became of it."""
    deeds: list[str] = []
    with hosts.at_work(shop, folder) as several:
        while several.kills < KILLS or (several.kills < AT_MOST and not hosts.begun_again(shop)):
            deeds += hosts.enqueue(shop, JOBS_A_KILL)
            time.sleep(random.uniform(0, 0.25))
            several.kill_one()
        ends = hosts.finished(shop)
    tries = hosts.attempts(shop)
    print(f"{len(deeds)} jobs, {several.kills} kills, {tries - len(deeds)} jobs begun again")
    assert ends == {JobState.DONE: len(deeds)}
    once = {(deed, f"{hosts.DEED}.{step}"): 1 for deed in deeds for step in range(hosts.STEPS)}
    assert hosts.marks(shop) == once
    assert tries > len(deeds)  # kills did find jobs at work


def test_hosts_that_poll_the_ledger(shop: Shop, tmp_path: Path) -> None:
    kill_again_and_again(shop, tmp_path)


@pytest.mark.dialects("postgresql")
def test_hosts_with_huey_on_redis(shop: Shop, tmp_path: Path, redis_server: RedisServer) -> None:
    shop.use_engine(redis_server.url)
    kill_again_and_again(shop, tmp_path)


@pytest.mark.dialects("postgresql")
def test_hosts_with_huey_on_postgresql(shop: Shop, tmp_path: Path, bare_url: str) -> None:
    shop.use_engine(bare_url)
    kill_again_and_again(shop, tmp_path)
