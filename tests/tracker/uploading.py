"""Registers to upload in tests, and the steps of an upload as a browser takes them."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from tracker.jobs import Job

UPLOAD = "/admin/tracker/job/upload/"
HEADINGS = ["计划号", "标准名称", "归口单位", "阶段", "计划完成日期"]
FIRST = ["20252081-Z-469", "人工智能 可信数据集", "SAC-TC28-SC42", "起草", "2030-03-31"]
SECOND = ["20252082-Z-469", "人工智能 模型评测", "SAC-TC28-SC42", "征求意见", "2030-06-30"]


def csv_of(*rows: Iterable[str], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(**sheets: list[list[str]]) -> bytes:
    """A workbook of these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def many_rows(count: int, title: str = "人工智能 主题") -> list[list[str]]:
    """So many different projects."""
    return [[f"{20260000 + n}-Z-469", f"{title} {n}", "SAC-TC28-SC42", "起草", "2030-03-31"] for n in range(count)]


def upload(client: Client, content: bytes, name: str = "计划.csv", **said: str) -> Any:
    """Upload a file and see the page that follows."""
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"file": file, "source": "SC42", **said}, follow=True)


def page(name: str, job: Job | None = None) -> str:
    """The address of a page about the job, by default the latest one."""
    return reverse(f"admin:tracker_job_{name}", args=[(job or latest()).pk])


def latest() -> Job:
    return Job.objects.filter(kind=Job.Kind.REGISTER).newest_first()[0]


def say_columns(client: Client, **meanings: str) -> Any:
    """Confirm what the columns mean as they are guessed, but for those given by their heading."""
    layout = client.get(page("columns")).context["layout"]
    form = {f"column-{each.place}": meanings.get(each.heading, each.meaning) for each in layout.columns}
    return client.post(page("columns"), {"sheet": layout.form.sheet, "line": layout.line, **form}, follow=True)


def compared(client: Client, *rows: list[str], **said: str) -> Any:
    """Upload these rows, take the columns as they are guessed, and see what would change."""
    upload(client, csv_of(HEADINGS, *rows), **said)
    return say_columns(client)


def confirm(client: Client, **more: str) -> Any:
    return client.post(page("confirm"), {"digest": latest().result["digest"], **more}, follow=True)


def written(client: Client, *rows: list[str], **said: str) -> Job:
    """Bring these rows in, from the upload to the end."""
    compared(client, *rows, **said)
    confirm(client)
    return latest()
