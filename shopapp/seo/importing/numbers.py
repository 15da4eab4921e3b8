"""Numbers as Search Console and spreadsheets write them, with a comma or a point."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def whole(text: str) -> int:
    """'1,234', '1.234', '1 234' and '1234'; raises ValueError for anything else."""
    bare = _SPACES.sub("", text)
    if _GROUPED.fullmatch(bare):
        bare = re.sub(r"[.,]", "", bare)
    if re.fullmatch(r"\d{1,15}(?:[.,]0+)?", bare) is None:
        message = f"not a whole number: {text}"
        raise ValueError(message)
    return int(re.split(r"[.,]", bare)[0])


def decimal(text: str) -> float:
    """'4.7' and '4,7'; raises ValueError for anything else."""
    bare = _SPACES.sub("", text).replace(",", ".")
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", bare) is None:
        message = f"not a number: {text}"
        raise ValueError(message)
    return float(bare)


def rate(text: str) -> float | None:
    """'3.2%' and '3,2 %' as 0.032; None where there is no percent sign to be sure by.

    Raises ValueError for a percentage that is no number.
    """
    bare = text.strip()
    return decimal(bare.removesuffix("%")) / 100 if bare.endswith("%") else None
