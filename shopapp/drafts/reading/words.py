"""Words: which language a text is in, and the stems that carry its meaning."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from shopapp.drafts.reading.tokens import tokens

_COMMON = {
    "en": """
        a about after again all also am an and any are as at be because been before but by
        can could did do does don't for from get got had has have he her here hers him his
        how i i'm i've if in into is it it's its just let like me my need no not now of on
        one or our out over please she should so some still than thank thanks that the their
        them then there these they this to too up us very want wants wanted was we were what
        when where which while who why will with would you your hello hi hey regards cheers
        dear kind best hope know tell since only last next ago already yet even really two
        three first today yesterday tomorrow monday tuesday wednesday thursday friday
        saturday sunday nothing something anything
    """,
    "de": """
        aber als am an auch auf aus bei bin bis bitte das dass dem den der des die doch du
        ein eine einen einer es für habe haben hat ich ihr ihre im immer in ist kann können
        mein meine mich mir mit nach nicht noch nur oder sich sie sind so um und uns von vor
        wann war was wenn wer wie wir wird wo zu zum zur hallo guten tag danke grüße
        freundlichen vielen dank
    """,
    "fr": """
        à ai au aux avec ce cette ces c'est dans de des du elle en est et il je j'ai la le
        les leur ma mais me mes moi mon ne nous on ou où par pas plus pour pouvez que qui sa
        se ses si sur un une vous votre vos quand comment bonjour merci cordialement
    """,
    "es": """
        a al como cómo con cuando cuándo de del dónde el ella en es esta este ha han he hola
        la las le lo los me mi mis muy no nos o para pero por puede que qué se ser si sin su
        sus un una y ya gracias saludos
    """,
    "it": """
        a al alla anche che ci come con da dal dei del della di dove e è ho il in io la le
        lo mi mio mia nel non o per più può quando questo sono su un una ciao grazie saluti
    """,
    "nl": """
        aan als bij dat de deze die dit een en er ik in is het hoe heb heeft je kan maar met
        mij mijn naar niet nog of om ook op te uit van voor wanneer waar wat we zijn hallo
        bedankt groet
    """,
    "pt": """
        a ao as com como da de do dos e é ela em está eu foi já mais mas me meu minha na não
        no nos o onde os ou para por quando que se sem seu sua um uma você olá obrigado
        obrigada
    """,
}
COMMON = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SPOKEN = {
    word: [code for code, common in COMMON.items() if word in common]
    for word in frozenset[str]().union(*COMMON.values())
}
_SUFFIXES = (
    *(("ies", "y"), ("ees", ""), ("ee", ""), ("ing", "")),
    *(("ed", ""), ("es", ""), ("s", ""), ("e", "")),
)
_STEM = 3


def language(text: str) -> str:
    """The language most of the common words of `text` belong to; empty when that is unclear.

    Counts words of seven languages; the winner needs two of them and a quarter more than the next.
    """
    return _language(_lower(text))


def _language(found: list[str]) -> str:
    counts = Counter(code for word in found for code in _SPOKEN.get(word, ()))
    (code, first), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return code if first >= 2 and first >= 1.25 * second else ""


def terms(text: str) -> list[str]:
    """Stems of the words of `text` that are not common in its language, in order, with repeats."""
    return [stem(word) for word in telling(text)]


@lru_cache(maxsize=2048)
def telling(text: str) -> tuple[str, ...]:
    """The words of `text`, in lower case, that carry its meaning."""
    found = _lower(text)
    common = COMMON[_language(found) or "en"]
    return tuple(word for word in found if word not in common and _is_word(word))


def words(text: str) -> list[str]:
    """The words of `text` in lower case, in order."""
    return [token for token in _lower(text) if any(map(str.isalpha, token))]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` without accents and one light ending: "delivered" is "deliver"; 3 letters stay."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for suffix, ending in _SUFFIXES:
        root = plain.removesuffix(suffix)
        if root != plain and len(root) >= _STEM and not plain.endswith("ss"):
            return _undoubled(root + ending)
    return plain


def _undoubled(word: str) -> str:
    twice = len(word) > _STEM and word[-1] == word[-2] and word[-1] not in "ls"
    return word[:-1] if twice else word


def _is_word(token: str) -> bool:
    return len(token) > 1 and any(map(str.isalpha, token))


def _lower(text: str) -> list[str]:
    return [token.lower().replace("’", "'") for token in tokens(text)]
