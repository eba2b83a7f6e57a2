"""Rows of text as any kind of file gives them, and the limits that hold for all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from standards.importers.unreadable import MOST_COLUMNS, MOST_ROWS, Unreadable


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``line`` is where it begins in the file, from 1; ``cells`` are texts, empty ones at the end left out.

    ``width`` is how many cells there were with those.
    """

    line: int
    cells: tuple[str, ...]
    width: int


def limited(file: str, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    """The rows that are not empty. Raises ``Unreadable`` at the first one beyond what a register can be."""
    for count, (line, cells, width) in enumerate(_filled(rows)):
        if count > MOST_ROWS:
            raise Unreadable(file, _too_many_rows(), line=line)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(file, _too_many_columns(len(cells)), line=line)
        yield Row(line, tuple(cells), width)


def _filled(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str], int]]:
    for line, cells in rows:
        width = len(cells)
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield line, cells, width


def _too_many_rows() -> str:
    reason = _("the file has more than %(most)s rows. Split it into several files and import them one after the other.")
    return reason % {"most": f"{MOST_ROWS:,}"}


def _too_many_columns(count: int) -> str:
    reason = _("it has %(count)d columns, and at most %(most)d are read. Keep the columns of the register only.")
    return reason % {"count": count, "most": MOST_COLUMNS}
