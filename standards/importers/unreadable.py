"""The refusal of a whole file: where in it, what is wrong and what to do."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards.refusals import Refused

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_BYTES = 200_000_000
HEADING_WITHIN = 20
"""Rows at the top of a file among which the heading is looked for."""


class Unreadable(Refused):
    """A file that is not taken at all. ``line`` is the row in the file, None where the whole file is meant."""

    title = gettext_lazy("The file cannot be taken")

    def __init__(self, file: str, reason: str, *, line: int | None = None, columns: Sequence[int] = ()) -> None:
        self.file, self.reason, self.line = file, reason, line
        place = [file]
        if line is not None:
            place.append(_("row %(line)d") % {"line": line})
        if columns:
            letters = ", ".join(column_letters(index) for index in columns)
            place.append(_("column %(letters)s") % {"letters": letters})
        super().__init__(f"{', '.join(place)}: {reason}")


def column_letters(index: int) -> str:
    """What a spreadsheet calls the column: 0 is A, 26 is AA."""
    letters, index = "", index + 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
