"""Whether a person wrote a mail (RFC 3834), and if not, what did."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shopapp.inbox.parsing.shapes import Address, MessageKind

_AWAY = re.compile(
    r"(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:auto(?:matic)?[ -]?(?:reply|response)|auto:|ooo:"
    r"|out of (?:the )?office|away from (?:my|the) (?:desk|office)|on (?:annual leave|vacation)\b"
    r"|abwesenheits|abwesend|automatische antwort|au(?:ß|ss)er haus|nicht im b(?:ü|ue)ro"
    r"|r(?:é|e)ponse automatique|absence du bureau|absent du bureau|message d'absence"
    r"|respuesta autom(?:á|a)tica|fuera de la oficina|ausente"
    r"|risposta automatica|fuori (?:sede|ufficio)|assente"
    r"|automatisch antwoord|afwezig|niet op kantoor"
    r"|resposta autom(?:á|a)tica|fora do escrit(?:ó|o)rio|ausência"
    r"|autosvar|automatiskt svar|frånvaro|frånvarande|automatisk svar|fravær|ikke til stede"
    r"|automaattinen vastaus|poissa(?:olo)?\b|odpowied(?:ź|z) automatyczna|autoodpowied"
    r"|automatick(?:á|a) odpov|automatikus v(?:á|a)lasz|otomatik yan(?:ı|i)t"
    r"|r(?:ă|a)spuns automat|автоответ|автоматический ответ|автоматична відповідь"
    r"|自动答复|自动回复|自動回覆|自動回應|自動返信"
    r"|不在(?:通知|のお知らせ)|자동 ?(?:회신|응답)|부재중)"
)
_RETURNED = re.compile(
    r"(?i)undeliver(?:ed|able)|returned (?:mail|to sender)|mail delivery (?:failed|failure|system)"
    r"|delivery (?:status notification|failure|has failed|problem|report)|failure notice"
    r"|delivery incomplete|mail system error|could not be delivered|message not delivered"
    r"|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|non remis|non distribuable"
    r"|échec de la remise|no se (?:puede|ha podido) entregar|no entregado|mancata consegna"
    r"|non recapitabile|onbestelbaar|niet bezorgd|não entregue|falha na entrega|olevererbart"
    r"|kunne ikke leveres|kan inte levereras|niedostarczon|nedoručiteln|недоставлен|не доставлено"
    r"|无法投递|退信|配信(?:不能|エラー)|반송"
)
_DAEMON = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mail[-_.]?delivery[-_.]?(?:system|subsystem)|maildaemon)\b"
)
_POSTMASTER = re.compile(r"(?i)(?:postmaster|mail[-_.]?system|bounces?)(?:[+=@-]|$)")


@dataclass(frozen=True, slots=True)
class Signs:
    """What is looked at: the decoded headers, the types of all parts, report-type and the rest."""

    headers: tuple[tuple[str, str], ...]
    content_types: tuple[str, ...]
    report_type: str
    subject: str
    sender: Address | None
    return_path: str | None

    def says(self, name: str) -> str:
        """The first header of that name in lower case, or ""."""
        return next((value.lower() for key, value in self.headers if key.lower() == name), "")


def kind_of(signs: Signs) -> tuple[MessageKind, str]:
    """The kind of the mail and why; reports go before replies, replies before lists."""
    for kind, reason in _QUESTIONS:
        why = reason(signs)
        if why:
            return kind, why
    return MessageKind.NORMAL, ""


def _abuse(signs: Signs) -> str | None:
    is_report = signs.report_type == "feedback-report" or (
        "message/feedback-report" in signs.content_types
    )
    return "it is an abuse report (ARF)" if is_report else None


def _bounce(signs: Signs) -> str | None:
    if signs.report_type == "delivery-status" or "message/delivery-status" in signs.content_types:
        return "it is a delivery report (RFC 3464)"
    if signs.says("x-failed-recipients"):
        return "it names failed recipients"
    local = signs.sender.email.partition("@")[0] if signs.sender else ""
    if _DAEMON.match(local):
        return "a mailer daemon wrote it"
    is_system = bool(_POSTMASTER.match(local)) or signs.return_path == ""
    if is_system and _RETURNED.search(signs.subject):
        return "a mail system wrote it and the subject speaks of a failed delivery"
    return None


def _auto_reply(signs: Signs) -> str | None:
    submitted = signs.says("auto-submitted").partition(";")[0].split()
    if submitted and submitted[0] != "no":
        return f"Auto-Submitted: {submitted[0][:40]}"
    if signs.report_type == "disposition-notification":
        return "it is a read receipt"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"):
        if signs.says(name) not in {"", "no", "false"}:
            return f"it has {name}"
    if signs.says("precedence") in {"auto_reply", "auto-reply"}:
        return "Precedence: auto_reply"
    if _AWAY.match(signs.subject):
        return "the subject is one of automatic replies"
    return None


def _bulk(signs: Signs) -> str | None:
    if signs.says("precedence") in {"bulk", "list", "junk"}:
        return f"Precedence: {signs.says('precedence')}"
    for name in ("list-id", "list-unsubscribe", "list-post", "feedback-id", "mailing-list"):
        if signs.says(name):
            return f"it has {name}"
    return None


def _unanswerable(signs: Signs) -> str | None:
    suppress = signs.says("x-auto-response-suppress")
    if suppress and suppress != "none":
        return f"X-Auto-Response-Suppress: {suppress[:60]}"
    return "the Return-Path is empty" if signs.return_path == "" else None


_QUESTIONS: tuple[tuple[MessageKind, Callable[[Signs], str | None]], ...] = (
    (MessageKind.COMPLAINT, _abuse),
    (MessageKind.BOUNCE, _bounce),
    (MessageKind.AUTO_REPLY, _auto_reply),
    (MessageKind.LIST, _bulk),
    (MessageKind.AUTO_REPLY, _unanswerable),
)
