"""The history of a text: every save kept, those of one sitting shown as one version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SITTING = timedelta(minutes=5)
"""Saves of one person are one version while no more than this lies between two of them."""


@dataclass(frozen=True, slots=True)
class Save:
    """One stored text; `author` is empty for the drafter.

    `is_aside` marks a text that was given up for another one's in a conflict.
    """

    id: str
    body: str
    author: str
    at: datetime
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """The last save of a sitting, how many there were, and the text that stood before it."""

    number: int
    last: Save
    saves: int
    before: str


def versions(saves: Iterable[Save]) -> list[Version]:
    """The sittings of a text whose saves come oldest first; newest first, numbered from 1."""
    sittings: list[list[Save]] = []
    for save in saves:
        if sittings and _is_same_sitting(sittings[-1][-1], save):
            sittings[-1].append(save)
        else:
            sittings.append([save])
    befores = ["", *(each[-1].body for each in sittings)]
    found = [
        Version(number, each[-1], len(each), befores[number - 1])
        for number, each in enumerate(sittings, 1)
    ]
    return found[::-1]


def _is_same_sitting(last: Save, save: Save) -> bool:
    is_typing = bool(save.author) and not (last.is_aside or save.is_aside)
    return is_typing and last.author == save.author and save.at - last.at <= SITTING
