"""A register that somebody uploads: its file kept with a job, and its headings mapped to the columns known here."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from standards.importers.grid import Row
from standards.importers.headings import column_of, fold_heading
from standards.importers.mapping import Mapping as Columns
from standards.importers.mapping import mapping_of
from standards.importers.tables import Form, open_form, open_register
from standards.importers.unreadable import Unreadable
from standards.refusals import Refused
from tracker.jobs import Job, ask_for, attach, digest_of, refuse_large

SMALL = 500
"""Rows up to which the work is done while its asker waits."""
SAMPLES = 3
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

JSON = dict[str, Any]


class Step(StrEnum):
    """What is to be done with an upload next; it waits for a person before each."""

    PREVIEW = "preview"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of a register when uploading it. ``source`` is the register's name, the same each time."""

    source: str
    create_committees: bool = False
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One heading of the file: where it stands, what it is taken for (empty: nothing), and some cells below it."""

    place: int
    heading: str
    meaning: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out. ``line`` is the row taken for the heading, ``rows`` those it may be, with their texts.

    ``known`` is False where no row names a column known here: then somebody must say which row is the heading.
    """

    form: Form
    line: int
    rows: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]
    known: bool


@transaction.atomic
def begin(upload: UploadedFile, asked: Asked, *, by: Any, on: date) -> Job:
    """Keep an uploaded file with a job that waits for its columns to be confirmed.

    ``on`` is the day of the import. Raises ``Unreadable`` where it is no register at all, ``FileTooLarge``.
    """
    refuse_large(upload.size or 0)
    parameters = {
        "source": asked.source,
        "on": on.isoformat(),
        "skip_bad": asked.skip_bad,
        "mapping": {**earlier_mapping(asked.source), "create_committees": asked.create_committees},
    }
    subject = clean_name(upload.name or "")
    job = ask_for(Job.Kind.REGISTER, by=by, state=Job.State.ASKING, subject=subject, parameters=parameters)
    attach(job, subject, upload.read())
    with opened(job) as path:
        open_form(path, name=job.subject)
    return job


def clean_name(name: str) -> str:
    """What people call the file, in one line and without what could turn the text around it."""
    return _INVISIBLE.sub("", name).strip()[-200:] or "register"


def earlier_sources() -> list[str]:
    """The names of the registers that were uploaded before, each once."""
    named = Job.objects.filter(kind=Job.Kind.REGISTER).newest_first().values_list("parameters__source", flat=True)
    return sorted({source for source in named[:500] if source})


def earlier_mapping(source: str) -> JSON:
    """The columns as they were chosen the last time for this register; nothing where it is new."""
    earlier = Job.objects.filter(kind=Job.Kind.REGISTER, parameters__source=source, parameters__has_key="step")
    parameters = earlier.newest_first().values_list("parameters", flat=True).first() or {}
    kept = parameters.get("mapping", {})
    return {key: kept[key] for key in ("columns", "fixed") if key in kept}


@contextmanager
def opened(job: Job) -> Iterator[Path]:
    """The job's file on this machine, for a while. Raises ``Refused`` where it is not what was uploaded any more."""
    file = getattr(job, "file", None)
    content = bytes(file.content) if file else b""
    if file is None or digest_of(content) != file.digest:
        raise Refused(_("The file is not the one that was uploaded any more. Upload it again."))
    with tempfile.TemporaryDirectory(prefix="register-") as folder:
        path = Path(folder) / ("register.xlsx" if content.startswith(b"PK") else "register.csv")
        path.write_bytes(content)
        yield path


def mapping(job: Job) -> Columns:
    """What the headings of the job's file mean."""
    return mapping_of(job.parameters["mapping"], job.subject)


# Columns


def layout(job: Job, *, sheet: str = "", line: int = 0) -> Layout:
    """How the file is laid out; ``sheet`` and ``line`` say where its heading is, where that is not to be guessed.

    Raises ``Unreadable`` for a sheet that there is not.
    """
    columns = mapping(job)
    with opened(job) as path:
        form = open_form(path, name=job.subject, sheet=sheet, mapping=columns)
        found = _heading_line(path, job, form, columns)
    heading = _row_at(form, line or found or _widest(form))
    below = [row.cells for row in form.top if row.line > heading.line]
    return Layout(
        form=form,
        line=heading.line,
        rows=tuple((row.line, " | ".join(filter(None, map(str.strip, row.cells)))) for row in form.top),
        columns=tuple(_columns(heading, below, columns.columns)),
        known=bool(found),
    )


def _heading_line(path: Path, job: Job, form: Form, columns: Columns) -> int:
    """The row that the importer takes for the heading, also where it finds fault with it; 0 where there is none."""
    try:
        return open_register(path, name=job.subject, sheet=form.sheet, mapping=columns).heading.line
    except Unreadable as error:
        return error.line or 0


def _widest(form: Form) -> int:
    return max(form.top, key=lambda row: sum(bool(cell.strip()) for cell in row.cells)).line


def _row_at(form: Form, line: int) -> Row:
    return next((row for row in form.top if row.line == line), form.top[0])


def _columns(heading: Row, below: list[tuple[str, ...]], assigned: Mapping[str, str]) -> Iterator[Column]:
    for place, text in enumerate(heading.cells):
        cells = [row[place].strip() for row in below if place < len(row) and row[place].strip()]
        if text.strip():
            samples = tuple(dict.fromkeys(cells))[:SAMPLES]
            yield Column(place, " ".join(text.split()), column_of(text, assigned), samples)


def choose_columns(job: Job, found: Layout, *, meanings: Mapping[int, str], fixed: Mapping[str, str]) -> Job:
    """Say what the headings mean (place to column, empty: leave it out) and have the file compared.

    ``fixed`` gives a column one value for the rows that say nothing. Raises ``Refused`` where that cannot be.
    """
    raw = job.parameters["mapping"] | {
        "sheet": found.form.sheet,
        "columns": _assigned(job, found, meanings),
        "fixed": {column: value for column, value in fixed.items() if value},
    }
    columns = mapping_of(raw, job.subject)
    with opened(job) as path:
        register = open_register(path, name=job.subject, mapping=columns)
        if register.heading.line != found.line:
            words = {"line": register.heading.line}
            raise Unreadable(
                job.subject, _("row %(line)d fits these columns better; choose it as the heading.") % words
            )
        rows = sum(1 for _row in islice(register.rows(), SMALL + 1))
    return hand_over(job, step=Step.PREVIEW, mapping=raw, small=rows <= SMALL)


def _assigned(job: Job, found: Layout, meanings: Mapping[int, str]) -> dict[str, str]:
    assigned: dict[str, str] = {}
    for column in found.columns:
        meaning, folded = meanings.get(column.place, ""), fold_heading(column.heading)
        if assigned.setdefault(folded, meaning) != meaning:
            reason = _("two columns are called “%(heading)s”; rename one of them, or give both the same meaning.")
            raise Unreadable(job.subject, reason % {"heading": column.heading}, line=found.line)
    return assigned


def hand_over(job: Job, **parameters: Any) -> Job:
    """Let workers go on with the job, with these parameters. Raises ``Refused`` where it does not wait for a person."""
    everything = job.parameters | parameters
    waiting = {"state": Job.State.WAITING, "parameters": everything, "done": 0, "total": 0, "attempts": 0}
    asking = Job.objects.filter(pk=job.pk, state=Job.State.ASKING)
    if not asking.update(**waiting):
        raise Refused(_("This upload does not wait for a decision any more. Look at it again."))
    return Job.objects.get(pk=job.pk)
