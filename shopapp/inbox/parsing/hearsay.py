"""Bounces in prose: what mail systems without RFC 3464 say of an address, for good or for now."""

from __future__ import annotations

import re

from shopapp.inbox.parsing.addresses import parse_addresses
from shopapp.inbox.parsing.notes import Notes
from shopapp.inbox.parsing.shapes import Address, FailedRecipient
from shopapp.inbox.parsing.signs import Signs
from shopapp.inbox.parsing.tree import Part

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
"""RFC 3463's status, and no address of a machine."""

_PROSE = 20_000
_MAX_EMAILS = 50
_ADDRESS = re.compile(
    r"(?<![^\s<>\"'(),:;\[=])([^\s<>\"'(),:;\[\]=]{1,64}@[a-zA-Z0-9-][\w.-]{0,250}\w)"
)
_NAMED = re.compile(
    r"(?i)(?:final-recipient|original-recipient|x-failed-recipients?|rcpt to|recipient"
    r"|e-mail address"
    r"|failed address|failed recipient|receiver|envio para|adresse"
    r"|宛先)(?: address)?\s{0,3}[:：]\s{0,3}"
    r"(?:rfc822\s{0,3};)?\s{0,3}<?([^\s<>@;]{1,64}@[^\s<>;,]{1,255})"
)
_LED = re.compile(
    r"(?i)(?:following|these|this) (?:address|recipient|destination|user|e-?mail|mailbox|person"
    r"|message)"
    r"|could not be (?:delivered|sent)|(?:un|not )able to (?:deliver|reach)|failed|undeliverable"
    r"|did not reach|permanent fatal errors|delivery errors?|not delivered|unknown|rejected"
    r"|problem"
    r"|zugestellt|destinataire|destinatari|entreg|bezorgd|levereras|leveres|nicht|недостав|доставл"
    r"|送信できません|配信|无法|無法|전달"
)
_BELOW = re.compile(
    r"(?im)^[ >*|_=-]{0,60}(?:original (?:message|mail)|message headers?|(?:this is|here is"
    r"|below is) a copy"
    r"|copy of (?:the|your)|returned (?:message|mail)|unsent message|message follows"
    r"|(?:the )?(?:text|headers?) "
    r"(?:of|from) (?:the|your)|included (?:is|below)|your (?:original )?message (?:is|was|reads)"
    r"|received: from"
    r"|return-path:|ursprüngliche nachricht|message d'origine|---- ?original|header follows"
    r"|body of message).{0,80}$"
)
_CODED = re.compile(r"\b([45])\d\d[ \-#:(]{1,4}([45]\.\d\.\d{1,3})(?!\.?\d)")
_MARKED = re.compile(r"(?i)(?:#|status|dsn|error|code|\()[:= ]{0,3}([45]\.\d\.\d{1,3})(?!\.?\d)")
_REPLY = re.compile(
    r"(?i)(?:said|says|smtp|error|code|response|reply|reason|status|refused|rejected|>|^|:"
    r"|\()[^\n\w]{0,12}([45])[0-5]\d(?=[ \-:;.)]|$)",
    re.MULTILINE,
)
_LATE = re.compile(
    r"(?i)(?:has been|been|is|was) delayed|delayed (?:mail|delivery)|not (?:yet )?been (?:able"
    r"|delivered) (?:yet|after)"
    r"|has not (?:yet )?been delivered|still (?:trying|be(?:ing)? (?:tried|retried))"
    r"|will (?:be retried|continue|keep|retry|try again)"
    r"|(?:delivery attempts|retries) will continue|continue to (?:be )?(?:try|retr|attempt)"
    r"|do(?:es)? not need to (?:resend|send)"
    r"|warning message only|no action is required|temporar(?:y|ily)|try again later"
    r"|wird weiter versucht"
    r"|verzögert|retard[ée]e?|retrasad|ritardat|vertraagd|försenad|forsinket|задерж|遅延|延迟|延遲|지연"
)
_FOR_NOW = re.compile(
    r"(?i)temporar|timed? ?out|try again|quota|(?:mail ?)?box (?:is )?full"
    r"|over (?:the )?limit|exceeded (?:its|the|storage)"
    r"|connection (?:refused|reset|failed|lost)|unreachable|not responding|retry time"
    r"|too long in the queue|queue for too long"
    r"|full mailbox|too many|greylist|congest|insufficient (?:disk|system)|voll\b|pleine|llen[oa]"
    r"|piena|容量|已满|已滿"
)
_GONE = re.compile(
    r"(?i)unknown|no such|(?:does|do|did)(?:n't| not) exist|not (?:found|known|exist|valid"
    r"|listed)|invalid|disabled|inactive|closed"
    r"|rejected|refused|denied|prohibited|spam|blocked|too (?:large|big)|permanent|unrouteable"
    r"|not permitted"
    r"|unbekannt|existiert nicht|inconnu|n'existe pas|no existe|desconocid|sconosciut|non esiste"
    r"|見つかりません|存在しません|不存在"
)


def told(
    root: Part, signs: Signs, originals: list[dict[str, str]], notes: Notes
) -> list[FailedRecipient]:
    """Recipients out of X-Failed-Recipients, the words, or the mail that came back."""
    prose = signs.text[:_PROSE]
    below = _BELOW.search(prose)
    said, rest = (prose[: below.start()], prose[below.start() :]) if below else (prose, "")
    named = parse_addresses(root.header("X-Failed-Recipients"), notes)
    emails = [each.email for each in named] or _mentioned(said, rest, _ours(root, signs, notes))
    if not emails:
        heads = (head.get("to", "") or head.get("x-original-to", "") for head in originals)
        emails = [each.email for head in heads for each in parse_addresses(head, notes)][:1]
    status, action = _verdict(signs.subject, said)
    diagnostic = _diagnostic(said)
    return [FailedRecipient(each, action, status, diagnostic) for each in emails]


def _ours(root: Part, signs: Signs, notes: Notes) -> set[str]:
    """The addresses of the report itself: its writer and its reader failed nobody."""
    readers = {each.key for each in parse_addresses(root.header("To"), notes)}
    return readers | ({signs.sender.key} if signs.sender else set())


def _mentioned(said: str, rest: str, ours: set[str]) -> list[str]:
    """The failed addresses in the words in front of the returned mail, else the one it went to."""
    named = [each for each in _NAMED.findall(said) if _is_foreign(each, ours)]
    if named:
        return [named[0].rstrip(".")]
    lead = _LED.search(said)
    for stretch in ([said[lead.start() :]] if lead else []) + [said]:
        found = [
            each for each in _ADDRESS.findall(stretch)[:_MAX_EMAILS] if _is_foreign(each, ours)
        ]
        if found:
            return [found[0]]
    sent_to = re.search(r"(?im)^[\s>|]{0,20}to:\s{0,5}(.{1,300})", rest)
    return [each.email for each in parse_addresses(sent_to[1], Notes())][:1] if sent_to else []


def _is_foreign(email: str, ours: set[str]) -> bool:
    local, _, domain = email.casefold().rpartition("@")
    is_system = re.match(r"postmaster|mailer-daemon|mail-?admin|abuse|helpdesk|support$", local)
    return Address("", email).key.rstrip(".") not in ours and not is_system and "." in domain


def _verdict(subject: str, said: str) -> tuple[str, str]:
    """(status, action): a code decides, then words about waiting, then words about the address."""
    late = bool(_LATE.search(subject)) or bool(re.search(r"(?i)\bdelay|warning:", subject))
    coded = _CODED.search(said) or _MARKED.search(said)
    status = coded[coded.lastindex or 1] if coded else ""
    reply = _REPLY.search(said)
    if late or (not status and not reply and _LATE.search(said) and not _GONE.search(said)):
        return status, "delayed"
    if status:
        return status, "failed"
    if reply:
        return f"{reply[1]}.0.0", "failed" if reply[1] == "5" else "delayed"
    is_for_now = bool(_FOR_NOW.search(said)) and not _GONE.search(said)
    return "", "delayed" if is_for_now else "failed"


def _diagnostic(said: str) -> str:
    """The line with the other server's code in it."""
    found = re.search(r"(?m)^.*(?:\b[45]\d\d[ -]|[45]\.\d\.\d).*$", said[:4_000])
    return " ".join(found[0].split())[:500] if found else ""
