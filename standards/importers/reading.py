"""One row of a register into what it wants a project to be: every cell read, every fault in it said."""

import re
from collections.abc import Callable
from datetime import date
from sys import intern
from typing import Any

from django.utils.translation import gettext as _

from standards import speech
from standards.cleaning import Unclean, clean_chinese_title, clean_line, clean_target, clean_text, clean_title
from standards.importers.days import loose_line, read_day, read_loosely
from standards.importers.formulas import unguard
from standards.importers.grid import Row
from standards.importers.groups import Groups
from standards.importers.mapping import Mapping
from standards.importers.procedures import body_of, own_deliverable, track_of, track_of_nature
from standards.importers.spelling import EXCEL_ERRORS, is_empty, labelled, pieces, without_placeholder
from standards.importers.tables import Register
from standards.importers.unreadable import column_letters
from standards.importers.wanted import Wanted
from standards.number_faults import told_fault
from standards.numbers import parse
from workflows.calendar import TargetDate
from workflows.library import UnknownTrack, library
from workflows.library import track as track_named
from workflows.states import Precision

Cells = dict[str, list[str]]
_BREAK = re.compile(r"[\r\n\t]")
_LONGEST_NUMBER, _LONGEST_KEY, _MOST_NUMBERS = 200, 200, 20


class RowReader:
    """Reads the rows of one register. ``today`` is the day of the import: what is said to have happened has."""

    def __init__(self, register: Register, mapping: Mapping, groups: Groups, today: date) -> None:
        self.register, self.mapping, self.groups, self.today = register, mapping, groups, today
        heading = register.heading
        self._places = tuple(heading.columns.items())
        self._labels = {place: label for place, cell in enumerate(heading.cells) if (label := mapping.label_of(cell))}

    def read(self, row: Row) -> Wanted:
        """What the row wants; its ``problems`` name column and reason. Raises nothing."""
        wanted = Wanted(row.line)
        if not self.register.form.is_workbook:
            self._refuse_ragged(wanted, row)
        cells = self._cells(row)
        for column, read in _READERS:
            for cell in cells.get(column, ()):
                self._try(wanted, column, cell, read)
        self._tell_procedure(wanted, cells)
        self._tell_committees(wanted, cells)
        _refuse_nameless(wanted)
        _refuse_contradictions(wanted, self.today)
        return wanted

    def _refuse_ragged(self, wanted: Wanted, row: Row) -> None:
        heading = self.register.heading
        if len(heading.cells) <= row.width and len(row.cells) <= heading.width:
            return
        words = {"count": row.width, "headings": heading.width}
        reason = _("it has %(count)d cells and the heading %(headings)d: is a text with a delimiter or a line break "
                   "in it not in quotes?")  # fmt: skip
        wanted.problems.append(reason % words)

    def _cells(self, row: Row) -> Cells:
        """The cells that are not empty, by column, in the words known here."""
        cells: Cells = {}
        for place, column in self._places:
            text = unguard(row.cells[place]).strip() if place < len(row.cells) else ""
            if label := self._labels.get(place):
                text = labelled(text, label)
            text = self.mapping.value(column, "" if is_empty(text) else text)
            if text:
                cells.setdefault(column, []).append(text)
        for column, value in self.mapping.fixed.items():
            cells.setdefault(column, [value] if value else [])
        return cells

    def _try(self, wanted: Wanted, column: str, cell: str, read: Callable[[Wanted, str], Any]) -> None:
        try:
            _refuse_excel_error(cell)
            read(wanted, cell)
        except Unclean as error:
            wanted.problems.append(speech.labelled(self._called(column), error))

    def _called(self, column: str) -> str:
        """The column as its reader sees it: ``归口单位 (column C)``."""
        places = self.register.heading.place(column)
        if not places:
            return column
        heading = " ".join(self.register.heading.cells[places[0]].split())
        return _("%(heading)s (column %(letters)s)") % {"heading": heading, "letters": column_letters(places[0])}

    def _tell_procedure(self, wanted: Wanted, cells: Cells) -> None:
        stated, nature = _first(cells, "track"), _first(cells, "nature")
        column = "track" if stated else "nature" if nature else "number"
        self._try(wanted, column, stated or nature or "-", lambda w, _cell: _procedure(w, stated, nature))
        if body := _first(cells, "body"):
            self._try(wanted, "body", body, _body)

    def _tell_committees(self, wanted: Wanted, cells: Cells) -> None:
        if cell := "\n".join(cells.get("committee", ())):
            body = wanted.body or (body_of(wanted.track, wanted.numbers) if wanted.track else "")
            self._try(wanted, "committee", cell, lambda w, text: _committees(w, self.groups.read(text, body)))


def _refuse_excel_error(cell: str) -> None:
    if cell in EXCEL_ERRORS:
        raise Unclean(_("the cell holds Excel's error %(error)s; mend its formula.") % {"error": cell})


def _first(cells: Cells, column: str) -> str:
    return next(iter(cells.get(column, ())), "")


def _one_line(cell: str) -> str:
    """A cell that was wrapped by hand, as one line; invisible characters in it are refused further on."""
    return " ".join(cell.split()) if _BREAK.search(cell) else cell


def _numbers(wanted: Wanted, cell: str) -> None:
    read = [parse(_one_line(clean_line(piece, _LONGEST_NUMBER))) for piece in pieces(cell)]
    known = {(number.kind, number.value) for number in wanted.numbers}
    wanted.numbers += tuple(n for n in read if n.raw and (n.kind, n.value) not in known)
    if len(wanted.numbers) > _MOST_NUMBERS:
        raise Unclean(_("there are more than %(most)d numbers in it.") % {"most": _MOST_NUMBERS})
    wanted.warnings += [told_fault(number.problem) for number in read if not number.valid]


def _title(wanted: Wanted, cell: str) -> None:
    title = _titled(wanted, cell)
    if title:
        wanted.title = clean_title(title)


def _title_zh(wanted: Wanted, cell: str) -> None:
    wanted.title_zh = clean_chinese_title(_titled(wanted, cell))


def _titled(wanted: Wanted, cell: str) -> str:
    """The title without “titre manque”, which may have been all of it."""
    line = _one_line(cell)
    title = without_placeholder(line)
    if title != line:
        wanted.warnings.append(_("the source says that a title is missing: “%(title)s”.") % {"title": line[-60:]})
        wanted.untitled = not title
    return title


def _stage(wanted: Wanted, cell: str) -> None:
    wanted.stage = intern(clean_line(_one_line(cell), 80))


def _target(wanted: Wanted, cell: str) -> None:
    wanted.target = clean_target(cell)


def _effective_on(wanted: Wanted, cell: str) -> None:
    wanted.effective_on = read_day(cell)


def _published_on(wanted: Wanted, cell: str) -> None:
    wanted.published_on = _day_or_line(wanted, "published_on", read_loosely(cell))


def _in_force_on(wanted: Wanted, cell: str) -> None:
    wanted.in_force_on = _day_or_line(wanted, "in_force_on", read_loosely(cell))


def _day_or_line(wanted: Wanted, column: str, read: TargetDate) -> date | None:
    if read.precision == Precision.DAY:
        return read.start
    wanted.loose += (loose_line(column, read),)
    return None


def _note(wanted: Wanted, cell: str) -> None:
    wanted.note = clean_text(cell)


def _source_id(wanted: Wanted, cell: str) -> None:
    wanted.source_id = clean_line(cell, _LONGEST_KEY)


def _body(wanted: Wanted, cell: str) -> None:
    wanted.body = intern(clean_line(cell, 80))


def _committees(wanted: Wanted, slugs: tuple[str, ...]) -> None:
    wanted.committees = slugs


def _procedure(wanted: Wanted, stated: str, nature: str) -> None:
    code = _stated(stated) if stated else track_of_nature(nature)
    wanted.track, contradiction = track_of(wanted.numbers, code)
    if contradiction:
        wanted.warnings.append(contradiction)
    if nature and not track_of_nature(nature) and not stated:
        wanted.warnings.append(_("“%(nature)s” is no nature known here.") % {"nature": nature[:40]})
    wanted.deliverable = own_deliverable(wanted.track, nature)
    if stated and not track_of_nature(nature):
        wanted.deliverable = intern(clean_line(nature, 40))


def _stated(cell: str) -> str:
    code = track_of_nature(cell)
    try:
        return track_named(code or cell).code
    except UnknownTrack:
        words = {"code": code or cell, "known": ", ".join(library())}
        raise Unclean(_("There is no procedure '%(code)s'; there are %(known)s.") % words) from None


def _refuse_nameless(wanted: Wanted) -> None:
    if not wanted.label and not wanted.problems:
        wanted.problems.append(_("it has neither a number nor a title nor an id, so it names no project."))


def _refuse_contradictions(wanted: Wanted, today: date) -> None:
    if wanted.effective_on and wanted.effective_on > today:
        words = {"day": speech.told_day(wanted.effective_on), "today": speech.told_day(today)}
        wanted.problems.append(_("%(day)s is in the future (today is %(today)s): it has not happened yet.") % words)
    if wanted.published_on and wanted.in_force_on and wanted.in_force_on < wanted.published_on:
        words = {"in_force": speech.told_day(wanted.in_force_on), "published": speech.told_day(wanted.published_on)}
        wanted.problems.append(
            _("it would come into force on %(in_force)s, before its publication on %(published)s.") % words
        )


_READERS: tuple[tuple[str, Callable[[Wanted, str], Any]], ...] = (
    ("number", _numbers),
    ("title", _title),
    ("title_zh", _title_zh),
    ("stage", _stage),
    ("target", _target),
    ("effective_on", _effective_on),
    ("published_on", _published_on),
    ("in_force_on", _in_force_on),
    ("note", _note),
    ("source_id", _source_id),
)
