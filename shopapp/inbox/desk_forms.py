"""What the settings of service levels and of handling tickets accept, as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from shopapp.inbox import hours, promises
from shopapp.inbox.actions import greeting, handing_out

Errors = list[tuple[str | None, str]]
LONGEST = 60 * 24 * 60  # minutes a promise may take: sixty days
_SPAN = re.compile(r"(?:(\d{1,4})\s*d)?\s*(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:min|m))?")


def levels(typed: Mapping[str, str]) -> tuple[dict[str, Any], Errors]:
    """The levels of the form, and what is wrong with them."""
    errors: Errors = []
    targets: dict[str, dict[str, int | None]] = {}
    for priority in promises.PRIORITIES:
        for target in promises.TARGETS:
            name = f"{priority}-{target}"
            minutes = _minutes(typed.get(name, ""), name, errors)
            targets.setdefault(priority, {})[target] = minutes
    clock = typed.get("clock", "business") != "calendar"
    return {"is_on": "is_on" in typed, "in_business_hours": clock, "targets": targets}, errors


def week(typed: Mapping[str, str]) -> tuple[dict[str, list[str]], Errors]:
    """The business hours of the form, in the store's own zone."""
    errors: Errors = []
    found: dict[str, list[str]] = {}
    for day in hours.DAYS:
        try:
            spans = hours.ranges(typed.get(f"hours-{day}", "")[:200])
        except ValueError as error:
            errors.append((f"hours-{day}", str(error)))
            continue
        if spans:
            found[day] = hours.spoken(spans).split(", ")
    return found, errors


def holidays(
    typed: Mapping[str, str], countries: Mapping[str, list[str]]
) -> tuple[dict[str, Any], Errors]:
    """A country's calendar with a region, and the store's own days, one a line."""
    errors: Errors = []
    country, region = typed.get("country", ""), typed.get("region", "").strip().upper()
    if country and country not in countries:
        errors.append(("country", "Choose a country of the list."))
    elif region and region not in countries.get(country, []):
        known = ", ".join(countries.get(country, [])[:20]) or "none"
        errors.append(("region", f"That is no region of this country; it knows {known}."))
    own: list[str] = []
    for line in typed.get("own", "").split()[:200]:
        try:
            own.append(date.fromisoformat(line).isoformat())
        except ValueError:
            errors.append(("own", f"“{line[:40]}” is no day; write it like 2026-12-24."))
    return {"country": country, "region": region, "own": sorted(set(own))}, errors


def handling(typed: Any, members: list[str]) -> tuple[dict[str, dict[str, Any]], Errors]:
    """Assignment, spam and survey as chosen."""
    errors: Errors = []
    mode = typed.get("assignment", handing_out.OFF)
    spam = typed.get("spam", greeting.SUGGEST)
    chosen = [each for each in typed.getlist("people") if each in members]
    if mode not in handing_out.MODES or spam not in greeting.MODES:
        errors.append((None, "Choose from what is offered."))
    elif mode != handing_out.OFF and not chosen:
        errors.append(("assignment", "Choose at least one person who gets tickets."))
    survey = {
        "is_on": "survey" in typed,
        "delay_hours": _number(typed, "delay_hours", (1, 720), errors),
        "every_days": _number(typed, "every_days", (1, 365), errors),
    }
    away = [each for each in typed.getlist("away") if each in members]
    assignment = {"mode": mode, "people": chosen, "away": away}
    return {"assignment": assignment, "spam": {"mode": spam}, "survey": survey}, errors


def _number(typed: Mapping[str, str], name: str, bounds: tuple[int, int], errors: Errors) -> int:
    text = typed.get(name, "").strip()
    if text.isascii() and text.isdigit() and len(text) < 6 and bounds[0] <= int(text) <= bounds[1]:
        return int(text)
    errors.append((name, f"Type a whole number from {bounds[0]} to {bounds[1]}."))
    return bounds[0]


def _minutes(text: str, name: str, errors: Errors) -> int | None:
    """'1 h 30 min' or '90' as minutes; None of nothing."""
    bare = text.strip().lower()
    if not bare:
        return None
    found = _SPAN.fullmatch(bare)
    if bare.isascii() and bare.isdigit() and len(bare) < 6:
        minutes = int(bare)
    elif found is not None:
        days, whole, rest = (int(part or 0) for part in found.groups())
        minutes = (days * 24 + whole) * 60 + rest
    else:
        minutes = 0
    if not 1 <= minutes <= LONGEST:
        errors.append((name, f"“{text[:20]}” is no span of time; write it like 4 h or 90 min."))
        return None
    return minutes
