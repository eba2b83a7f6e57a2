"""One spelling for what keyboards, spreadsheets and PDFs write in many: dashes, widths and spaces."""

import re

# Hyphen-minus, hyphen, non-breaking hyphen, figure dash, en dash, em dash, horizontal bar, minus, full-width hyphen.
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_SPACES = "\t\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
# Zero-width space and joiners, direction marks, word joiner, byte order mark; trade mark signs (IEEE Std 2807™-2022).
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u2122\u00ae"
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ONE_FORM = (
    _FULL_WIDTH
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _INVISIBLE), None)
    | dict.fromkeys(map(ord, DASHES), "-")
)

_STOPS = " .,;、。"
_UNTIDY = re.compile(r"[^ -~]|\A |  |[ .,;]\Z| [-:/+]|[-:/+] |--")
_MANY_SPACES = re.compile(r" {2,}")
_LOOSE_MARK = re.compile(r" ?([-:/+]) ?")
# A Chinese keyboard writes its dash as two.
_MANY_DASHES = re.compile(r"-{2,}")


def tidy(raw: str) -> str:
    """The text with one kind of dash, half-width signs and single spaces, none of them beside a dash, colon or slash.

    A stop or comma at the end goes too. Letters, digits and whatever else is there stay, also what no identifier may
    have.
    """
    if not _UNTIDY.search(raw):
        return raw
    text = _MANY_SPACES.sub(" ", raw.translate(_ONE_FORM).strip())
    return _MANY_DASHES.sub("-", _LOOSE_MARK.sub(r"\1", text)).rstrip(_STOPS)


def strange_character(text: str) -> str:
    """The first character that cannot be printed (a line break, NUL, half of a surrogate pair); empty if none."""
    return next((char for char in text if not char.isprintable()), "")


def printable(text: str, longest: int) -> str:
    """The text on one line, cut to `longest` characters with an ellipsis if longer.

    What cannot be printed becomes U+FFFD and not a space, so that a flagged text never looks like a sound one.
    """
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text[: longest + 1])
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
