"""How much room a text takes, and breaking it into lines: an estimate on the wide side, for any sans-serif font."""

import re
import unicodedata

_WIDE, _CAPITAL, _NARROW, _OTHER = 1.0, 0.72, 0.36, 0.58  # of the font size
_CLOSING = "，。；：、）》」！？,.;:)!?"  # never begins a line
_OPENING = "（《「"  # never ends one


def width(text: str, size: float) -> float:
    """The room `text` takes in a line, in the unit of `size`."""
    return sum(_em(character) for character in text) * size


def wrap(text: str, room: float, size: float) -> list[str]:
    """Lines no wider than `room`, broken at spaces and between Chinese characters; a longer word is cut.

    A no-break space holds together what stands on both sides of it.
    """
    lines = [""]
    for piece in _pieces(text, room, size):
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] = (lines[-1] + piece).lstrip()
    return [line.rstrip() for line in lines]


def _pieces(text: str, room: float, size: float) -> list[str]:
    """What must not be broken: words with the space after them, Chinese characters with the marks around them."""
    wide = r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]"
    closing, opening = f"[{re.escape(_CLOSING)}]*", f"[{_OPENING}]*"
    word = rf"(?:(?!{wide})[^ \n])+"
    found = re.findall(rf"{opening}(?:{word}|{wide}){closing} *|[ \n]+", text)
    return [part for piece in found for part in _cut(piece, room, size)]


def _cut(piece: str, room: float, size: float) -> list[str]:
    if width(piece.rstrip(), size) <= room:
        return [piece]
    fits = max(1, int(room / size))
    return [piece[start : start + fits] for start in range(0, len(piece), fits)]


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    if character.isupper() or character in "mw@%":
        return _CAPITAL
    return _NARROW if character in " \u00a0ijlt.,:;'|()[]!-" else _OTHER
