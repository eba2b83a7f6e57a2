"""What single cells are read as: days, stages, procedures, committees, and the words a mapping has for them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.cleaning import Unclean
from standards.importers.days import read_date, read_day, read_loosely, with_loose_lines
from standards.importers.formulas import guard, unguard
from standards.importers.headings import COLUMNS, column_of, template
from standards.importers.mapping import mapping_of, read_mapping
from standards.importers.procedures import track_of, track_of_nature
from standards.importers.spelling import labelled, pieces, without_placeholder
from standards.importers.stages import Standing, read_standing
from standards.importers.tables import open_register
from standards.importers.unreadable import Unreadable
from standards.numbers import parse
from tests.standards.importers.registers import raw_file
from workflows.library import library
from workflows.states import State


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "２０２４－０３－０５", "2024-03-05 00:00:00",
     "2024-03-05T14:30:00Z", " 2024-3-5 "],
)  # fmt: skip
def test_a_day_is_read_in_many_spellings(text: str) -> None:
    assert read_day(text) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24-03-05", "two digits"), ("24/3/5", "two digits"), ("5/3/24", "two digits"), ("24年3月", "two digits"),
        ("05/03/2024", "day from the month"), ("2024-02-30", "no day 30"), ("2023-02-29", "no day 29"),
        ("2024-13-01", "no month 13"), ("45356", "names no date"), ("soon", "names no date"),
        ("2024-03", "is no day"), ("2024", "is no day"), ("2024-Q1", "is no day"), ("3024-01-01", "outside"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Unclean, match=said):
        read_day(text)


def test_a_date_of_publication_may_be_a_month_or_a_year_but_no_quarter() -> None:
    assert [read_loosely(text).text for text in ("2024-03", "2024年3月", "2024.03", "2024")] == ["2024-03"] * 3 + [
        "2024"
    ]
    with pytest.raises(Unclean):
        read_loosely("2024-Q1")


def test_a_loose_date_takes_the_place_of_the_older_one_in_the_note() -> None:
    old, new = "Published: 2024 (the source gives no day)", "Published: 2024-08 (the source gives no day)"
    assert with_loose_lines("", (old,)) == old
    assert with_loose_lines("By hand.", (old,)) == f"By hand.\n{old}"
    assert with_loose_lines(f"By hand.\n{old}\nMore.", (new,)) == f"By hand.\n{new}\nMore."
    assert with_loose_lines(f"By hand.\n{new}", (new,)) == f"By hand.\n{new}"


@pytest.mark.parametrize(
    ("track", "text", "code"),
    [
        ("gb-t", "30", "30"), ("gb-t", "征求意见阶段", "30"), ("gb-t", "征求意见", "30"),
        ("gb-t", "正在征求意见", "30"),
        ("gb-t", "30 征求意见阶段", "30"), ("gb-t", "0", "00"), ("gb-t", "10.0", "10"), ("gb-t", "立项", "10"),
        ("gb-t", "正在起草", "20"), ("gb-t", "报批", "50"), ("gb-t", "审查阶段", "40"), ("gb-t", "发布", "60"),
        ("gb-t", "已发布", "60"), ("gb-t", "Periodic review", "90"), ("gb-t", "approval", ""), ("gb-t", "废止", "95"),
        ("gb-t", "现行", ""), ("gb-t", "终止", ""), ("gb-z", "Draft", ""), ("gb-z", "published", ""),
        ("iso-iec-is", "60.60", "60.60"), ("iso-iec-is", "6060", "60.60"), ("iso-iec-is", "60.6", "60.60"),
        ("iso-iec-is", "30", "30.00"), ("iso-iec-is", "0.2", "00.20"), ("iso-iec-is", "DIS", "40.00"),
        ("iso-iec-ts", "DTS", "50.00"), ("iso-iec-is", "Standard published", "60.60"),
        ("iso-iec-is", "６０.６０", "60.60"),
        ("ieee", "ballot", "ballot"), ("ieee", "RevCom", "revcom"),
    ],
)  # fmt: skip
def test_a_stage_is_read_by_code_name_state_or_letters(track: str, text: str, code: str) -> None:
    standing = read_standing(track, text)
    assert standing is not None
    assert standing.stage == code
    assert not code or library()[track].stage(code).state == standing.state


@pytest.mark.parametrize(
    ("track", "text", "said"),
    [
        ("gb-t", "40.20", "is a stage of"), ("iso-iec-is", "ballot", "is a stage of"), ("gb-z", "50", "is a stage of"),
        ("gb-t", "almost done", "is no stage of"), ("gb-z", "approval", "is no stage"),
        ("iso-iec-is", "61.00", "no stage"),
        ("gb-t", "2024-01-01", "no stage"), ("iso-iec-is", "606060", "no stage"),
    ],
)  # fmt: skip
def test_a_stage_of_another_procedure_is_refused_with_those_there_are(track: str, text: str, said: str) -> None:
    with pytest.raises(Unclean, match=said) as refusal:
        read_standing(track, text)
    assert library()[track].stages[0].code in str(refusal.value)


@pytest.mark.parametrize(
    ("track", "number", "standing"),
    [
        ("iso-iec-ts", "ISO/IEC AWI TS 25568", Standing(State.DRAFT, "20.00")),
        ("iso-iec-is", "ISO 10033-1:2011/DAM 1", Standing(State.PUBLIC_COMMENT, "40.00")),
        ("iso-iec-ts", "ISO/TS 1/DAM 1", Standing(State.APPROVAL, "50.00")),
        ("iso-iec-is", "IEC 61400-4", Standing(State.APPROVAL, "60.00")),
        ("iso-iec-is", "ISO/IEC 22989:2022", Standing(State.PUBLISHED, "60.60")),
        ("gb-t", "GB/T 45401.1-2025", Standing(State.PUBLISHED, "60")),
        ("gb-t", "20252034-T-469", None),
        ("ieee", "IEEE P2807.4", None),
        ("gb-z", "2025039-Z-469", None),
    ],
)
def test_without_a_stage_the_number_tells_it_if_it_can(track: str, number: str, standing: Standing | None) -> None:
    assert read_standing(track, "", [parse(number)]) == standing


def test_a_stage_counts_before_the_letters_of_a_number() -> None:
    assert read_standing("iso-iec-ts", "50.20", [parse("ISO/IEC AWI TS 25568")]) == Standing(State.APPROVAL, "50.20")


@pytest.mark.parametrize(
    ("numbers", "nature", "code"),
    [
        (["20252034-T-469"], "", "gb-t"), (["20252034-Q-469"], "", "gb"), (["20252034-Z-469"], "", "gb-z"),
        (["GB/T 45401.1-2025"], "", "gb-t"), (["GB 18030-2022"], "", "gb"), (["SJ/T 11805-2022"], "", "sector"),
        (["2025-0260T-SJ"], "推荐性", "sector"), (["T/CESA 1169-2021"], "", "association"),
        (["ISO/IEC DTR 17903"], "", "iso-iec-tr"), (["IEC 61400-4"], "", "iso-iec-is"), (["P2807.4"], "", "ieee"),
        (["2025001837"], "推荐性", "gb-t"), ([], "强制性国家标准", "gb"), ([], "GB/Z", "gb-z"),
        ([], "团体标准", "association"),
        ([], "T/CESA", "association"), ([], "Technical Report", "iso-iec-tr"), ([], "", ""), ([], "方法", ""),
        (["2025001837"], "", ""), (["DB11/T 1-2020"], "", ""), (["ISO/PAS 1:2020"], "", ""),
        (["2025039-Z-469"], "", ""),
        (["20252034-T-469", "GB/T 46347-2025"], "", "gb-t"),
    ],
)  # fmt: skip
def test_number_and_nature_tell_the_procedure(numbers: list[str], nature: str, code: str) -> None:
    assert track_of([parse(number) for number in numbers], track_of_nature(nature)) == (code, "")


def test_the_number_counts_where_nature_or_procedure_contradict_it() -> None:
    code, word = track_of([parse("20252034-Z-469")], track_of_nature("推荐性"))
    assert (code, "20252034-Z-469 says gb-z" in word) == ("gb-z", True)
    assert track_of([parse("20252034-T-469")], "gb-t-adoption") == ("gb-t-adoption", "")


def test_two_numbers_of_different_procedures_are_no_one_project() -> None:
    with pytest.raises(Unclean, match="one project in one row"):
        track_of([parse("20252034-T-469"), parse("ISO/IEC 22989:2022")], "")


def test_a_cell_may_hold_several_values() -> None:
    assert pieces("20252034-T-469；GB/T 1-2020\nGB/T 2-2020; ; a、b") == [
        "20252034-T-469", "GB/T 1-2020", "GB/T 2-2020", "a", "b",
    ]  # fmt: skip
    assert labelled("published:2018;updated:2024-09", "updated") == "2024-09"
    assert labelled("published:2018", "updated") == ""


@pytest.mark.parametrize(
    ("title", "left"),
    [("Titre manque", ""), ("Meters - Amendment 1: titre manque", "Meters - Amendment 1"), ("Missing title", ""),
     ("Titre manque du tout", "Titre manque du tout"), ("Meters", "Meters")],
)  # fmt: skip
def test_a_title_to_come_is_no_title(title: str, left: str) -> None:
    assert without_placeholder(title) == left


# Formulas


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "＝1", "＋1", "－1", "＠1", "\r=1", "\nx", "'=1"]
)
def test_a_cell_that_might_run_is_guarded(text: str) -> None:
    assert guard(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x", "x=1", "人工智能—标准", "'x", "2025-01-01", "a\n=1"])
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert guard(text) == text == unguard(text)


@given(st.text(alphabet=st.sampled_from("'=+-@＝＋ \t\r\nx人1"), max_size=8))
def test_what_is_guarded_comes_back_as_it_was(text: str) -> None:
    assert unguard(guard(text)) == text


# Headings and mappings


def test_every_heading_of_the_template_is_known_in_both_languages(tmp_path: Path) -> None:
    register = open_register(raw_file(tmp_path, template()))
    assert list(register.heading.columns.values()) == [column.name for column in COLUMNS]
    assert list(register.rows()) == []
    for column in COLUMNS:
        for heading in (column.name, column.heading_zh, column.both, *column.synonyms):
            assert column_of(heading) == column.name


def test_a_mapping_says_what_headings_and_words_mean(tmp_path: Path) -> None:
    text = """
    source = "iso"
    [columns]
    Kennung = "number"
    note = ""
    Daten = { column = "published_on", labelled = "Published" }
    [fixed]
    track = "iso-iec-is"
    [values.stage]
    "Under development" = "30.20"
    """
    mapping = read_mapping(raw_file(tmp_path, text, "map.toml"))
    assert mapping.source == "iso"
    assert [column_of(heading, mapping.columns) for heading in ("KENNUNG", "note", "Daten")] == [
        "number", "", "published_on",
    ]  # fmt: skip
    assert mapping.label_of(" daten") == "published"
    assert mapping.value("stage", "under  development") == "30.20"
    assert mapping.value("stage", "60.60") == "60.60"
    assert mapping.value("track", "") == "iso-iec-is"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"colums": {}}, "colums: nothing is called so"),
        ({"columns": {"x": "tittle"}}, "columns.x: there is no column"),
        ({"columns": {"x": 3}}, "columns.x: this must be a text"), ({"columns": ["x"]}, "must be a table"),
        ({"columns": {"x": {"col": "title"}}}, "columns.x.col"), ({"fixed": {"title": 1}}, "fixed.title"),
        ({"values": {"stage": {"x": 1}}}, "values.stage.x"), ({"create_committees": "yes"}, "true or false"),
    ],
)  # fmt: skip
def test_a_mapping_with_a_fault_is_refused_by_its_key(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        mapping_of(raw, "map.toml")
    assert str(refusal.value).startswith("map.toml: ")
    assert said in str(refusal.value)


@pytest.mark.parametrize("content", [b"[columns", b"\xff"])
def test_a_mapping_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="TOML"):
        read_mapping(raw_file(tmp_path, content, "map.toml"))
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_mapping(tmp_path / "none.toml")


def test_a_date_may_be_read_from_every_form_that_a_target_has() -> None:
    assert read_date("2026-Q1").text == "2026-Q1"
