"""Cells that a spreadsheet would take for a formula: made harmless on the way out, and themselves again on the way in.

A cell that begins with = + - @, their full-width forms, a tab or a line break, also behind spaces, gets an apostrophe
in front. Quoting alone does not help: the program that opens the file takes the quotes off first (CWE-1236).
"""

import re

_DANGEROUS = re.compile(r"['\s\x00]*(?:[=+\-@＝＋－＠﹢﹣﹦﹫−]|(?<=[\t\r\n\x00]))")
MARK = "'"


def guard(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet might run it."""
    return MARK + text if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before ``guard``."""
    return text[1:] if text.startswith(MARK) and _DANGEROUS.match(text, 1) else text
