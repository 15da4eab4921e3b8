"""Mail servers on loopback: a scripted one, and a real one (aiosmtpd)."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from tests.connectors.mail.scripted import ScriptedServer


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    servers: list[ScriptedServer] = []

    def start(tls: ssl.SSLContext | None = None, at_once: bool = False, **answers: Any) -> Any:
        servers.append(ScriptedServer(answers, tls, at_once))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        server.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def real_server() -> Iterator[Callable[..., int]]:
    """Start aiosmtpd with a handler and options; gives its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers: list[asyncio.Server] = []

    def start(handler: object, **options: Any) -> int:
        options.setdefault("hostname", "here")
        made = loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", 0)
        servers.append(asyncio.run_coroutine_threadsafe(made, loop).result(10))
        return int(servers[-1].sockets[0].getsockname()[1])

    yield start
    asyncio.run_coroutine_threadsafe(_wind_up(servers), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _wind_up(servers: list[asyncio.Server]) -> None:
    """Let every conversation end and every socket close, so that none is left to the collector."""
    for server in servers:
        server.close()
    while talks := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(talks)
    await asyncio.sleep(0.01)
