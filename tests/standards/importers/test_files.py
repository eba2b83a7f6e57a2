"""Files as they come: what is read, and what is refused, with place, reason and remedy."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from standards.importers.mapping import mapping_of
from standards.importers.tables import Register, open_form, open_register
from standards.importers.unreadable import MOST_ROWS, Unreadable
from tests.standards.importers.registers import active, csv_file, raw_file, xlsx_file

Make = Callable[[Path, list[list[str]]], Path]
HEADING = ["number", "title", "stage"]
CHINESE = ["计划号/标准号", "标准名称", "阶段"]
ROW = ["20252081-Z-469", "人工智能 可信赖数据集", "起草"]
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def cells(path: Path, **options: Any) -> list[tuple[str, ...]]:
    return [row.cells for row in open_register(path, **options).rows()]


def refusal(path: Path, **options: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        list(open_register(path, **options).rows())
    assert str(caught.value).startswith(path.name)
    return caught.value


def columns(register: Register) -> list[str]:
    return list(register.heading.columns.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding_with_or_without_a_mark(tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path, [CHINESE, ROW], encoding=encoding)
    assert cells(path) == [tuple(ROW)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_by_the_headings(tmp_path: Path, delimiter: str) -> None:
    path = raw_file(tmp_path, f'{delimiter.join(HEADING)}\n1{delimiter}"a, b; c\td"{delimiter}20\n')
    assert cells(path) == [("1", "a, b; c\td", "20")]


def test_a_line_of_excel_about_the_delimiter_is_no_heading(tmp_path: Path) -> None:
    assert cells(raw_file(tmp_path, "sep=;\nnumber;title\n1;x\n")) == [("1", "x")]


def test_a_text_may_have_quotes_and_line_breaks_and_rows_keep_their_lines(tmp_path: Path) -> None:
    path = raw_file(tmp_path, 'number,title\n1,"two\nlines"\n\n2,"a ""word"""\n')
    rows = list(open_register(path).rows())
    assert [(row.line, row.cells) for row in rows] == [(2, ("1", "two\nlines")), (5, ("2", 'a "word"'))]


def test_the_heading_may_stand_below_title_rows(tmp_path: Path) -> None:
    above = [["国家标准计划项目汇总表", "", ""], ["2025年 第3批", "", ""], ["", "", ""]]
    for path in (csv_file(tmp_path, [*above, CHINESE, ROW]), xlsx_file(tmp_path, [*above, CHINESE, ROW])):
        register = open_register(path)
        assert register.heading.line == 4
        assert [row.cells for row in register.rows()] == [tuple(ROW)]


@pytest.mark.parametrize(
    "heading", [HEADING, CHINESE, ["项目计划号", "项目名称", "阶段代码"], [" NUMBER ", "Ｔｉｔｌｅ", "计划\n阶段"[3:]]]
)
def test_headings_are_known_in_both_languages_and_many_spellings(tmp_path: Path, heading: list[str]) -> None:
    names = columns(open_register(csv_file(tmp_path, [heading, ROW])))
    assert names[0] == "number"
    assert names[1] in ("title", "title_zh")
    assert names[2] == "stage"


def test_excel_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    day, moment = dt.date(2024, 3, 5), dt.datetime(2024, 3, 5, 14, 30)
    path = xlsx_file(tmp_path, [["number", "title", "published_on", "stage"], [2025001837, "x", day, 30.6],
                                [2025001837.0, True, moment, 0]])  # fmt: skip
    assert cells(path) == [
        ("2025001837", "x", "2024-03-05", "30.6"),
        ("2025001837", "true", "2024-03-05 14:30:00", "0"),
    ]


def test_a_sheet_is_chosen_by_name_else_the_first_visible_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    active(book).title = "hidden"
    active(book).sheet_state = "hidden"
    for name, number in (("2024", "1"), ("2025", "2")):
        sheet = book.create_sheet(name)
        sheet.append(HEADING)
        sheet.append([number, "x", "20"])
    book.save(path := tmp_path / "register.xlsx")
    assert cells(path) == [("1", "x", "20")]
    assert cells(path, sheet="2025") == [("2", "x", "20")]
    assert "there are: 2024, 2025" in str(refusal(path, sheet="2026"))


def test_a_sheet_without_heading_names_the_other_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    active(book).append(["Read me"])
    book.create_sheet("Projects").append(HEADING)
    book.save(path := tmp_path / "register.xlsx")
    assert "Projects" in str(refusal(path))


def test_a_workbook_that_states_a_wrong_size_is_read_in_full(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADING, *([str(n), "x", "20"] for n in range(30))])
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(b'ref="A1:C31"', b'ref="A1:A1"'))
    path.write_bytes(content.getvalue())
    assert len(cells(path)) == 30


def test_empty_columns_with_a_format_only_are_no_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    active(book).append(HEADING)
    active(book).append(["1", "x", "20"])
    active(book).cell(2, 16_000).number_format = "0.00"
    book.save(path := tmp_path / "register.xlsx")
    assert cells(path) == [("1", "x", "20")]


def test_the_first_rows_can_be_looked_at_without_a_heading(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["Kennung", "Titel"], ["1", "x"]])
    assert [row.cells for row in open_form(path).top] == [("Kennung", "Titel"), ("1", "x")]


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    one, other = csv_file(tmp_path, [HEADING]), csv_file(tmp_path, [HEADING, ["1"]], "other.csv")
    assert open_register(one).digest != open_register(other).digest


# What is refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7 ...", "it is a PDF"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (OLE2 + "Workbook".encode("utf-16-le"), "old .xls format"),
        (b"\x1f\x8b\x08" + bytes(20), "archive or a picture"),
        (b"\x89PNG\r\n\x1a\n", "archive or a picture"),
        ("number,title".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
    ],
    ids=["empty", "pdf", "password", "xls", "gzip", "png", "utf-16", "broken zip"],
)
@pytest.mark.parametrize("name", ["register.xlsx", "register.csv"])
def test_what_is_no_register_is_refused_by_its_bytes_not_its_name(
    tmp_path: Path, content: bytes, said: str, name: str
) -> None:
    assert said in str(refusal(raw_file(tmp_path, content, name)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in str(refusal(tmp_path / "register.csv"))


def zipped(folder: Path, parts: dict[str, bytes]) -> Path:
    path = folder / "register.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_another_office_file_is_no_workbook(tmp_path: Path) -> None:
    assert "no Excel workbook" in str(refusal(zipped(tmp_path, {"word/document.xml": b"<x/>"})))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, part: str) -> None:
    parts = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", part: bytes(120_000_000)}
    assert "unpack" in str(refusal(zipped(tmp_path, parts)))


def test_a_bomb_of_entities_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "x">{entities}]><worksheet>&e11;</worksheet>'
    path, content = xlsx_file(tmp_path, [HEADING]), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for part in old.infolist():
            new.writestr(part, bomb if part.filename.endswith("sheet1.xml") else old.read(part))
    path.write_bytes(content.getvalue())
    assert "damaged" in str(refusal(path))


def test_a_workbook_with_a_part_cut_off_is_refused(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEADING, *([str(n), "x", "20"] for n in range(50))])
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for part in old.infolist():
            whole = old.read(part)
            new.writestr(part, whole[: len(whole) // 2] if part.filename.endswith("sheet1.xml") else whole)
    path.write_bytes(content.getvalue())
    assert "damaged" in str(refusal(path))


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_three_hundred_columns_are_refused(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path, [HEADING + [f"column {n}" for n in range(297)], ["1"]])
    assert "columns" in str(refusal(path))


def test_a_million_rows_are_refused_with_the_limit_and_what_to_do(tmp_path: Path) -> None:
    path = raw_file(tmp_path, "number,title\n" + "1,x\n" * 1_000_000)
    refused = refusal(path)
    assert (refused.line, "200,000" in str(refused), "Split it" in str(refused)) == (MOST_ROWS + 2, True, True)


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_a_file_without_heading_is_refused_naming_the_headings(tmp_path: Path, make: Make) -> None:
    said = str(refusal(make(tmp_path, [["1", "x", "20"], ["2", "y", "30"]])))
    assert "number 计划号/标准号" in said
    assert "--template" in said


def test_a_heading_below_the_twentieth_row_is_not_looked_for(tmp_path: Path) -> None:
    refusal(csv_file(tmp_path, [*([["title row"]] * 20), HEADING, ["1", "x", "20"]]))


@pytest.mark.parametrize("twins", [["title", "title"], ["标准名称", "中文名称"], ["阶段", "stage"]])
def test_two_headings_for_one_thing_are_refused_with_their_columns(tmp_path: Path, twins: list[str]) -> None:
    refused = refusal(csv_file(tmp_path, [["number", *twins], ["1", "x", "y"]]))
    assert (refused.line, "column B, C" in str(refused)) == (1, True)


def test_a_plan_number_and_a_standard_number_may_stand_side_by_side(tmp_path: Path) -> None:
    register = open_register(csv_file(tmp_path, [["计划号", "标准号", "标准名称"], ["1", "2", "x"]]))
    assert columns(register) == ["number", "number", "title_zh"]


def test_a_mapping_decides_between_two_headings(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [["number", "title", "Titel"], ["1", "x", "y"]])
    register = open_register(path, mapping=mapping_of({"columns": {"Titel": "title"}}, "map"))
    assert register.heading.columns == {0: "number", 2: "title"}
    assert register.heading.ignored == ("title",)


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    refused = refusal(raw_file(tmp_path, b"number,title\n1,x\n2,y\0z\n"))
    assert (refused.line, "NUL" in str(refused)) == (3, True)


def test_bytes_of_no_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    text = "number,title\n1,人工智能可信赖数据集\n".encode()
    assert refusal(raw_file(tmp_path, text + b"2,\xff\xfe\n")).line == 3
    assert refusal(raw_file(tmp_path, b"number,title\n1,x\n2,\xff\xff\n")).line == 3


def test_one_damaged_character_in_utf_8_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    damaged = "number,title\n1,人工智能可信赖数据集\n2,".encode() + b"\xe4\xba,x\n"
    assert refusal(raw_file(tmp_path, damaged)).line == 3
    assert refusal(raw_file(tmp_path, b"\xef\xbb\xbfnumber,title\n1,\xc4\xa3\xc4\xe3\xb0\xa1\n")).line == 2


@pytest.mark.parametrize("row", ['1,"never closed\n2,x\n', '1,"closed" too early\n'])
def test_quotes_that_do_not_pair_up_are_refused_with_their_line(tmp_path: Path, row: str) -> None:
    refused = refusal(raw_file(tmp_path, f"number,title\n0,x\n{row}"))
    assert (refused.line, "quotes" in str(refused)) == (3, True)
