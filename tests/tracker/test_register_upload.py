"""A register uploaded in the admin: its columns, what would change, the confirming, and what came of it."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standards.edits import edit
from standards.history import verify
from standards.models import Change, Committee, Project
from tests import factories
from tests.tracker.admin_pages import page_of, secretary_client, signed_in, text_of
from tests.tracker.uploading import (
    FIRST,
    HEADINGS,
    SECOND,
    UPLOAD,
    compared,
    confirm,
    csv_of,
    latest,
    many_rows,
    page,
    say_columns,
    upload,
    written,
    xlsx_of,
)
from tracker import jobs
from tracker.jobs import Job
from tracker.tasks import run_jobs
from workflows.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    factories.committee()
    return secretary_client()


def reader(*permissions: str) -> Any:
    """Staff with these permissions of the standards app, who may also look at the jobs of others."""
    person = factories.person("", permissions, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_job"))
    return person


# The way through


def test_a_register_is_brought_in_step_by_step(client: Client) -> None:
    assert "What the columns mean" in text_of(upload(client, csv_of(HEADINGS, FIRST, SECOND)))
    assert "Write 2 projects" in text_of(say_columns(client))
    words = text_of(confirm(client))
    assert "Done" in words
    assert "Registered 2" in words
    first, second = Project.objects.order_by("numbers__value")
    assert (first.title_zh, first.state, second.state) == ("人工智能 可信数据集", State.DRAFT, State.PUBLIC_COMMENT)
    assert verify() == []


def test_nothing_is_written_before_it_is_confirmed(client: Client) -> None:
    before = Change.objects.count()
    compared(client, FIRST, SECOND)
    client.get(page("preview"))
    assert (Project.objects.count(), Change.objects.count()) == (0, before)


def test_the_same_file_again_would_change_nothing(client: Client) -> None:
    written(client, FIRST, SECOND)
    words = text_of(compared(client, FIRST, SECOND))
    assert "Nothing would change." in words
    assert "Unchanged 2" in words
    assert "Write" not in words


def test_each_difference_is_told_by_its_row(client: Client) -> None:
    written(client, FIRST, [*SECOND[:3], "起草", SECOND[4]])
    changed = [FIRST[0], "人工智能 可信的数据集", *FIRST[2:4], "2030-12-31"]
    words = text_of(compared(client, changed, SECOND))
    assert "Chinese title 人工智能 可信数据集 → 人工智能 可信的数据集" in words
    assert "Target 31 Mar 2030 → 31 Dec 2030" in words
    assert "Drafting 20 → Open for comment → Public comment 30" in words
    assert "Moved 1 Changed 1" in words
    confirm(client)
    first, second = Project.objects.order_by("numbers__value")
    assert (first.title_zh, first.target_text) == ("人工智能 可信的数据集", "2030-12-31")
    assert second.state == State.PUBLIC_COMMENT


def test_the_rows_lead_to_the_projects_that_they_became(client: Client) -> None:
    written(client, FIRST)
    project = Project.objects.get()
    assert page_of(project) in client.get(page("preview")).content.decode()
    assert "Row by row" in text_of(client.get(page("preview")))


def test_the_history_names_file_and_row_and_who_confirmed(client: Client) -> None:
    written(client, FIRST)
    change = Project.objects.get().changes.get()
    assert change.source == "计划.csv, row 2"
    assert change.actor == latest().by


def test_the_page_of_an_upload_speaks_chinese_to_those_who_read_it(client: Client) -> None:
    compared(client, FIRST)
    answer = client.get(page("preview"), headers={"accept-language": "zh-hans"})
    assert "起草" in text_of(answer)


# Columns


def test_columns_are_guessed_from_their_headings(client: Client) -> None:
    layout = upload(client, csv_of(HEADINGS, FIRST)).context["layout"]
    assert [column.meaning for column in layout.columns] == ["number", "title_zh", "committee", "stage", "target"]
    assert layout.columns[0].samples == (FIRST[0],)


def test_a_heading_nobody_knows_is_left_out_until_somebody_says_what_it_means(client: Client) -> None:
    layout = upload(client, csv_of([*HEADINGS, "内部编码"], [*FIRST, "A-1"])).context["layout"]
    assert layout.columns[5].meaning == ""
    say_columns(client, 内部编码="note")
    confirm(client)
    assert Project.objects.get().note == "A-1"


def test_a_column_can_be_left_out(client: Client) -> None:
    upload(client, csv_of(HEADINGS, FIRST))
    say_columns(client, 计划完成日期="")
    confirm(client)
    assert Project.objects.get().target_text == ""


def test_the_columns_of_a_register_are_remembered_under_its_name(client: Client) -> None:
    upload(client, csv_of([*HEADINGS, "内部编码"], [*FIRST, "A-1"]))
    say_columns(client, 内部编码="note", 计划完成日期="")
    confirm(client)
    again = upload(client, csv_of([*HEADINGS, "内部编码"], [*SECOND, "A-2"])).context["layout"]
    assert [column.meaning for column in again.columns][4:] == ["", "note"]
    other = upload(client, csv_of([*HEADINGS, "内部编码"], [*SECOND, "A-2"]), source="CESA").context["layout"]
    assert [column.meaning for column in other.columns][4:] == ["target", ""]


def test_a_file_whose_headings_nobody_knows_can_be_explained(client: Client) -> None:
    answer = upload(client, csv_of(["甲", "乙", "丙", "丁", "戊"], FIRST))
    assert "No row names a column known here." in text_of(answer)
    meanings = {"甲": "number", "乙": "title_zh", "丙": "committee", "丁": "stage", "戊": "target"}
    say_columns(client, **meanings)
    confirm(client)
    assert Project.objects.get().title_zh == FIRST[1]


def test_title_rows_above_the_heading_are_passed_over_and_another_heading_can_be_chosen(client: Client) -> None:
    rows = [["SC42 国家标准计划项目表"], HEADINGS, FIRST]
    assert upload(client, csv_of(*rows)).context["layout"].line == 2
    assert client.get(page("columns"), {"line": "1"}).context["layout"].columns[0].heading == rows[0][0]
    say_columns(client)
    confirm(client)
    assert Project.objects.count() == 1


def test_a_sheet_of_a_workbook_can_be_chosen(client: Client) -> None:
    upload(client, xlsx_of(封面=[["说明"]], 计划=[HEADINGS, FIRST]), "计划.xlsx")
    layout = client.get(page("columns"), {"sheet": "计划"}).context["layout"]
    assert layout.form.sheets == ("封面", "计划")
    form = {f"column-{each.place}": each.meaning for each in layout.columns}
    client.post(page("columns"), {"sheet": "计划", "line": layout.line, **form})
    confirm(client)
    assert Project.objects.count() == 1


def test_two_headings_with_one_name_are_refused_where_they_would_mean_two_things(client: Client) -> None:
    answer = upload(client, csv_of([*HEADINGS, "备注", "备注"], [*FIRST, "a", "b"]))
    form = {f"column-{each.place}": each.meaning for each in answer.context["layout"].columns}
    answer = client.post(page("columns"), {"line": "1", **form, "column-6": ""})
    assert answer.status_code == 400
    assert "two columns are called “备注”" in text_of(answer)
    assert latest().state == Job.State.ASKING


def test_without_a_column_that_names_projects_the_file_is_not_compared(client: Client) -> None:
    upload(client, csv_of(HEADINGS, FIRST))
    answer = say_columns(client, 计划号="", 标准名称="")
    assert answer.status_code == 400
    assert "One of these headings is needed" in text_of(answer)


def test_rows_that_do_not_say_it_get_the_procedure_and_committee_of_the_upload(client: Client) -> None:
    upload(client, csv_of(["标准名称", "阶段"], ["人工智能 词汇", "起草"]))
    client.post(page("columns"), {"line": "1", "column-0": "title_zh", "column-1": "stage",
                                  "fixed-track": "gb-t", "fixed-committee": "sac-tc28-sc42"})  # fmt: skip
    confirm(client)
    project = Project.objects.get()
    assert (project.track_code, [each.slug for each in project.committees.all()]) == ("gb-t", ["sac-tc28-sc42"])


def test_unknown_committees_are_named_or_added_as_somebody_wishes(client: Client) -> None:
    row = [*FIRST[:2], "SAC/TC260", *FIRST[3:]]
    assert "there is no committee “SAC/TC260”" in text_of(compared(client, row))
    words = text_of(compared(client, row, create_committees="on"))
    assert "Committees that would be added: SAC/TC260" in words


# Files that are none


PDF = b"%PDF-1.7\n" + b"x" * 2000
PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("register.xlsx", PDF, "it is a PDF, whatever its name says"),
        ("register.xlsx", PROTECTED, "it is protected with a password"),
        ("register.xlsx", b"PK\x03\x04 damaged", "it is damaged"),
        ("register.csv", csv_of([f"列{n}" for n in range(300)]), "it has 300 columns"),
        ("register.csv", b"", "empty"),
    ],
)
def test_what_is_no_register_is_refused_on_the_page_of_the_upload(
    client: Client, name: str, content: bytes, reason: str
) -> None:
    answer = upload(client, content, name)
    assert answer.status_code == 400
    assert reason in text_of(answer)
    assert not Job.objects.exists()


def test_a_file_that_is_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FILE_LIMIT", 1024 * 1024)
    answer = upload(client, csv_of(HEADINGS, FIRST) + b" " * 1024 * 1024)
    assert "The file is larger than 1 MB." in text_of(answer)
    assert not Job.objects.exists()


def test_a_refusal_that_comes_late_is_told_by_the_job(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standards.importers.grid.MOST_ROWS", 510)
    compared(client, *many_rows(520))
    run_jobs()
    words = text_of(client.get(page("change")))
    assert "Failed" in words
    assert "Split it into several files" in words


def test_an_upload_without_file_or_name_says_so(client: Client) -> None:
    answer = client.post(UPLOAD, {})
    assert answer.status_code == 400
    assert text_of(answer).count("This field is required.") == 2


# Rows with errors


BAD = ["20252083-Z-469", "人工智能 坏日期", "SAC-TC28-SC42", "起草", "2030-02-30"]


def test_rows_with_errors_come_first_and_nothing_is_written_because_of_them(client: Client) -> None:
    answer = compared(client, FIRST, BAD)
    assert [row.action for row in answer.context["rows"]] == ["bad", "new"]
    assert "计划完成日期 (column E)" in text_of(answer)
    assert "1 row has errors, so the file is not written as it is." in text_of(answer)
    answer = confirm(client)
    assert "There are rows with errors" in text_of(answer)
    assert Project.objects.count() == 0


def test_rows_with_errors_can_be_left_out(client: Client) -> None:
    compared(client, FIRST, BAD)
    words = text_of(confirm(client, skip_bad="1"))
    assert Project.objects.count() == 1
    assert "Rows with errors (1)" in words
    assert "With errors, not written 1" in words


def test_leaving_rows_out_can_be_said_beforehand(client: Client) -> None:
    compared(client, FIRST, BAD, skip_bad="on")
    confirm(client)
    assert Project.objects.count() == 1


def test_the_errors_are_a_file_that_no_spreadsheet_runs(client: Client) -> None:
    compared(client, [BAD[0], "=HYPERLINK(1)", *BAD[2:]], ["", "=cmd()", *BAD[2:]], skip_bad="on")
    answer = client.get(page("errors"))
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert content.startswith("row,which,problem\r\n2,20252083-Z-469,")
    assert "3,'=cmd()," in content


def test_what_may_be_the_same_is_counted_and_can_be_looked_at(client: Client) -> None:
    factories.project(title="Vocabulary of trustworthy systems", numbers=["20252081-Z-469"])
    factories.committee("sac-tc260")
    headings = ["标准性质", "英文名称", "归口单位", "阶段"]
    row = ["GB/Z", "Vocabulary of trustworthy systems", "SAC-TC260", "起草"]
    upload(client, csv_of(headings, row))
    assert "Possible duplicates 1" in text_of(say_columns(client))
    assert "Perhaps the same: 20252081-Z-469" in text_of(client.get(page("preview"), {"only": "similar"}))


# Between preview and confirmation


def test_what_changed_since_the_preview_is_shown_again_before_it_is_written(client: Client) -> None:
    written(client, FIRST, SECOND)
    compared(client, [FIRST[0], "新名称", *FIRST[2:]], SECOND)
    project = Project.objects.get(numbers__value=FIRST[0])
    edit(project, by=None, title_zh="另一个名称")
    words = text_of(confirm(client))
    assert "Nothing was written" in words
    assert "(rows 2)" in words
    assert "另一个名称 → 新名称" in words
    assert Project.objects.get(pk=project.pk).title_zh == "另一个名称"
    confirm(client)
    assert Project.objects.get(pk=project.pk).title_zh == "新名称"


def test_what_others_do_elsewhere_does_not_stand_in_the_way(client: Client) -> None:
    other = factories.project(title="Elsewhere")
    compared(client, FIRST)
    edit(other, by=None, title="Elsewhere still")
    confirm(client)
    assert latest().state == Job.State.DONE


def test_a_file_that_is_not_the_one_uploaded_is_refused(client: Client) -> None:
    compared(client, FIRST)
    jobs.JobFile.objects.update(content=csv_of(HEADINGS, SECOND))
    assert "not the one that was uploaded any more" in text_of(confirm(client))
    assert Project.objects.count() == 0


def test_a_confirmation_of_something_else_is_refused(client: Client) -> None:
    compared(client, FIRST)
    answer = client.post(page("confirm"), {"digest": "0" * 64}, follow=True)
    assert "This is not the preview that you confirmed." in text_of(answer)
    assert client.get(page("confirm")).status_code == 405
    assert Project.objects.count() == 0


def test_confirming_twice_writes_once(client: Client) -> None:
    compared(client, FIRST)
    digest = latest().result["digest"]
    confirm(client)
    answer = client.post(page("confirm"), {"digest": digest}, follow=True)
    assert "does not wait for a decision any more" in text_of(answer)
    assert Project.objects.count() == 1


def test_an_upload_can_be_given_up_before_it_is_confirmed(client: Client) -> None:
    compared(client, FIRST)
    digest = latest().result["digest"]
    client.post(page("cancel"))
    client.post(page("confirm"), {"digest": digest})
    assert latest().state == Job.State.CANCELLED
    assert Project.objects.count() == 0


# Large ones


def test_a_large_register_is_compared_and_written_by_a_worker(client: Client) -> None:
    words = text_of(compared(client, *many_rows(501)))
    assert "It starts within half a minute." in words
    run_jobs()
    assert latest().state == Job.State.ASKING
    assert "Go on" in text_of(client.get(page("change")))
    assert "It starts within half a minute." in text_of(confirm(client))
    assert Project.objects.count() == 0
    run_jobs()
    assert (latest().state, latest().done, latest().total) == (Job.State.DONE, 501, 501)
    assert Project.objects.count() == 501


def test_the_rows_are_shown_in_pages(client: Client) -> None:
    compared(client, *many_rows(150))
    first, second = client.get(page("preview")), client.get(page("preview"), {"page": "2", "only": "new"})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (100, 50)
    assert 'href="?page=1&amp;only=new"' in second.content.decode()


def test_a_page_of_rows_costs_the_same_queries_however_many_there_are(client: Client) -> None:
    counts = []
    for rows in (3, 150):
        written(client, *many_rows(rows, f"人工智能 {rows}"))
        with CaptureQueriesContext(connection) as queries:
            client.get(page("preview"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# Who may


def test_only_those_who_may_register_projects_upload() -> None:
    mover = signed_in(factories.mover())
    assert mover.get(UPLOAD).status_code == 403
    assert mover.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", b"x"), "source": "x"}).status_code == 403
    assert not Job.objects.exists()


def test_an_upload_is_decided_by_whoever_made_it(client: Client) -> None:
    compared(client, FIRST)
    digest = latest().result["digest"]
    stranger = secretary_client()
    for name in ("change", "preview", "columns"):
        assert stranger.get(page(name)).status_code == 404
    colleague = signed_in(reader("add_project", "view_project"))
    assert "人工智能 可信数据集" in text_of(colleague.get(page("preview")))
    assert "Write 1 project" not in text_of(colleague.get(page("preview")))
    assert colleague.post(page("confirm"), {"digest": digest}).status_code == 403
    assert colleague.get(page("columns")).status_code == 403
    assert Project.objects.count() == 0


def test_what_somebody_may_not_do_is_told_before_they_confirm(client: Client) -> None:
    written(client, FIRST)
    adder = signed_in(factories.person("adder", ["add_project", "view_project"], is_staff=True))
    answer = compared(adder, [FIRST[0], "新名称", *FIRST[2:]])
    assert "This import needs permissions that you do not have" in text_of(answer)
    confirm(adder)
    assert Project.objects.get().title_zh == FIRST[1]


def test_an_embargoed_project_stays_unknown_to_those_who_may_not_see_it(client: Client) -> None:
    factories.project(title="Secret subject", numbers=[FIRST[0]], embargoed=True)
    adder = signed_in(factories.person("adder", ["add_project", "change_project", "view_project"], is_staff=True))
    words = text_of(compared(adder, FIRST))
    assert "Secret subject" not in words
    assert "To be looked at 1" in words
    confirm(adder)
    assert Project.objects.get().title_zh == ""


def test_the_rows_of_a_colleague_hide_projects_that_their_reader_may_not_see(client: Client) -> None:
    factories.project(title="Secret subject", title_zh="秘密", numbers=[FIRST[0]], embargoed=True)
    assert "秘密 →" in text_of(compared(client, FIRST))
    words = text_of(signed_in(reader("view_project")).get(page("preview")))
    assert "a project you may not see" in words
    assert "秘密" not in words
    assert FIRST[0] not in words


def test_errors_about_a_hidden_project_are_hidden_too(client: Client) -> None:
    secret = factories.project(title="Secret subject", numbers=[FIRST[0]], embargoed=True)
    compared(client, FIRST, BAD)
    row = latest().rows.get(number=2)
    row.outcome, row.content = "bad", row.content | {"problems": [f"{secret.title} was changed"]}
    row.save()
    colleague = signed_in(reader("view_project"))
    for page_name in ("change", "errors"):
        answer = colleague.get(page(page_name))
        told = b"".join(answer) if answer.streaming else answer.content
        assert "a project you may not see" in told.decode()
        assert "Secret subject" not in told.decode()
        assert BAD[0] in told.decode()


def test_a_day_that_was_uploaded_stays_the_day_of_the_import(client: Client) -> None:
    written(client, FIRST)
    upload(client, csv_of(HEADINGS, [*FIRST[:3], "征求意见", FIRST[4]]))
    job = latest()
    job.parameters["on"] = "2026-01-15"
    job.save()
    say_columns(client)
    confirm(client)
    assert Project.objects.get().since == date(2026, 1, 15)


def test_committees_are_added_only_with_the_file(client: Client) -> None:
    row = [*FIRST[:2], "SAC/TC260", *FIRST[3:]]
    person = latest_person(client)
    person.user_permissions.add(Permission.objects.get(codename="add_committee"))
    compared(client, row, create_committees="on")
    assert not Committee.objects.filter(reference="SAC/TC260").exists()
    assert "Committees added 1" in text_of(confirm(client))
    assert Committee.objects.filter(reference="SAC/TC260").exists()


def latest_person(client: Client) -> Any:
    """Who is signed in."""
    return client.get(UPLOAD).context["user"]
