"""Which function does which job: handlers register by name when their module is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Handler = Callable[..., None]
_Function = TypeVar("_Function", bound=Handler)

_handlers: dict[str, Handler] = {}
_leaving: set[str] = set()


def handler(name: str, *, leaves: bool = False) -> Callable[[_Function], _Function]:
    """Register the decorated action for jobs called `name`; raises ValueError for a name taken.

    `leaves`: something goes out to people or services, so a quiesced installation holds it back.
    The action takes a JobContext and the job's arguments by keyword. A job may run more than once
    (a worker dies after the work and before the note that it is done): handlers are idempotent.
    """

    def register(function: _Function) -> _Function:
        if name in _handlers:
            message = f"two handlers are called {name}"
            raise ValueError(message)
        _handlers[name] = function
        if leaves:
            _leaving.add(name)
        return function

    return register


def find(name: str) -> Handler:
    """The handler called `name`; raises KeyError."""
    return _handlers[name]


def leaving() -> tuple[str, ...]:
    """The jobs that send something out."""
    return tuple(sorted(_leaving))


def names() -> tuple[str, ...]:
    """The jobs this process can do; a worker leaves the others to newer workers."""
    return tuple(sorted(_handlers))
