"""Projects as a register: CSV or XLSX with the columns of an import, so that what goes out can come in again."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import IO

from django.db.models import Prefetch, QuerySet
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from standards.cleaning import Unclean
from standards.importers.formulas import guard
from standards.importers.groups import Groups
from standards.importers.headings import COLUMNS
from standards.models import Number, Project, ProjectCommittee

AT_ONCE = 500
SHEET = "Projects"
CellOf = Callable[[Project], str]


def export_csv(projects: QuerySet[Project], *, language: str = "en") -> Iterator[bytes]:
    """The projects as CSV in UTF-8 with a byte order mark, some hundred rows a piece, in the order they come.

    Whoever asks sees to it that the projects are ``visible_to`` the reader. ``language`` is that of the headings.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(headings(language))
    for count, row in enumerate(rows(projects), start=1):
        writer.writerow(row)
        if count % AT_ONCE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    piece = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return piece


def export_xlsx(projects: QuerySet[Project], file: IO[bytes], *, language: str = "en") -> None:
    """The projects as a workbook with one sheet, written into ``file`` row by row; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(headings(language))
    for row in rows(projects):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(file)


def headings(language: str) -> list[str]:
    """The columns' names, in English or Chinese."""
    return [column.heading_zh if language.startswith("zh") else column.name for column in COLUMNS]


def rows(projects: QuerySet[Project]) -> Iterator[list[str]]:
    """The cells of each project, in the order of the columns, safe to open in a spreadsheet."""
    cells = _cells(_committee_names())
    for project in _with_cells(projects).iterator(chunk_size=AT_ONCE):
        yield [guard(cells[column.name](project)) for column in COLUMNS]


def _with_cells(projects: QuerySet[Project]) -> QuerySet[Project]:
    return projects.select_related("body").prefetch_related(
        Prefetch("numbers", Number.objects.order_by("position", "pk")),
        Prefetch("assignments", ProjectCommittee.objects.select_related("committee").order_by("position", "pk")),
    )


def _committee_names() -> dict[str, str]:
    """What each committee is called: by its reference, if an import finds it by that, or by its slug."""
    groups = Groups.load()
    return {slug: name for slug, name in groups.references().items() if _finds(groups, name, slug)}


def _finds(groups: Groups, name: str, slug: str) -> bool:
    try:
        return groups.read(name, "") == (slug,)
    except Unclean:
        return False


def _cells(committees: dict[str, str]) -> dict[str, CellOf]:
    return {
        "number": lambda project: _joined(n.value if n.valid else n.raw for n in project.numbers.all()),
        "title": lambda project: project.title,
        "title_zh": lambda project: project.title_zh,
        "nature": lambda project: project.deliverable,
        "committee": lambda project: _joined(
            committees.get(a.committee.slug, a.committee.slug) for a in project.assignments.all()
        ),
        "stage": lambda project: project.stage_code or str(project.state),
        "target": lambda project: project.target_text,
        "effective_on": lambda project: _day(project.since),
        "published_on": lambda project: _day(project.published_on),
        "in_force_on": lambda project: _day(project.in_force_on),
        "note": lambda project: project.note,
        "source_id": lambda project: str(project.pk),
        "track": lambda project: project.track_code,
        "body": lambda project: project.body.slug,
    }


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
