"""Mails in batches that are bounded by their number and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
MAILS = 100
BYTES = 8_000_000


def batches(
    items: Iterable[T], size: Callable[[T], int], *, mails: int = MAILS, most: int = BYTES
) -> Iterator[list[T]]:
    """The items in order, at most `mails` and about `most` bytes at a time; one is always taken."""
    batch: list[T] = []
    filled = 0
    for item in items:
        if batch and (len(batch) >= mails or filled + size(item) > most):
            yield batch
            batch, filled = [], 0
        batch.append(item)
        filled += size(item)
        if filled > most:  # whoever yields the next one would hold two large ones
            yield batch
            batch, filled = [], 0
    if batch:
        yield batch
