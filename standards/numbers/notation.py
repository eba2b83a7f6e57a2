"""Pieces that several grammars share. Patterns are written for ASCII text, in either case."""

import re
from collections.abc import Iterable

YEAR = r"(?:19|20)[0-9]{2}"
MONTH = r"0[1-9]|1[0-2]"
NO_YEAR = "It has no year, so it names no particular edition."


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, so that FDIS is not read as F and DIS."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def spelling(words: Iterable[str]) -> dict[str, str]:
    """From lower case to the word as its body spells it."""
    return {word.lower(): word for word in words}


def grammar(pattern: str) -> re.Pattern[str]:
    """The pattern compiled for either case and ASCII only, so that no other digit or letter passes for one."""
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def whole(text: str | None) -> int | None:
    """The digits as a number, or None where there are none."""
    return int(text) if text else None


def split_parts(text: str | None, mark: str) -> tuple[str, ...]:
    """`-1-2` into ("1", "2"); nothing into ()."""
    return tuple(text[1:].split(mark)) if text else ()


def looks_like_year(part: str) -> bool:
    """Whether a part number has the form of a year, as when a hyphen was written for the colon."""
    return len(part) == 4 and part[:2] in ("19", "20") and part.isdigit()
