"""CSV: which encoding and which delimiter a file has, and its rows."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from standards.importers.headings import column_of
from standards.importers.unreadable import HEADING_WITHIN, Unreadable

DELIMITERS = ",;\t"
_CHUNK = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Text in GB18030 may by chance begin like UTF-8, but hardly with so many whole characters.
_SURELY_UTF_8 = 6


def encoding_of(path: Path, file: str) -> str:
    """``utf-8-sig`` (with or without its mark) or ``gb18030``. Raises ``Unreadable`` with the line of a bad byte."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(_UTF_16):
        raise Unreadable(file, _("it is in UTF-16. Save it as “CSV UTF-8”."))
    broken = _first_fault(path, file, "utf-8")
    if broken is None:
        return "utf-8-sig"
    line, read = broken
    chinese = (
        None if start.startswith(codecs.BOM_UTF8) or read >= _SURELY_UTF_8 else _first_fault(path, file, "gb18030")
    )
    if chinese is None and not start.startswith(codecs.BOM_UTF8) and read < _SURELY_UTF_8:
        return "gb18030"
    raise Unreadable(file, _unknown_bytes(), line=line)


def _unknown_bytes() -> str:
    return _("there are bytes that are neither UTF-8 nor GB18030. Save the file as “CSV UTF-8” and look at this line.")


def _first_fault(path: Path, file: str, encoding: str) -> tuple[int, int] | None:
    """The line of the first byte that the encoding does not have, and how many non-ASCII characters came before it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, read = 1, 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            _refuse_binary(file, chunk, line)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "ignore")
                return line + good.count("\n"), read + _foreign(good)
            line, read = line + text.count("\n"), read + _foreign(text)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line, read
    return None


def _foreign(text: str) -> int:
    return 0 if text.isascii() else sum(char > "\x7f" for char in text)


def _refuse_binary(file: str, chunk: bytes, line: int) -> None:
    if (place := chunk.find(b"\0")) >= 0:
        reason = _("there is a NUL byte: this is no text. Save the register as XLSX or as “CSV UTF-8”.")
        raise Unreadable(file, reason, line=line + chunk.count(b"\n", 0, place))


def delimiter_of(path: Path, file: str, encoding: str, assigned: Mapping[str, str]) -> str:
    """Comma, semicolon or tab: the one under which the first rows show most known headings, else most columns."""
    return max(DELIMITERS, key=lambda delimiter: _fit(path, encoding, delimiter, assigned))


def _fit(path: Path, encoding: str, delimiter: str, assigned: Mapping[str, str]) -> tuple[int, int]:
    headings, columns = 0, 0
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            for cells in islice(reader, HEADING_WITHIN):
                headings = max(headings, sum(bool(column_of(cell, assigned)) for cell in cells))
                columns = max(columns, len(cells))
        except csv.Error:
            pass
    return headings, columns


def read_delimited(path: Path, file: str, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row. Raises ``Unreadable`` where quotes do not pair up."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            reason = _(
                "the quotes do not pair up (%(why)s). A text with a quote in it is written in quotes, and its own "
                'quotes doubled: “a ""quoted"" word”.'
            )
            raise Unreadable(file, reason % {"why": error}, line=line) from None
