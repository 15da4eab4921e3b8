"""Characters nobody sees, and letters that pass for others: what a text really shows."""

from __future__ import annotations

import re
import unicodedata

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Marks and letters that are drawn as nothing: no category tells them."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_ALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһӏɡɩοανερτικωυ\u0131",
    "aeopcyxijsdqwhlgioavepтikwui".replace("т", "t"),
)
_TWINS = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))


def shown(text: str) -> str:
    """The text as a reader sees it: no invisible, direction, tag or private characters.

    Line ends become newlines; letters in disguise (fullwidth, mathematical, circled) plain ones,
    and the full stops of other scripts a dot where they would join two halves of a host.
    """
    text = re.sub("\r\n?|[\u2028\u2029\u0085\v\f]", "\n", text)
    text = "".join(_plain(each) for each in _SELECTORS.sub("", text) if not is_unseen(each))
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"(?<=[A-Za-z0-9])[。．｡․](?=[A-Za-z0-9])", ".", text)


def is_unseen(character: str) -> bool:
    """Whether a character is drawn as nothing; line ends and tabs are layout."""
    if character in "\n\t\r\v\f":
        return False
    return character in _BLANK or unicodedata.category(character) in _UNSEEN


def skeleton(host: str) -> str:
    """What a host looks like: punycode decoded, foreign letters and twins as their Latin likeness.

    Two hosts with one skeleton can be taken for each other (the idea of Unicode TR 39, for the
    letters that are used to deceive).
    """
    labels = [_decoded(label) for label in host.lower().split(".")]
    bare = unicodedata.normalize("NFKD", ".".join(labels)).translate(_ALIKE)
    bare = "".join(each for each in bare if not unicodedata.combining(each))
    for pair, single in _TWINS:
        bare = bare.replace(pair, single)
    return bare


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _plain(character: str) -> str:
    if character.isascii() or character in "ªº":
        return character
    folded = unicodedata.normalize("NFKC", character)
    is_disguised = (
        len(folded) == 1 and folded.isascii() and (folded.isalpha() or "０" <= character <= "９")
    )
    return folded if is_disguised or character in "／＠" else character
