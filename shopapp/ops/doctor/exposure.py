"""What must not be so once others than this machine reach the installation."""

from __future__ import annotations

from sqlalchemy import func, select

from shopapp.accounts.models import User
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, warning, wrong
from shopapp.ops.doctor.wording import counted


def switches(case: Case) -> Finding:
    """Nothing that is meant for development or tests is on."""
    config = case.config
    on = [
        name
        for name, is_set in (
            ("SHOPAPP_DEV", config.development),
            ("SHOPAPP_DEBUG_HEADERS", config.debug_headers),
            ("SHOPAPP_RATELIMIT=off", not config.ratelimit),
        )
        if is_set
    ]
    if not on:
        return ok("No switch for development or tests is on.")
    sentence = f"For development or tests alone: {', '.join(on)}."
    if case.is_public:
        return wrong(sentence, f"Others reach this installation: unset {', '.join(on)}.")
    return ok(f"{sentence} Only this machine is served.")


def demo(case: Case) -> Finding:
    """Nobody from elsewhere can sign in with a demo account."""
    with case.session() as session:
        is_demo = User.is_demo & User.active
        number = session.scalar(select(func.count(User.id)).where(is_demo)) or 0
    if not number:
        return ok("There are no demo accounts.")
    found = counted(number, "demo account")
    if not case.is_public:
        return ok(f"{found}; only this machine is served.")
    if case.config.demo_may_sign_in:
        fix = "Unset SHOPAPP_ALLOW_DEMO, or switch them off: shopapp users disable."
        return wrong(f"{found} can sign in from anywhere.", fix)
    return warning(f"{found}, which cannot sign in here.", "shopapp users disable, each.")


def address(case: Case) -> Finding:
    """Passwords travel encrypted, and links lead somewhere."""
    config = case.config
    if not case.is_public:
        return ok("Only this machine is served.")
    if not config.public_url:
        sentence = f"HOST is {config.host}, and links lead to {config.base_url}."
        return warning(sentence, "Set PUBLIC_URL to the address people use.")
    if not config.is_secure:
        fix = "Put a proxy with TLS in front, and set PUBLIC_URL to https://…"
        return wrong(f"People come over {config.public_url}, unencrypted.", fix)
    return ok(f"People come over {config.public_url}.")
