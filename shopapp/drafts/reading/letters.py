"""A letter's parts: greeting, body, signature and the quoted mail below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GREETINGS = (
    r"hi|hiya|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|moin|servus|grüezi"
    r"|bonjour|bonsoir|salut|ch(?:er|ère|ers)|madame|monsieur"
    r"|hola|buen(?:os días|as tardes|as noches)|estimad[oa]s?|querid[oa]s?"
    r"|ciao|buongiorno|buonasera|salve|gentile|beste|geachte|goede(?:morgen|middag|ndag|navond)"
    r"|olá|bom dia|boa (?:tarde|noite)|prezad[oa]s?|hej|hei|kära|kære|kjære|cześć|dzień dobry"
    r"|привет|здравствуйте|добрый (?:день|вечер)|你好|您好|こんにちは"
)
_CLOSINGS = (
    r"(?:(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many) )?regards|(?:with )?best"
    r"|(?:with )?(?:(?:all )?(?:my|our) )?(?:best|good|kind(?:est)?|warm(?:est)?) wishes"
    r"|all the best|cheers|warmly|sincerely|yours(?: sincerely| truly| faithfully)?|take care"
    r"|(?:many )?thanks(?: again| so much| a lot| in advance)?|thank you(?: so much| again)?"
    r"|mit (?:freundlichen|besten|lieben) grüßen|(?:freundliche|viele|beste|liebe|herzliche|schöne)"
    r" grüße|(?:vielen |besten )?dank(?: im voraus)?|mfg|lg|vg"
    r"|(?:bien )?cordialement|bien à vous|(?:sincères )?salutations|merci(?: d['’]avance)?"
    r"|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias"
    r"|(?:cordiali |distinti )?saluti|(?:mille )?grazie|met vriendelijke groet(?:en)?"
    r"|(?:vriendelijke |hartelijke )?groet(?:en|jes)|(?:alvast )?bedankt|atenciosamente"
    r"|(?:melhores )?cumprimentos|abraços|obrigad[oa]|(?:med )?vänliga hälsningar|mvh"
    r"|(?:med )?venn?lig hilsen|hilsen|pozdrawiam|с уважением|敬具|此致"
)
_UNNAMED = re.compile(
    r"there|all|again|team|sir|madam|or|and|everyone|folks|friends?|customer"
    r"|zusammen|damen|herren|und|et|y|e|à|de|la|van|von"
)
_TITLE = r"(?:Mrs?|Ms|Dr|Prof|Sra?|Hr|Fr)\."
_GREETING = re.compile(
    rf"\s*(?:{_GREETINGS})\b(?P<name>(?:[ \t]+(?:{_TITLE}|[^\s,!:;.?，！]+)){{0,4}})"
    r"[ \t]*(?:[,!:，！]+|(?=\n|\Z))\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"\W*(?:{_CLOSINGS})(?:[ \t]+(?:aus|vom|from|uit)\b[^.!?,]{{1,40}})?[ \t]*"
    r"(?:[,!.]*|,[ \t]*(?P<name>\w+(?: \w+){0,2}))",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"(?:--|—|__)\s*")
_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:\S+\s+){3,}\S*[.?!]\s*")
_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|il|op|den|em|på)\b.{5,200}"
    r"\b(?:wrote|schrieb.{0,60}|écrit|escribió|scritto|schreef.{0,60}|skrev|escreveu)\s?:"
    r"|-{3,}\s?(?:original message|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|mensagem original)\s?-{3,}|_{20,}",
    re.IGNORECASE,
)
_WIDTH, _HEIGHT = 60, 10


@dataclass(frozen=True, slots=True)
class Letter:
    """A text cut into its parts, each stripped; an absent part is empty."""

    greeting: str
    body: str
    signature: str
    quoted: str


def body_of(text: str) -> str:
    """`text` without greeting, signature and quoted mail: the part that is compared."""
    return split_letter(text).body


def split_letter(text: str) -> Letter:
    """Cut `text` by line shapes of about a dozen languages; when in doubt a line is body.

    A closing counts as a signature only below some body, and only when nothing that reads like a
    sentence or a postscript follows it: an edited fact must not hide among the names.
    """
    written, quoted = _without_quote(text.replace("\r\n", "\n").replace("\r", "\n"))
    greeting, rest = _without_greeting(written)
    body, signature = _without_signature(rest)
    return Letter(greeting.strip(), body.strip(), signature.strip(), quoted.strip())


def _without_quote(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    cut = next(
        (i for i, line in enumerate(lines) if _ATTRIBUTION.fullmatch(line.strip()[:400])),
        len(lines),
    )
    written = [line for line in lines[:cut] if not line.startswith(">")]
    quoted = [line for line in lines[:cut] if line.startswith(">")] + lines[cut:]
    return "\n".join(written), "\n".join(quoted)


def _without_greeting(text: str) -> tuple[str, str]:
    match = _GREETING.match(text)
    if match is None or not all(map(_is_name, match["name"].split())):
        return "", text
    return text[: match.end()], text[match.end() :]


def _is_name(word: str) -> bool:
    return bool(_UNNAMED.fullmatch(word)) or not word[0].islower()


def _without_signature(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), 0) + 1
    for at in range(max(start, len(lines) - 3 * _HEIGHT), len(lines)):
        if _opens_signature(lines[at].strip()) and _is_signature(lines[at + 1 :]):
            return "\n".join(lines[:at]), "\n".join(lines[at:])
    return text, ""


def _opens_signature(line: str) -> bool:
    if len(line) > _WIDTH:
        return False
    closing = _CLOSING.fullmatch(line)
    named = closing is None or all(map(_is_name, (closing["name"] or "").split()))
    return bool(_DELIMITER.fullmatch(line) or (closing and named))


def _is_signature(lines: list[str]) -> bool:
    filled = [line.strip() for line in lines if line.strip()]
    return len(filled) <= _HEIGHT and not any(map(_is_prose, filled))


def _is_prose(line: str) -> bool:
    return bool(len(line) > _WIDTH or _POSTSCRIPT.match(line) or _SENTENCE.fullmatch(line))
