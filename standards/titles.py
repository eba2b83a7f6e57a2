"""Titles folded to one form, to suggest what may be the same project. A title alone never identifies one."""

import re
import unicodedata
from typing import NamedTuple

from standards.numbers import DASHES

# Elements that some writers put before the title proper and others leave out.
_LEADING = re.compile(r"\A(?:(?:information technology|artificial intelligence) ?- ?)+")
_PART = re.compile(r"\bpart (?P<english>[0-9]+[a-z]?(?:-[0-9]+)*)\b ?[-:.,]*|第 ?(?P<chinese>[0-9]+) ?部分 ?[-:.,]*")
_DASH = re.compile(f"[{re.escape(DASHES)}]+")
_SPACES = re.compile(r"[\s\x00-\x1f]+")
_DASHES_AND_SPACES = re.compile(r"[- ]+")


class FoldedTitle(NamedTuple):
    """`text` for comparing, not for showing; `part` is the part's number, or empty."""

    text: str
    part: str


def fold_title(title: str) -> FoldedTitle:
    """Fold a title, English or Chinese: width, case, dashes, spaces, leading general elements, part, full stop.

    `Artificial intelligence—Large-scale model—Part 4: Computer vision` and `Large scale model - Part 4 - computer
    vision.` fold to the same. Equal folded titles suggest likeness; unequal parts deny it.
    """
    text = unicodedata.normalize("NFKC", title).lower()
    text = _SPACES.sub(" ", _DASH.sub("-", text)).strip()
    text = _LEADING.sub("", text)
    if found := _PART.search(text):
        text = f"{text[: found.start()]} {text[found.end() :]}"
    folded = _DASHES_AND_SPACES.sub(" ", text.rstrip(" .。")).strip()
    return FoldedTitle(folded, (found["english"] or found["chinese"]) if found else "")
