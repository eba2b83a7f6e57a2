"""A register as it comes: a CSV or XLSX file, opened safely, its heading found, its rows one by one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from standards.importers.archives import is_workbook
from standards.importers.delimited import delimiter_of, encoding_of, read_delimited
from standards.importers.grid import Row, limited
from standards.importers.headings import Heading, find_heading
from standards.importers.mapping import NO_MAPPING, Mapping
from standards.importers.unreadable import HEADING_WITHIN, Unreadable
from standards.importers.workbooks import look_into, read_sheet


@dataclass(frozen=True, slots=True)
class Form:
    """How the file is read. ``sheet`` and ``sheets`` are empty for CSV, ``encoding`` and ``delimiter`` for XLSX.

    ``top`` are the first rows that are not empty.
    """

    path: Path
    file: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    top: tuple[Row, ...] = field(default=(), repr=False)

    @property
    def is_workbook(self) -> bool:
        return bool(self.sheets)

    def rows(self) -> Iterator[Row]:
        """The rows of the file that are not empty, from the top. Raises ``Unreadable`` where it cannot go on."""
        if self.is_workbook:
            return limited(self.file, read_sheet(self.path, self.file, self.sheet))
        return limited(self.file, read_delimited(self.path, self.file, self.encoding, self.delimiter))


@dataclass(frozen=True, slots=True)
class Register:
    """A file with its heading found. ``digest`` is the SHA-256 of its bytes."""

    form: Form
    heading: Heading
    digest: str

    @property
    def name(self) -> str:
        return self.form.file

    def rows(self) -> Iterator[Row]:
        """The rows below the heading."""
        return (row for row in self.form.rows() if row.line > self.heading.line)


def open_register(path: Path, *, name: str = "", sheet: str = "", mapping: Mapping = NO_MAPPING) -> Register:
    """Open a file that people know as ``name``. Raises ``Unreadable`` where it is no register.

    ``sheet`` names a sheet of a workbook, by default the first one.
    """
    form = open_form(path, name=name, sheet=sheet, mapping=mapping)
    try:
        heading = find_heading(form.file, form.top, mapping.columns)
    except Unreadable as error:
        raise _naming_sheets(form, error) from None
    return Register(form, heading, digest_of(path))


def open_form(path: Path, *, name: str = "", sheet: str = "", mapping: Mapping = NO_MAPPING) -> Form:
    """How the file is read, with its first rows, heading or not: to look at before saying what the headings mean.

    Raises ``Unreadable`` where it is no register.
    """
    return _form(path, name or path.name, sheet or mapping.sheet, mapping)


def digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _form(path: Path, file: str, sheet: str, mapping: Mapping) -> Form:
    if not path.is_file():
        raise Unreadable(file, _("there is no such file."))
    if is_workbook(path, file):
        return _workbook(path, file, sheet)
    encoding = encoding_of(path, file)
    form = Form(path, file, encoding, delimiter_of(path, file, encoding, mapping.columns))
    return replace(form, top=tuple(islice(form.rows(), HEADING_WITHIN)))


def _workbook(path: Path, file: str, sheet: str) -> Form:
    sheets, sheet, rows = look_into(path, file, sheet, HEADING_WITHIN)
    return Form(path, file, sheet=sheet, sheets=sheets, top=tuple(limited(file, rows)))


def _naming_sheets(form: Form, error: Unreadable) -> Unreadable:
    if len(form.sheets) < 2 or error.line is not None:
        return error
    words = {"sheet": form.sheet, "others": ", ".join(sheet for sheet in form.sheets if sheet != form.sheet)}
    return Unreadable(form.file, error.reason + " " + _("Read was the sheet “%(sheet)s”; others: %(others)s.") % words)
