"""XLSX: the rows of one sheet as texts, read from start to end without holding the sheet in memory."""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from standards.importers.unreadable import MOST_COLUMNS, Unreadable

# Everything that openpyxl lets through when a part of the file is not what its format says.
_DAMAGE = (
    ParseError, zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException,
    KeyError, IndexError, ValueError, TypeError, AttributeError, EOFError, OverflowError, NotImplementedError,
)  # fmt: skip
_AT_ONCE = 500


@contextmanager
def _opened(path: Path, file: str) -> Iterator[Any]:
    """The workbook; whatever breaks in it is one refusal, and what openpyxl merely remarks on is not heard."""
    try:
        with path.open("rb") as stream:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            yield book
            book.close()
    except _DAMAGE as error:
        reason = _("the workbook is damaged (%(why)s). Open it in Excel and save it again.")
        raise Unreadable(file, reason % {"why": f"{type(error).__name__}: {error}"[:200]}) from None


def look_into(
    path: Path, file: str, sheet: str, count: int
) -> tuple[tuple[str, ...], str, list[tuple[int, list[str]]]]:
    """The names of the sheets, visible ones first; the one asked for, or else the first; and its first rows."""
    with _opened(path, file) as book:
        sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
        names = tuple(sheet.title for sheet in sheets)
        if not names:
            raise Unreadable(file, _("the workbook has no sheet with rows."))
        if sheet and sheet not in names:
            words = {"sheet": sheet, "known": ", ".join(names)}
            raise Unreadable(file, _("there is no sheet “%(sheet)s”; there are: %(known)s.") % words)
        return names, sheet or names[0], list(islice(_rows(book[sheet or names[0]]), count))


def read_sheet(path: Path, file: str, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of each row. A formula counts with the value that Excel saved for it."""
    with _opened(path, file) as book:
        yield from _rows(book[sheet])


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # One column more than may be: so a wide sheet is found out without its width costing anything.
    rows = _quiet(_unsized(sheet).iter_rows(max_col=MOST_COLUMNS + 1, values_only=True))
    for line, values in enumerate(rows, start=1):
        filled = [place for place, value in enumerate(values) if value is not None]
        if filled:
            yield line, [as_text(value) for value in values[: filled[-1] + 1]]


def _unsized(sheet: Any) -> Any:
    """The size that a sheet states of itself is often wrong."""
    sheet.reset_dimensions()
    return sheet


def _quiet(rows: Iterator[Any]) -> Iterator[Any]:
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = list(islice(rows, _AT_ONCE))
        yield from batch
        if len(batch) < _AT_ONCE:
            return


def as_text(value: Any) -> str:
    """A cell as it would stand in a text file: whole numbers without a fraction, days without a time."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.12g}"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if not isinstance(value, timedelta) else f"{value.total_seconds():.0f} s"
