"""Registers made for a test: rows into a file, a file into a plan."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from standards.importers.plan import Action, Plan, PlannedRow
from standards.importers.planning import make_plan
from standards.importers.writing import Written, write

TODAY = date(2025, 12, 1)
HEADING = ("number", "title", "nature", "committee", "stage", "target", "effective_on", "published_on", "in_force_on")


def csv_file(folder: Path, rows: Iterable[Sequence[Any]], name: str = "register.csv", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return raw_file(folder, text.getvalue().encode(encoding), name)


def raw_file(folder: Path, content: bytes | str, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def active(book: openpyxl.Workbook) -> Any:
    """The sheet that a new workbook has."""
    return book.active


def xlsx_file(folder: Path, rows: Iterable[Sequence[Any]], name: str = "register.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        active(book).append(list(row))
    book.save(folder / name)
    return folder / name


def dict_file(folder: Path, *rows: dict[str, Any], name: str = "register.csv") -> Path:
    """Rows as dicts: the heading is every key in the order met."""
    heading = list(dict.fromkeys(key for row in rows for key in row))
    return csv_file(folder, [heading, *([row.get(key, "") for key in heading] for row in rows)], name)


def plan_of(path: Path, **options: Any) -> Plan:
    return make_plan(path, **{"by": None, "on": TODAY} | options)


def actions(plan: Plan) -> list[Action]:
    return [row.action for row in plan.rows]


def only(plan: Plan) -> PlannedRow:
    (row,) = plan.rows
    return row


def imported(path: Path, **options: Any) -> Written:
    return write(plan_of(path, **options), by=options.get("by"))
