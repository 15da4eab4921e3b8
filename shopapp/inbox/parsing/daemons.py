"""Whether a mail system speaks, and whether it says that a mail did not arrive."""

from __future__ import annotations

import re

from shopapp.inbox.parsing.signs import Signs

_DAEMON = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mail[-_.]?delivery(?:[-_.]?(?:system|subsystem))?|maildaemon"
    r"|mdaemon)(?:$|[+=._-])"
)
_DAEMON_NAME = re.compile(
    r"(?i)^\W*(?:mail(?:er)?[ -](?:delivery?|deliver)?[ -]?(?:sub)?(?:system|daemon|service)"
    r"|mailer[- ]?daemon|internet mail delivery|courier mail server|mail delivery (?:agent|status)"
    r"|microsoft exchange)\b"
)
_OFFICE = re.compile(
    r"(?i)(?:post_?master|mail[-_.]?(?:system|admin|server|router|gateway)|bounces?|undeliverable"
    r"|mailer|mailman|daemon|system|sys(?:tem)?[-_.]?admin(?:istrator)?|admin(?:istrator)?|root"
    r"|notifications?|delivery|amavis\w*|virus\w*|no-?reply|do-?not-?reply|exchange|mta|smtp\w*"
    r"|mmail|staff|microsoftexchange[0-9a-f]{32}|[\w.+-]+-(?:admin|bounces?|request|owner))(?:$"
    r"|[+=@_-])"
)
_OFFICE_NAME = re.compile(
    r"(?i)^\W*(?:post ?master|(?:mail |system |e-?mail )?administrator|mailer\b|interscan|amavis"
    r"|mail (?:server|router|gateway|system)|virus|mailsweeper|mailmarshal|content filter"
    r"|microsoft outlook|system[ae]dministrator|administrat(?:or|eur|ore|ör)\w*|e?mail security)"
)
_RETURNED = re.compile(
    r"(?i)undeliver(?:ed|able)|returned (?:mail|e-?mail|message|to sender)|[\[(]?bounced?\b[\])]?"
    r"|(?:mail|message|e-?mail) (?:delivery|could not be|cannot be|not)\b"
    r"|deliver(?:y|ing)(?:[ _-](?:status|failure|failed|has failed|problem|report|error|incomplete"
    r"|delayed|notification|unsuccessful))|fail(?:ed|ure) (?:notice|delivery|to deliver)"
    r"|failure[_ -]?(?:notice|delivery)|mail system error|could not be delivered|not delivered"
    r"|delayed (?:mail|delivery|message)|delay(?:ed)? notif|warning: .{0,30}(?:delay"
    r"|could not send)"
    r"|could not send message|error sending|unknown (?:user|recipient)|user unknown"
    r"|non[- ]?deliver|rejected mail|mail (?:was )?rejected|permanent (?:error|failure)"
    r"|unzustellbar|nicht zugestellt|zustellung (?:fehlgeschlagen|verzögert)|nicht zustellbar"
    r"|übermittlung.{0,20}(?:verzögert|fehl)|unbest(?:e|é)lbar"
    r"|non[- ]remis|non distribu|(?:é|e)chec de (?:la )?(?:remise|distribution)|non d(?:é|e)livr"
    r"|no se (?:puede|pudo|ha podido) entregar|no entregad[oa]|error de entrega|devuelt[oa]"
    r"|no se entreg|mancata (?:consegna|ricezione)|non (?:recapitat|recapitabile|consegnat)"
    r"|recapito (?:non|ritard)|onbestelbaar|niet bezorgd|niet afgeleverd|kan niet worden bezorgd"
    r"|n(?:ã|a)o entregue|falha (?:na|de) entrega|n(?:ã|a)o foi poss(?:í|i)vel entregar"
    r"|devolvid[oa]"
    r"|olevererbar|uleverbar|kunne ikke leveres|ikke leveret|ikke levert|kan inte levereras"
    r"|kunde inte levereras|leveransfel|toimitus (?:epäonnistui|ei onnistu)|ei (?:voitu"
    r"|voida) toimit"
    r"|niedostarczon|nie można dostarczyć|nie dostarczono|nedoruč(?:iteln|en)|kézbesíthetetlen"
    r"|nem kézbesíthető|nelivrat|teslim edileme|недоставлен|не доставлен|не удалось доставить"
    r"|недоставка|无法投递|未送达|退信|無法(?:傳遞|投遞)|未傳遞|传递失败|配信(?:不能|エラー|できません)"
    r"|配信不可|送信できません|届けられません|エラーメール|반송|전송 ?실패|배달되지|전달되지"
)
_RECEIPT = re.compile(
    r"(?i)^\s*(?:delivered:|relayed:|read:|successful mail delivery|delivery confirm"
    r"|(?:mail )?delivery (?:status )?(?:report|notification) ?\(success|zugestellt:|gelesen:"
    r"|remis :"
    r"|leído:|lu :|entregado:|consegnato:|letto:|bezorgd:|gelezen:|return receipt)"
)
_SPOKEN = re.compile(
    r"(?i)did(?: not|n't) reach the following|could ?(?:not|n't) be (?:delivered|sent)"
    r"|can ?not be delivered|(?:unable|not able|failed) to deliver|w(?:as|ere)n'?t able to deliver"
    r"|could not deliver|permanent (?:fatal )?errors?|has been (?:delayed|bounced|rejected)"
    r"|undeliverable|was not delivered|wasn't delivered|not been delivered"
    r"|delivery (?:has )?failed"
    r"|delivery to the following|following (?:address|recipient|destination)\w*(?:\(e?s\))? "
    r"|mail ?box (?:is )?(?:full|unavailable|not found|disabled)|user(?:\(s\))? (?:unknown"
    r"|account)"
    r"|(?:no such|unknown) (?:user|recipient|address|mailbox)|returned to sender|returned below"
    r"|rejected by (?:a|the) (?:remote|recipient)|smtp error|delivery (?:report|attempts?)"
    r"|message (?:was|is being) returned|over (?:the )?quota|mail delivery (?:failed|error)"
    r"|konnte (?:leider )?nicht (?:zugestellt|übermittelt|ausgeliefert)|n'a pas pu être"
    r"|n'ont pas reçu|impossible de (?:remettre|livrer|distribuer)|no (?:se )?(?:ha )?pud?[oi]"
    r"|non (?:è|e') stato (?:possibile|recapitato)|niet (?:worden )?(?:bezorgd|afgeleverd)"
    r"|não (?:pôde|foi possível)|kunde inte levereras|kunne ikke leveres|nie mogła zostać"
    r"|配信できません|送信できません|お届けできません|見つかりません|无法(?:投递|送达)|無法(?:傳遞|投遞)"
    r"|не (?:может быть|было|удалось) доставлен|전달할 수 없|전송되지|\b[45]\d\d[ -][45]\.\d\.\d"
)
_ANSWERED = re.compile(
    r"(?i)^\s*(?:re|aw|sv|fwd?|wg|tr|rv|enc|i|vs|antw|vb|doorst)\s*(?:\[\d+\])?:"
)
_PREFIX = re.compile(
    r"^(?:\W|\*{2,}|\[[^\]]{1,40}\]|(?i:notice|warning|mail|automatic|message)\b(?=\W))*"
)
_REPORTS = ("delivery-status", "message/global-delivery-status")
_PROSE = 6_000


def why_undelivered(signs: Signs) -> str | None:
    """Why the mail tells of a failed or late delivery, in words; None where it does not.

    A person who writes about such a mail, answers it or forwards it is a person.
    """
    is_daemon, is_office = _is_daemon(signs), _is_office(signs)
    is_reported = _has_report(signs) and (is_daemon or is_office)
    if is_reported or signs.report_type == "delivery-status":
        return None if _is_receipt(signs) else "it is a delivery report (RFC 3464)"
    if signs.says("x-failed-recipients"):
        return "it names failed recipients"
    if _RECEIPT.match(signs.subject) or not (is_daemon or is_office):
        return None
    has_subject = bool(_RETURNED.search(signs.subject)) and not _ANSWERED.match(signs.subject)
    has_words = bool(_SPOKEN.search(signs.text[:_PROSE]))
    if _DAEMON.match(signs.local) or (is_daemon and (has_subject or has_words)):
        return "a mailer daemon wrote it"
    openings = {signs.subject, _PREFIX.sub("", signs.subject)}
    says_so = any(_RETURNED.match(each) for each in openings)
    if has_words and ((says_so and "@" in signs.text) or _is_refusal(signs)):
        return "a mail system wrote it and speaks of a failed delivery"
    return None


def _is_refusal(signs: Signs) -> bool:
    """An answer of another mail server in a mail that wants no answer itself."""
    return (
        signs.return_path == ""
        and not _ANSWERED.match(signs.subject)
        and re.search(r"(?m)(?:^|[ :<])[45][0-5]\d[ -]\S", signs.text[:_PROSE]) is not None
    )


def is_receipt(signs: Signs) -> bool:
    """Whether a mail system confirms that a mail went on or arrived."""
    return _has_report(signs) and _is_receipt(signs)


def _is_receipt(signs: Signs) -> bool:
    return bool(signs.actions) and set(signs.actions) <= {"delivered", "relayed", "expanded"}


def _has_report(signs: Signs) -> bool:
    return any(kind.endswith(_REPORTS) for kind in signs.content_types)


def _is_daemon(signs: Signs) -> bool:
    return bool(_DAEMON.match(signs.local)) or bool(_DAEMON_NAME.match(signs.says("from")))


def _is_office(signs: Signs) -> bool:
    """Whether an office of a mail system wrote it, or a program that wants no answer."""
    return (
        signs.return_path == ""
        or not signs.local
        or bool(_OFFICE.match(signs.local))
        or bool(_OFFICE_NAME.match(signs.says("from")))
        or signs.says("auto-submitted") not in {"", "no"}
    )
