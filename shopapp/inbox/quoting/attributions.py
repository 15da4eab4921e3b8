"""The lines that announce a quote: "On … wrote:", header blocks, "Original Message" rules."""

from __future__ import annotations

import re

MAX_LINE = 500
"""Characters of a line that are looked at; announcements are shorter."""

_MAX_LINES = 4
_MARKS = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_VERBS = re.compile(
    r"(?i)(?:\bwrote|\bwrites|\bsaid|\bsent|\bschrieb|\bgeschrieben|\ba écrit|\bécrit|\becrit"
    r"|\bescribió|\bescribio"
    r"|\bha scritto|\bscrisse|\bschreef|\bescreveu|\bskrev|\bskrifaði|\bkirjoitti"
    r"|\bnapisał(?:\(a\)|a)?"
    r"|\bnapsala?(?:\(a\))?|\bnapísala?(?:\(a\))?|\bírta|\bnapisal[ao]?|\bnapisao|\ba scris"
    r"|\bva escriure|\bescribiu"
    r"|\bkirjutas|\bparašė|\brašė|\brakstīja|\byazdı|\bmenulis|\bviết|написала?(?:\(а\))?|написа"
    r"|написав|пише|пишет"
    r"|έγραψε|כתב|كتب|كتابة|เขียน(?:ว่า)?|写道|寫道|写到|書きました|のメール|님이 작성|作成)"
    r"(?=[\s:：;,-]|$)"
)
_STARTS = re.compile(
    r"(?i)[\s>*_‐–—-]*(?:(?:on|am|le|el|il|op|em|den|dne|dňa|dnia|w dniu|in data|a|pada|vào|на|в"
    r"|v|u|στις|în|in|þann|kuupäev"
    r"|בתאריך|ב-|في|在|于|於|ในวันที่|hôm|\d)[\s.,/\d年-]|\w{2,12}[.,]{0,2}\s?\d"
    r"|\w{3,12}\.?,? \d?\w{3,12}\.? \d)"
    r"|[^\n<>@]{0,80}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>"
)
_PHONE = re.compile(r"(?i)\s*sent from [^<>\n]{0,60}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>\s*wrote:\s*$")
_DATED = re.compile(
    r"[^\n<>@]{0,30}\d[^\n]{0,200}[<(]\s?[^<>\s@]{1,64}@[^<>\s@]{1,255}[>)][^\n]{0,60}[:：]\s*$"
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\s?[AaPp][Mm]\b")
_MAILBOX = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_INSIDE = re.compile(
    r"(?<=\s)(?:-{2,}\s?)?(?:On|Am|Le|El|Op|Em|Den|Il giorno) [^\n>]{0,30}\d[^\n]{0,200}"
    r"(?:wrote|schrieb|écrit|escribió|schreef|escreveu|skrev|scritto)[^\n]{0,120}:\s*$"
)
_DATED_MAILBOX = re.compile(r"<\s?[^<>\s@]{1,64}@[^<>\s]{1,255}>\s*\)?\s*[:：]\s*$")
_UNENDED = re.compile(
    r"[\s>]*\d{4}[/.-]\d{1,2}[/.-]\d{1,2}[^\n<>@]{0,80}<[^<>\s@]{1,64}@[^<>\s]{1,255}>\s*$"
)
_ENDS = re.compile(r"(?:[:：]|-{2,}|\bwrote|\ba écrit|写道|寫道)\s*$")
_RULES = re.compile(
    r"(?i)[\s>*]*[-_=‐–—]{2,}\s*(?:(?:original|reply) (?:message|appointment|e-?mail)"
    r"|forwarded message"
    r"|(?:ursprüngliche|original|antwort|weitergeleitete)[ -]?(?:nachricht|mail)"
    r"|message (?:d['’]origine"
    r"|original|transféré)|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)"
    r"|messaggio (?:originale|inoltrato)|oorspronkelijk bericht|doorgestuurd bericht"
    r"|(?:oprindelig|videresendt) (?:besked|meddelelse)|(?:opprinnelig|videresendt) melding"
    r"|(?:ursprungligt|vidarebefordrat) meddelande|alkuperäinen viesti"
    r"|(?:wiadomość oryginalna|oryginalna wiadomość)|původní (?:zpráva|e-mail)|eredeti üzenet"
    r"|исходное сообщение|пересылаемое сообщение|original mesaj|原始邮件|原始郵件|元のメッセージ"
    r"|원본 메시지|αρχικό μήνυμα|הודעה מקורית|перенаправленное сообщение)\s*[-_=‐–—]{2,}\s*$"
)
_FORWARDS = re.compile(
    r"(?i)[\s>*]*(?:begin forwarded message|forwarded message"
    r"|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du (?:message réexpédié|message transféré|courriel)|inicio del mensaje reenviado"
    r"|inizio messaggio inoltrato"
    r"|início da mensagem (?:reencaminhada|encaminhada)|begin doorgestuurd bericht"
    r"|vidarebefordrat brev|start på videresendt"
    r"|videresendt melding|välitetty viesti|początek przekazywanej wiadomości"
    r"|začátek přeposílané zprávy"
    r"|начало переадресованного сообщения|转发的邮件|轉寄的郵件|転送されたメッセージ)\s?[:：]\s*$"
)
_UNNAMED_RULE = re.compile(r"[\s>*]*-{3,}\s?[^\W\d_][^\n]{2,60}?\s?-{3,}\s*$")
_LABELS = {
    "from": "from von de da van från fra lähettäjä od от от\u00a0кого від feladó kimden gönderen"
    " από expéditeur 差出人 发件人 寄件者 寄件人 보낸사람 מאת",
    "date": "sent date gesendet datum envoyé envoyéle enviado enviadoel enviadaem inviato data"
    " verzonden skickat sendt dato lähetetty päivämäärä wysłano odesláno отправлено дата надіслано"
    " küldve gönderildi gönderme fecha messagedu απεσταλμένα στάλθηκε ημερομηνία"
    " 送信日時 日時 发送时间 日期 寄件日期 보낸날짜 날짜 נשלח",
    "to": "to an à a para aan till til vastaanottaja do komu кому címzett kime kopie cc copieà kopi"
    " προς"
    " kopia копия 宛先 收件人 받는사람 אל",
    "subject": "subject betreff objet sujet asunto oggetto onderwerp ämne emne aihe temat předmět"
    " тема tárgy konu assunto θέμα 件名 主题 主旨 제목 נושא",
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
    if _FORWARDS.match(line):
        return _forward(lines, at)
    return _sentence(lines, at) or _labels(lines, at)


def _forward(lines: list[str], at: int) -> int:
    """ "Begin forwarded message:" and the header block or the marked lines it announces."""
    blank = at + 1 < len(lines) and not lines[at + 1].strip()
    below = at + 1 + blank
    is_labelled = below < len(lines) and _kind(lines[below]) is not None
    if not (is_labelled or next_is_quoted(lines, at + 1)):
        return 0
    return 1 + blank + _labels(lines, below)


def is_rule(line: str) -> bool:
    """A line drawn across the page."""
    return re.fullmatch(r"[\s>]*[-_=*]{3,}\s*", line[:MAX_LINE]) is not None


def _sentence(lines: list[str], at: int) -> int:
    """ "On 3 May 2024 Ann <ann@x.example> wrote:", on one to four lines."""
    first = lines[at].translate(_MARKS) if len(lines[at]) <= MAX_LINE else ""
    if _is_sentence(first, lines, at):
        return 1
    if not _STARTS.match(first):
        return 0
    text = ""
    for count, line in enumerate(lines[at : at + _MAX_LINES], start=1):
        if not line.strip() or len(line) > MAX_LINE:
            return 0
        text = f"{text} {line.strip()}".translate(_MARKS)
        if _ENDS.search(text):
            if _tells(text, lines, at + count):
                return count
            if _VERBS.search(text):
                return 0
    return 0


def _is_sentence(line: str, lines: list[str], at: int) -> bool:
    """One line that is an announcement in any language, or in a form of its own."""
    if _DATED.match(line) or _PHONE.match(line):
        return len(line) < MAX_LINE and bool(_TIME.search(line) or _PHONE.match(line))
    is_followed = next_is_quoted(lines, at + 1)
    if is_followed and _UNENDED.match(line):
        return True
    return (
        is_followed
        and len(line) < 160
        and _ENDS.search(line) is not None
        and (_VERBS.search(line) is not None)
    )


def _tells(text: str, lines: list[str], after: int) -> bool:
    """Whether a sentence names a moment and a writer, or a quote follows it at once."""
    if _DATED_MAILBOX.search(text) and _TIME.search(text):
        return True
    if not (_VERBS.search(text) and re.search(r"\d", text)):
        return False
    is_dated = bool(_TIME.search(text)) or bool(_MAILBOX.search(text))
    return is_dated or next_is_quoted(lines, after)


def announced_inside(line: str) -> int:
    """Where an announcement begins behind words on the same line; 0 where none does."""
    found = _INSIDE.search(line) if len(line) <= MAX_LINE else None
    is_one = found is not None and found.start() > 0 and _TIME.search(found[0]) is not None
    return found.start() if found and is_one and line[: found.start()].strip(" >-*") else 0


def next_is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next line with words in it starts with a quotation mark."""
    following = next((line for line in lines[at : at + 3] if line.strip()), "")
    return following.lstrip().startswith(">")


def _labels(lines: list[str], at: int) -> int:
    """How many lines of a header block (From, Sent, To, Subject) begin here; 0 if it is none."""
    found: dict[str, str] = {}
    last = misses = 0
    for count, line in enumerate(lines[at : at + 12], start=1):
        kind = _kind(line)
        if kind is None:
            misses += 1
            if misses > 1 or count == 1 or (not line.strip() and found):
                break
            continue
        if kind == "from" and kind in found:
            break
        misses = 0
        found.setdefault(kind, line[:MAX_LINE])
        last = count
    is_block = "from" in found and len(found) >= 3
    return last if is_block or _is_short_block(found, lines[at - 1] if at else "") else 0


def _is_short_block(found: dict[str, str], above: str) -> bool:
    """A moment and a mailbox alone, apart from what stands above them."""
    others = found.keys() - {"date"}
    return (
        not (above.strip() and not is_rule(above))
        and "date" in found
        and _TIME.search(found["date"]) is not None
        and any("@" in found[kind] for kind in others & {"from", "to"})
    )


def _kind(line: str) -> str | None:
    found = _LABELLED.match(line[:MAX_LINE])
    return _KIND_OF.get(re.sub(r"[\s*]", "", found[1]).lower()) if found else None
