"""The command: what it says, what it answers, and with which exit code it ends."""

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from standards import history
from standards.models import Committee, Origin, Project
from tests import factories
from tests.standards.importers.registers import dict_file, raw_file, xlsx_file

pytestmark = pytest.mark.django_db

ROW = {"计划号/标准号": "20252034-T-469", "标准名称": "可信赖数据集", "归口单位": "SC42", "阶段": "起草"}
BAD = ROW | {"计划号/标准号": "20252035-T-469", "阶段": "40.20"}


@pytest.fixture(autouse=True)
def _committee() -> None:
    factories.committee(aliases=["SC42"])


def run(*arguments: Any, code: int = 0) -> tuple[str, str]:
    """What the command prints, to stdout and to stderr; ``code`` is the exit code it must have."""
    out, err = io.StringIO(), io.StringIO()
    call = partial(call_command, "import_standards", *map(str, arguments), stdout=out, stderr=err)
    if code == 0:
        call()
        return out.getvalue(), err.getvalue()
    with pytest.raises(CommandError) as error:
        call()
    assert error.value.returncode == code
    return out.getvalue(), err.getvalue() + str(error.value)


def test_a_chinese_spreadsheet_comes_in_and_the_second_time_writes_nothing(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [["2025年计划", None, None, None], list(ROW), list(ROW.values())])
    out, _err = run(path)
    assert "1  new" in out
    assert "Written: 1 registered" in out
    rev = history.current_rev()
    out, _err = run(path)
    assert "1  unchanged" in out
    assert (history.current_rev(), Project.objects.get().title_zh) == (rev, "可信赖数据集")


def test_a_bad_row_is_told_first_and_nothing_is_written(tmp_path: Path) -> None:
    out, err = run(dict_file(tmp_path, ROW, BAD), code=1)
    assert out.startswith("row 3: cannot be read: 20252035-T-469\n    stage: “40.20” is a stage of")
    assert "Nothing was written." in out
    assert "--skip-bad" in err
    assert not Project.objects.exists()


def test_bad_rows_may_be_skipped(tmp_path: Path) -> None:
    out, _err = run(dict_file(tmp_path, ROW, BAD), "--skip-bad")
    assert "Written: 1 registered" in out
    assert Project.objects.count() == 1


@pytest.mark.parametrize("rows", [[ROW], [ROW, BAD]])
def test_a_dry_run_writes_nothing(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    out, _err = run(dict_file(tmp_path, *rows), "--dry-run", code=len(rows) - 1)
    assert "20252034-T-469" in out
    assert not Project.objects.exists()


def test_the_differences_of_a_row_are_told(tmp_path: Path) -> None:
    factories.project("gb-t", numbers=["20252034-T-469"], title="Old", title_zh="旧")
    out, _err = run(dict_file(tmp_path, ROW | {"阶段": "正在征求意见"}), "--dry-run")
    assert "draft 20 -> public_comment 30 by open_comment" in out
    assert "title_zh: '旧' -> '可信赖数据集'" in out


def test_json_has_counts_rows_and_what_was_written(tmp_path: Path) -> None:
    told = json.loads(run(dict_file(tmp_path, ROW), "--json")[0])
    assert (told["counts"]["new"], told["written"]["registered"], told["errors"]) == (1, 1, [])
    row = told["rows"][0]
    assert (row["line"], row["action"], row["state"], row["stage"]) == (2, "new", "draft", "20")


def test_json_has_the_errors_of_bad_rows_and_of_a_bad_file(tmp_path: Path) -> None:
    told = json.loads(run(dict_file(tmp_path, ROW, BAD), "--json", code=1)[0])
    assert (told["written"], told["errors"][0]["line"]) == (None, 3)
    out, err = run(raw_file(tmp_path, b"%PDF-1.7", "register.xlsx"), "--json", code=1)
    assert json.loads(out)["error"].startswith("register.xlsx: it is a PDF")
    assert "Nothing was written" in err


def test_a_mapping_names_source_columns_and_words(tmp_path: Path) -> None:
    mapping = raw_file(
        tmp_path,
        """
        source = "theirs"
        create_committees = true
        [columns]
        Kennung = "number"
        Schluessel = "source_id"
        [fixed]
        track = "gb-t"
        [values.stage]
        "in Arbeit" = "20"
        """,
        "map.toml",
    )
    row = {"Kennung": "2025001837", "title": "Datasets", "stage": "in Arbeit", "Schluessel": "7", "tc": "SAC/TC 99"}
    run(dict_file(tmp_path, row), "--map", mapping)
    assert Project.objects.get().stage_code == "20"
    assert Origin.objects.get().source == "theirs"
    assert Committee.objects.filter(reference="SAC/TC 99", body__slug="sac").exists()


def test_a_broken_mapping_is_refused(tmp_path: Path) -> None:
    mapping = raw_file(tmp_path, "colums = 1", "map.toml")
    assert "map.toml: colums" in run(dict_file(tmp_path, ROW), "--map", mapping, code=1)[1]


def test_committees_are_made_on_request_and_the_source_is_named(tmp_path: Path) -> None:
    row = ROW | {"归口单位": "SAC/TC 99", "来源编号": "7"}
    assert "no committee “SAC/TC 99”" in run(dict_file(tmp_path, row), code=1)[0]
    out, _err = run(dict_file(tmp_path, row), "--create-committees", "--source", "plan")
    assert "1 committees" in out
    assert Origin.objects.get().source == "plan"


def test_the_template_is_a_register_without_rows(tmp_path: Path) -> None:
    out, _err = run("--template")
    assert "0 rows" in run(raw_file(tmp_path, out))[0]


def test_a_file_must_be_named() -> None:
    assert "--template" in run(code=1)[1]


def test_what_is_refused_when_it_comes_to_it_ends_with_an_error(tmp_path: Path) -> None:
    factories.project("gb-t", numbers=["20252034-T-469"], title="x", title_zh="x", target="2026")
    out, _err = run(dict_file(tmp_path, ROW | {"标准名称": "x" * 1000}))
    assert "1 changed" in out


def test_far_from_a_terminal_progress_is_told_in_lines_if_at_all(tmp_path: Path) -> None:
    assert "\r" not in run(dict_file(tmp_path, ROW))[1]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_a_bar(tmp_path: Path) -> None:
    err = Terminal()
    call_command("import_standards", str(dict_file(tmp_path, ROW)), stdout=io.StringIO(), stderr=err, no_color=True)
    assert "writing [########################################] 1 of 1" in err.getvalue()
