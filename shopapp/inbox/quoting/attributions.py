"""The lines that announce a quote: "On … wrote:", header blocks, "Original Message" rules."""

from __future__ import annotations

import re

MAX_LINE = 500
"""Characters of a line that are looked at; announcements are shorter."""

_MAX_LINES = 4
_VERBS = re.compile(
    r"(?i)(?:\bwrote|\bwrites|\bschrieb|\ba écrit|\bécrit|\bescribió|\bha scritto|\bschreef"
    r"|\bescreveu|\bskrev|\bkirjoitti|\bnapisał(?:\(a\)|a)?|\bnapsala?(?:\(a\))?|\bnapísala?"
    r"|\bírta|\bnapisala?|\bnapisao|\ba scris|\bva escriure|\bkirjutas|\bparašė|\brašė|\brakstīja"
    r"|\byazdı|\bmenulis|\bviết|написала?|написав|пише|пишет|έγραψε|כתב|كتب|เขียน"
    r"|写道|寫道|書きました|のメール|님이 작성|作成)"
    r"(?=[\s:：;,-]|$)"
)
_STARTS = re.compile(
    r"(?i)[\s>*_-]*(?:(?:on|am|le|el|il|op|em|den|dne|dnia|w dniu|in data|a|pada|vào|на|в|στις|ב-"
    r"|في|\d)[\s.,/\d年-]|\w{2,12}[.,]{0,2}\s?\d|\w{3,12}\.?,? \d?\w{3,12}\.? \d)"
    r"|[^\n<>]{0,80}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>,? \d"
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\s?[AaPp][Mm]\b")
_MAILBOX = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_DATED_MAILBOX = re.compile(r"<[^<>\s@]{1,64}@[^<>\s]{1,255}>\s*\)?\s*[:：]\s*$")
_ENDS = re.compile(r"(?:[:：]|-{2,}|\bwrote|\ba écrit)\s*$")
_RULES = re.compile(
    r"(?i)[\s>*]*[-_=]{2,}\s*(?:original (?:message|appointment)|forwarded message"
    r"|(?:ursprüngliche|original|weitergeleitete) ?(?:nachricht|mail)|message (?:d['’]origine"
    r"|original|transféré)|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)"
    r"|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|(?:oprindelig|videresendt) (?:besked|meddelelse)|(?:opprinnelig|videresendt) melding"
    r"|(?:ursprungligt|vidarebefordrat) meddelande|alkuperäinen viesti"
    r"|(?:wiadomość oryginalna|oryginalna wiadomość)|původní (?:zpráva|e-mail)|eredeti üzenet"
    r"|исходное сообщение|пересылаемое сообщение|original mesaj|原始邮件|原始郵件|元のメッセージ"
    r"|원본 메시지|αρχικό μήνυμα|הודעה מקורית)\s*[-_=]{2,}\s*$"
)
_UNNAMED_RULE = re.compile(r"[\s>*]*-{3,}\s?[^\W\d_][^\n]{2,60}?\s?-{3,}\s*$")
_LABELS = {
    "from": "from von de da van från fra lähettäjä od от от\u00a0кого від feladó kimden gönderen"
    " expéditeur 差出人 发件人 寄件者 寄件人 보낸사람 מאת",
    "date": "sent date gesendet datum envoyé envoyéle enviado enviadoel enviadaem inviato data"
    " verzonden skickat sendt dato lähetetty päivämäärä wysłano odesláno отправлено дата надіслано"
    " küldve gönderildi gönderme fecha messagedu"
    " 送信日時 日時 发送时间 日期 寄件日期 보낸날짜 날짜 נשלח",
    "to": "to an à a para aan till til vastaanottaja do komu кому címzett kime kopie cc copieà kopi"
    " kopia копия 宛先 收件人 받는사람 אל",
    "subject": "subject betreff objet sujet asunto oggetto onderwerp ämne emne aihe temat předmět"
    " тема tárgy konu assunto 件名 主题 主旨 제목 נושא",
}
_KIND_OF = {
    label.replace("\u00a0", ""): kind for kind, text in _LABELS.items() for label in text.split(" ")
}
_LABELLED = re.compile(r"[\s>*]{0,20}([^\W\d_][^:：\n]{0,25}?)\s?\*?\s?[:：]")


def announcement(lines: list[str], at: int) -> int:
    """How many lines from `at` announce a quote; 0 where none does."""
    line = lines[at][:MAX_LINE]
    if _RULES.match(line) or (_UNNAMED_RULE.match(line) and _labels(lines, at + 1)):
        return 1 + _labels(lines, at + 1)
    return _sentence(lines, at) or _labels(lines, at)


def is_rule(line: str) -> bool:
    """A line drawn across the page."""
    return re.fullmatch(r"[\s>]*[-_=*]{3,}\s*", line[:MAX_LINE]) is not None


def _sentence(lines: list[str], at: int) -> int:
    """ "On 3 May 2024 Ann <ann@x.example> wrote:", on one to four lines."""
    if not _STARTS.match(lines[at]):
        return 0
    text = ""
    for count, line in enumerate(lines[at : at + _MAX_LINES], start=1):
        if not line.strip() or len(line) > MAX_LINE:
            return 0
        text = f"{text} {line.strip()}"
        if _ENDS.search(text):
            if _tells(text, lines, at + count):
                return count
            if _VERBS.search(text):
                return 0
    return 0


def _tells(text: str, lines: list[str], after: int) -> bool:
    """Whether a sentence names a moment and a writer, or a quote follows it at once."""
    if _DATED_MAILBOX.search(text) and _TIME.search(text):
        return True
    if not (_VERBS.search(text) and re.search(r"\d", text)):
        return False
    is_dated = bool(_TIME.search(text)) or bool(_MAILBOX.search(text))
    return is_dated or next_is_quoted(lines, after)


def next_is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next line with words in it starts with a quotation mark."""
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip().startswith(">")


def _labels(lines: list[str], at: int) -> int:
    """How many lines of a header block (From, Sent, To, Subject) begin here; 0 if it is none."""
    kinds: set[str] = set()
    last = misses = 0
    for count, line in enumerate(lines[at : at + 12], start=1):
        kind = _kind(line)
        if kind is None:
            misses += 1
            if misses > 1 or count == 1 or (not line.strip() and kinds):
                break
            continue
        if kind == "from" and kind in kinds:
            break
        misses = 0
        kinds.add(kind)
        last = count
    is_block = "from" in kinds and len(kinds) >= 3
    return last if is_block else 0


def _kind(line: str) -> str | None:
    found = _LABELLED.match(line[:MAX_LINE])
    return _KIND_OF.get(re.sub(r"[\s*]", "", found[1]).lower()) if found else None
