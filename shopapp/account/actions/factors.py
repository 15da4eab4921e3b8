"""The second factor: switched on with a code, proved with a code or a recovery code, once each."""

from __future__ import annotations

from shopapp.account.actions import people
from shopapp.accounts import queries
from shopapp.accounts.authenticator import Authenticator
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.refusals import Invalid, NotAllowed

METHOD = "authenticator"
WRONG_CODE = "That code is not right, or it was used already. Wait for the next one."
WRONG_RECOVERY = "That is none of your recovery codes, or it was used already."


def is_on(user: User) -> bool:
    """Whether the person signs in with a second factor."""
    return user.tf_primary_method == METHOD


def codes_left(session: Session, user: User) -> int:
    """How many recovery codes the person has left."""
    return len(queries.recovery_codes(session, user.id)) if is_on(user) else 0


def switch_on(
    session: Session, user: User, *, sealed: str, code: str, authenticator: Authenticator
) -> list[str]:
    """Ask for a second factor from now on; the recovery codes, which are shown once.

    Raises Invalid for a wrong code, NotAllowed when it is on already.
    """
    row = _locked(session, user.id)
    if is_on(row):
        message = "The second factor is on already."
        raise NotAllowed(message)
    kept = authenticator.confirmed(sealed, _digits(code))
    if kept is None:
        raise Invalid(WRONG_CODE, "code")
    row.tf_primary_method, row.tf_totp_secret = METHOD, kept
    people.note_later(session, row, "user.second_factor_on", by=row)
    return _new_codes(row, authenticator)


def switch_off(session: Session, user: User) -> User:
    """Sign in with the password alone again."""
    row = _off(_locked(session, user.id))
    people.note_later(session, row, "user.second_factor_off", by=row)
    return row


def reset(session: Session, user: User) -> User:
    """Switch it off for somebody who lost phone and codes, and end their sessions.

    Say so in the audit log with `people.note` once it is committed. Raises Invalid when it is off.
    """
    row = _locked(session, user.id)
    if not is_on(row):
        message = f"{row.email} has no second factor."
        raise Invalid(message)
    return people.end_sessions(_off(row))


def renew_codes(session: Session, user: User, *, authenticator: Authenticator) -> list[str]:
    """New recovery codes; the old ones are dead. Raises NotAllowed without a second factor."""
    row = _locked(session, user.id)
    if not is_on(row):
        message = "Switch the second factor on first."
        raise NotAllowed(message)
    people.note_later(session, row, "user.recovery_codes_renewed", by=row)
    return _new_codes(row, authenticator)


def prove(session: Session, user_id: str, *, code: str, authenticator: Authenticator) -> User:
    """The person, whose app shows `code`; no code is taken twice. Raises Invalid."""
    row = _locked(session, user_id)
    kept = authenticator.accepted(row.tf_totp_secret, _digits(code)) if row.tf_totp_secret else None
    if kept is None:
        raise Invalid(WRONG_CODE, "code")
    row.tf_totp_secret = kept
    return row


def prove_by_recovery(
    session: Session, user_id: str, *, code: str, authenticator: Authenticator
) -> User:
    """The person, who has a recovery code; it is used up. Raises Invalid."""
    row = _locked(session, user_id)
    hashed, codes = authenticator.hashed(code), row.mf_recovery_codes or []
    if hashed not in codes:
        raise Invalid(WRONG_RECOVERY, "code")
    row.mf_recovery_codes = [each for each in codes if each != hashed]
    people.note_later(session, row, "user.recovery_code_used", by=row)
    return row


def are_theirs(session: Session, user: User, codes: list[str], *, by: Authenticator) -> bool:
    """Whether `codes` are the recovery codes the person has."""
    kept = _locked(session, user.id).mf_recovery_codes or []
    return bool(codes) and {by.hashed(each) for each in codes} == set(kept)


def _new_codes(row: User, authenticator: Authenticator) -> list[str]:
    codes = authenticator.new_recovery_codes()
    row.mf_recovery_codes = [authenticator.hashed(each) for each in codes]
    return codes


def _off(row: User) -> User:
    row.tf_primary_method = row.tf_totp_secret = row.mf_recovery_codes = None
    return row


def _locked(session: Session, user_id: str) -> User:
    row = queries.user_to_prove(session, user_id)
    if row is None:
        message = "There is no such person (any more)."
        raise NotAllowed(message)
    return row


def _digits(code: str) -> str:
    """The code as apps show it, in two groups or one."""
    return "".join(code.split())[:12]
