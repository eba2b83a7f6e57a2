"""The columns of a register: what they are called, in English and Chinese, and finding the row that names them."""

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from django.utils.translation import gettext as _

from standards.importers.grid import Row
from standards.importers.unreadable import HEADING_WITHIN, Unreadable


@dataclass(frozen=True, slots=True)
class Column:
    """One column an import understands. ``synonyms`` are other headings met in registers."""

    name: str
    heading_zh: str
    synonyms: tuple[str, ...] = ()

    @property
    def both(self) -> str:
        """The heading of the template, in both languages."""
        return f"{self.name} {self.heading_zh}"


COLUMNS = (
    Column(
        "number", "计划号/标准号",
        (
            "计划号", "标准号", "标准编号", "计划编号", "项目计划号", "国家标准计划号", "项目编号", "项目号", "申报号",
            "编号", "numbers", "identifier", "reference", "designation", "plan number", "project number",
            "standard number", "application number",
        ),
    ),
    Column(
        "title", "英文名称",
        ("标准英文名称", "项目英文名称", "英文标准名称", "english title", "title (en)", "title en"),
    ),
    Column(
        "title_zh", "标准名称",
        (
            "项目名称", "中文名称", "标准中文名称", "项目中文名称", "计划项目名称", "名称", "标准名称(中文)",
            "chinese title", "title (zh)", "title zh",
        ),
    ),
    Column("nature", "标准性质", ("性质", "标准类别", "标准类型", "deliverable", "type of standard")),
    Column(
        "committee", "归口单位",
        (
            "归口", "技术归口单位", "归口技术委员会", "技术委员会", "分技术委员会", "committees",
            "technical committee", "tc",
        ),
    ),
    Column(
        "stage", "阶段",
        (
            "阶段代码", "项目阶段", "当前阶段", "标准阶段", "项目状态", "标准状态", "状态",
            "stage code", "state", "status",
        ),
    ),
    Column("target", "计划完成日期", ("计划完成时间", "完成时间", "完成日期", "target date", "planned publication")),
    Column("effective_on", "阶段日期", ("状态日期", "生效日期", "effective on", "stage date", "since")),
    Column(
        "published_on", "发布日期",
        ("公布日期", "出版日期", "published on", "publication date", "date of publication"),
    ),
    Column("in_force_on", "实施日期", ("in force on", "implementation date", "date of implementation")),
    Column("note", "备注", ("说明", "notes", "remark", "remarks", "comment")),
    Column("source_id", "来源编号", ("来源标识", "source id", "id in the register")),
    Column("track", "程序", ("制定程序", "procedure")),
    Column("body", "发布机构", ("发布部门", "issuing body")),
)  # fmt: skip

NAMES = tuple(column.name for column in COLUMNS)
# A row is told apart by one of these; without any of them a row names no project.
IDENTIFYING = frozenset({"number", "title", "title_zh", "source_id"})
# Registers often have a plan number and a standard number side by side.
SEVERAL = frozenset({"number"})


def fold_heading(text: str) -> str:
    """A heading without regard to width, case, spaces, underscores, and what stands around it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if not char.isspace() and char not in "_*:'\"\ufeff")


@cache
def _known() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for column in COLUMNS:
        for heading in (column.name, column.heading_zh, column.both, *column.synonyms):
            known[fold_heading(heading)] = column.name
    return known


def column_of(heading: str, assigned: Mapping[str, str] | None = None) -> str:
    """The column of that heading, empty where it is none. ``assigned`` maps folded headings to columns and wins."""
    folded = fold_heading(heading)
    if assigned and folded in assigned:
        return assigned[folded]
    return _known().get(folded, "") if folded else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The row that names the columns: ``columns`` by place in the row, ``ignored`` the headings nobody knows."""

    line: int
    cells: tuple[str, ...]
    width: int
    columns: Mapping[int, str]
    ignored: tuple[str, ...]

    def place(self, name: str) -> tuple[int, ...]:
        """Where the column of that name stands."""
        return tuple(index for index, column in self.columns.items() if column == name)


def find_heading(file: str, rows: Iterable[Row], assigned: Mapping[str, str]) -> Heading:
    """The row with the most known headings among the first rows of a file.

    Raises ``Unreadable`` where none names what tells projects apart, or where two columns would mean one thing.
    """
    best: Heading | None = None
    for row in islice(rows, HEADING_WITHIN):
        found = _heading(row, assigned)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None or not IDENTIFYING & set(best.columns.values()):
        raise Unreadable(file, _no_heading())
    _refuse_twins(file, best, assigned)
    return best


def _no_heading() -> str:
    return _(
        "no row among the first %(count)d names the columns. One of these headings is needed: %(needed)s. Write them "
        "in one row, or say with a mapping what your headings mean; “--template” writes a file with all of them."
    ) % {
        "count": HEADING_WITHIN,
        "needed": "number 计划号/标准号, title 英文名称, title_zh 标准名称, source_id 来源编号",
    }


def _heading(row: Row, assigned: Mapping[str, str]) -> Heading:
    cells = row.cells
    columns = {index: name for index, cell in enumerate(cells) if (name := column_of(cell, assigned))}
    by_assignment = {name for index, name in columns.items() if fold_heading(cells[index]) in assigned}
    overruled = {
        index
        for index, name in columns.items()
        if name in by_assignment and name not in SEVERAL and fold_heading(cells[index]) not in assigned
    }
    columns = {index: name for index, name in columns.items() if index not in overruled}
    ignored = (" ".join(cell.split()) for index, cell in enumerate(cells) if cell.strip() and index not in columns)
    return Heading(row.line, cells, row.width, columns, tuple(dict.fromkeys(ignored)))


def _refuse_twins(file: str, heading: Heading, assigned: Mapping[str, str]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for index, name in heading.columns.items():
        places[fold_heading(heading.cells[index]) if name in SEVERAL else name].append(index)
    for twins in places.values():
        if len(twins) > 1:
            words = {
                "headings": ", ".join(f"“{heading.cells[index].strip()}”" for index in twins),
                "column": heading.columns[twins[0]],
            }
            reason = _(
                "the headings %(headings)s both mean %(column)s. Rename or delete one of the columns, or say with a "
                "mapping which one counts."
            )
            raise Unreadable(file, reason % words, line=heading.line, columns=twins)


def template() -> bytes:
    """An empty register as CSV: every column, its heading in both languages; UTF-8 with a mark that Excel knows."""
    text = io.StringIO()
    csv.writer(text).writerow(column.both for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")
