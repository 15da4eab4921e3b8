"""Before a full run: install what the tests need and this machine may install."""

from __future__ import annotations

import os

from tests.servers import binaries, chromium, dovecot, pgbouncer, redis


def main() -> None:
    if not os.environ.get("TEST_DATABASE_URL"):
        binaries.postgres_programs()
    pgbouncer.provide_pgbouncer()
    chromium.provide_chromium()
    redis.provide_redis()
    dovecot.provide_dovecot()


if __name__ == "__main__":
    main()
