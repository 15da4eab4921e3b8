"""Where a text stops and its signature begins."""

from __future__ import annotations

import re

_LONGEST = 60
_LONGEST_ALIKE = 12
_DELIMITER = re.compile(r"(?:--|__|—{1,10}|–{1,10})\s*$")
_FOOTER_RULE = re.compile(r"_{20,}\s*$")
_WORDS = r"[^\s,;:!?<>]+(?: [^\s,;:!?<>]+){0,5}"
_DEVICE = re.compile(
    rf"(?i)\s*(?:(?:sent|message sent) (?:from|via|with|using) {_WORDS}"
    r"|sent from my (?:verizon|at&t|t-mobile|sprint|telstra|vodafone)[\w ]{0,20},[^\n!?:<>]{1,40}"
    r"|(?:get|holen sie sich|télécharger|obtener|obter o?|ottieni|scarica|hämta|hent"
    r"|pobierz(?: aplikację)?|скачать|download"
    r"|nabavite|získat|hanki|skaff deg|descarregueu|indirin) ?outlook (?:for|für|pour|para|per"
    r"|voor|för|til|dla|для|pro|i) ?"
    r"(?:systemu )?(?:ios|android|mac|mobile)|(?:trimis|dikirim|enviat|poslan[oéa]|надіслано"
    r"|στάλθηκε|küldve|נשלח|أرسلت|được gửi"
    r"|ส่งจาก|изпратено|отправлено|išsiųsta|saadetud|nosūtīts)[^\n.!?]{0,30}(?:iphon|ipad"
    r"|android|outlook|galaxy)[^\n!?]{0,20}"
    r"|.{0,20}(?:iphone|ipad|android)['’]?\w{0,6} gönderildi"
    rf"|(?:von meinem|von meiner) {_WORDS} gesendet"
    rf"|gesendet (?:von|mit|aus|über) {_WORDS}|diese nachricht wurde von meinem {_WORDS}"
    rf"|envoyé (?:de|depuis|à partir de|à partir d['’]|avec|par) ?{_WORDS}"
    rf"|enviado (?:desde|do|da|de|via|por) {_WORDS}|inviato (?:da|dal|con|tramite) {_WORDS}"
    rf"|(?:verzonden|verstuurd) (?:vanaf|vanuit|met|via|van) {_WORDS}"
    rf"|skickat från {_WORDS}|sendt fra {_WORDS}|lähetetty {_WORDS}|wysłan[eo] z {_WORDS}"
    rf"|odesláno z {_WORDS}|отправлено (?:с|из) {_WORDS}"
    r"|.{0,30}iphone ?(?:から送信|에서 보냄|傳送)|发自我的.{1,30}|從我的.{1,30}傳送"
    r")(?:\s?<https?://[^<>\s]{1,300}>)?\s*$"
)

_APP = re.compile(
    r"(?i)\b(?:my|mon|ma|mi|meu|minha|meinem|meiner|mio|mijn|min|mit|moj\w*|mého|моего)\b|outlook"
    r"|iphone|ipad|android|samsung|galaxy|huawei|xiaomi|blackberry|yahoo|proton|\bmail\b|我的"
)


def signature_start(lines: list[str]) -> int | None:
    """The first line of the signature at the end of `lines`; None where there is none.

    The delimiter `-- ` opens a signature of up to sixty lines, its look-alikes one of a dozen; so
    does what phones add ("Sent from my …") where nothing but a signature follows.
    """
    found: int | None = None
    below = 0
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if not line.strip():
            continue
        if is_device_line(line) and (below == 0 or found is not None):
            found, below = at, 0
        elif _opens(lines, at, below):
            found = at
        below += 1
        if below > _LONGEST:
            break
    return found


def _opens(lines: list[str], at: int, below: int) -> bool:
    """Whether the line separates a signature of `below` written lines from the text."""
    line = lines[at][:400]
    if line == "-- ":
        return True
    is_delimiter = _DELIMITER.match(line) is not None
    is_footer = _FOOTER_RULE.match(line) is not None and not any(lines[max(0, at - 1) : at])
    return 0 < below <= _LONGEST_ALIKE and (is_delimiter or is_footer)


def is_app_line(line: str) -> bool:
    """A device line that no sentence is: it names a device or whose device it is."""
    return is_device_line(line) and _APP.search(line) is not None


def is_device_line(line: str) -> bool:
    """What a phone or an app adds below what was written."""
    return len(line) <= 400 and _DEVICE.match(line) is not None
