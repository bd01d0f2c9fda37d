"""The one place where text that people wrote becomes text on paper.

The report sets its own lines and never uses a markup language, so `<img src="...">` in a name is eleven harmless
characters. What remains is here: characters that steer instead of showing, characters no font has, and endless words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

LONGEST_TEXT = 12_000
"""Characters of one text that are printed; the attachment holds all of it."""

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANKS = re.compile(r"\n\s*\n\s*\n+")
_JOINTS = frozenset("-@/_.:,;=")
_PLAIN = re.compile(r"[\x20-\x7e\n]*")

Measure = Callable[[str], float]


@cache
def _visible(character: str, covers: Callable[[str], bool]) -> str:
    """Keep a character that paper can show; drop what steers; write the code point of what no font here has."""
    if character == "\n":
        return character
    if character == "\t":
        return " "
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"} or (category in {"Mn", "Me"} and not covers(character)):
        return ""
    if category == "Zs":
        return " "
    if category in {"Cs", "Co", "Cn"} or not covers(character):
        return f"[U+{ord(character):04X}]"
    return character


def printable(text: str, covers: Callable[[str], bool], longest: int = LONGEST_TEXT) -> str:
    r"""Make text fit for paper: composed (NFC), without control and direction marks, of bounded length.

    A character that the fonts do not have is written as its code point, never as an empty box. Line ends stay.

    Args:
        text: anything a person or a file brought.
        covers: tells whether the fonts have a character.
        longest: characters that are printed before the text is cut, visibly.

    >>> printable("a\u202eb\x07c \u4e2d", str.isascii)
    'abc [U+4E2D]'
    """
    shown = text[:longest]
    if not _PLAIN.fullmatch(shown):
        composed = unicodedata.normalize("NFC", _BREAKS.sub("\n", shown))
        shown = "".join(_visible(character, covers) for character in composed)
    shown = _BLANKS.sub("\n\n", shown).strip()
    return f"{shown} … (shortened here; the attachment holds all of it)" if len(text) > longest else shown


def wrapped(text: str, measure: Measure, width: float) -> list[str]:
    """Break text into lines that fit, at spaces where it can and inside a word where it must.

    Args:
        text: what `printable` returned.
        measure: width of a string, additive over its characters.
        width: room for a line, in the unit of `measure`.

    Returns:
        At least one line; an empty line stands for an empty paragraph. A line that was broken at a space keeps it, so
        that text copied from the page still has it.

    >>> wrapped("signed by two people", len, 9)
    ['signed by ', 'two ', 'people']
    >>> wrapped("sha256:9f2c", len, 6)
    ['sha256', ':9f2c']
    >>> wrapped("mortgage-approval@4", len, 12)
    ['mortgage-', 'approval@4']
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_filled(paragraph, measure, width))
    return lines


def _filled(paragraph: str, measure: Measure, width: float) -> Iterator[str]:
    space = measure(" ")
    line: list[str] = []
    used = 0.0
    for word in paragraph.split():
        for index, (piece, size) in enumerate(_pieces(word, measure, width)):
            if line and (index or used + space + size > width):
                yield " ".join(line) + ("" if index else " ")
                line, used = [], 0.0
            used += size + (space if line else 0.0)
            line.append(piece)
    yield " ".join(line)


def _pieces(word: str, measure: Measure, width: float) -> Iterator[tuple[str, float]]:
    """Cut a word that is wider than a line into pieces that are not, at a joint where it has one; linear in length."""
    size = measure(word)
    if size <= width:
        yield word, size
        return
    piece, used, joint = "", 0.0, 0
    for character in word:
        step = measure(character)
        if piece and used + step > width:
            at = joint or len(piece)
            kept = piece[at:]
            yield piece[:at], measure(piece[:at])
            piece, used, joint = kept, measure(kept), 0
        piece += character
        used += step
        if character in _JOINTS:
            joint = len(piece)
    yield piece, used
