"""Splits: train, validation and test, apart by customer and by time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1


class Split(StrEnum):
    """A part of an export, in the order of time."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def positions(total: int) -> tuple[int, int]:
    """Where, of `total` rows in the order of time, validation and test begin."""
    return int(total * TRAIN_SHARE), int(total * (TRAIN_SHARE + VALIDATION_SHARE))


@dataclass(slots=True)
class Splits:
    """Says which split a row belongs to; rows have to come in the order of time.

    A row's moment decides: before `validation_from` it is train, from `test_from` on it is test;
    None for a split that is empty. A customer stays in the split of their first row: what they
    wrote in a later one belongs to none, or a model would be tested on people it was trained on.
    """

    validation_from: datetime | None = None
    test_from: datetime | None = None
    _first: dict[bytes, Split] = field(default_factory=dict)

    def of(self, customer: str, moment: datetime) -> Split | None:
        """The split of a row by `customer` at `moment`; None for one left out."""
        digest = hashlib.blake2b(customer.encode(), digest_size=8).digest()
        here = self._window(moment)
        return here if self._first.setdefault(digest, here) is here else None

    def _window(self, moment: datetime) -> Split:
        if self.test_from is not None and moment >= self.test_from:
            return Split.TEST
        if self.validation_from is not None and moment >= self.validation_from:
            return Split.VALIDATION
        return Split.TRAIN
