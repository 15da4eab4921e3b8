"""Bytes as text, whatever charset they claim to be in."""

from __future__ import annotations

import codecs
import re

from shopapp.inbox.sanitising.markup import clean_text

_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis_620": "cp874",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "ascii": "cp1252",
    "iso2022_jp": "iso2022_jp_ext",
}
_ALIASES = {
    "cp-850": "cp850",
    "cp943": "cp932",
    "euc-cn": "gb18030",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
    "iso_8859-1": "iso8859-1",
    "korean": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc_5601": "cp949",
    "shift-jis": "cp932",
    "shift_jis-2004": "shift_jis_2004",
    "sjis-win": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-932": "cp932",
    "windows-936": "gb18030",
    "windows-949": "cp949",
    "windows-950": "cp950",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
    "x-windows-949": "cp949",
}
# Codecs that are no charsets: they transform, raise on purpose or cost the square of their input.
_NO_CHARSETS = {
    "idna",
    "punycode",
    "raw-unicode-escape",
    "undefined",
    "unicode-escape",
    "mbcs",
    "oem",
}
_WESTERN = {"ascii", "iso8859-1", "cp1252"}
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CYRILLIC_LOWER = re.compile(r"[\u0430-\u044f]")
_SAMPLE = 20_000


def decode(raw: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of the bytes, and a note when the declared charset was not what was used.

    Tried in turn: the declared charset, UTF-8, the declared one's superset, a guess. Never raises;
    the text has no NUL and no lone surrogate.
    """
    name = _known(declared)
    attempts = [name, "utf-8", _SUPERSETS.get(name or "")]
    if name in _WESTERN and not raw.isascii():
        attempts = ["utf-8", *_western(name, raw)]
    for attempt in attempts:
        text = _strict(raw, attempt)
        if text is not None and attempt is not None:
            return clean_text(text), _note(declared, name, attempt, raw)
    return _last_resort(raw, declared, name)


def _western(name: str, raw: bytes) -> list[str]:
    """The declared charset, after Windows' own where there are letters only that one has."""
    has_extras = re.search(rb"[\x80-\x9f]", raw) is not None
    return ["cp1252", name] if has_extras else [name, "cp1252"]


def _last_resort(raw: bytes, declared: str | None, name: str | None) -> tuple[str, str | None]:
    best = _SUPERSETS.get(name or "", name)
    if best:
        text = raw.decode(best, "replace")
        lost = text.count("\ufffd")
        if lost * 2 <= sum(1 for each in text if each > "\x7f"):
            return clean_text(text), f"{lost} unreadable characters in the {declared} text"
    guess = _guess(raw)
    text = raw.decode(guess, "replace")
    return clean_text(text), f"declared charset {_shown(declared)}, read as {guess} (a guess)"


def _note(declared: str | None, name: str | None, used: str, raw: bytes) -> str | None:
    if used == name or raw.isascii():
        return None
    return f"declared charset {_shown(declared)}, read as {used}"


def _shown(declared: str | None) -> str:
    return clean_text(declared)[:40] if declared else "none"


def _known(declared: str | None) -> str | None:
    """Python's name of a declared charset, or None where it has none."""
    label = (declared or "").strip(" \t\"'").lower().partition("*")[0]
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.:+-]{1,39}", label):
        return None
    try:
        found = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError):
        return None
    is_charset = found.name not in _NO_CHARSETS and found._is_text_encoding
    return found.name if is_charset else None


def _strict(raw: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return None


def _guess(raw: bytes) -> str:
    """The likeliest charset of text that is not UTF-8, by the letters each reading would give."""
    sample = raw[:_SAMPLE]
    if b"\x1b$" in sample:
        return "iso2022_jp_ext"
    runs = re.findall(rb"[\x80-\xff]+", sample)
    high = sum(map(len, runs))
    if not runs or high < 2 * len(runs):
        return "cp1252"
    for name, letters, share in (
        ("cp932", _KANA, 0.3),
        ("euc_jp", _KANA, 0.3),
        ("euc_kr", _HANGUL, 0.9),
    ):
        if _share(sample, name, letters) >= share:
            return name
    return _guess_han(runs, high) or _guess_cyrillic(sample) or "cp1252"


def _guess_han(runs: list[bytes], high: int) -> str | None:
    """GB 2312 keeps both bytes high and its common signs under B0 to D7."""
    if any(len(run) % 2 for run in runs):
        return None
    common = sum(1 for run in runs for lead in run[::2] if 0xB0 <= lead <= 0xD7)
    return "gb18030" if common * 2 >= 0.6 * high else None


def _guess_cyrillic(sample: bytes) -> str | None:
    shares = {name: _share(sample, name, _CYRILLIC_LOWER) for name in ("cp1251", "koi8_r")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.6 else None


def _share(sample: bytes, name: str, letters: re.Pattern[str]) -> float:
    text = _strict(sample, name) or _strict(sample[:-1], name) or ""
    foreign = sum(1 for each in text if each > "\x7f")
    return len(letters.findall(text)) / foreign if foreign else 0.0
