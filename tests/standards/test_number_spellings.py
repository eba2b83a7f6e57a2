"""The many ways in which one number is written, and what tells two numbers apart."""

import pytest

from standards.numbers import DASHES, parse
from workflows.states import NumberKind


@pytest.mark.parametrize("dash", DASHES, ids=lambda dash: f"U+{ord(dash):04X}")
@pytest.mark.parametrize("pattern", ["GB/T 45401.1{}2025", "20252081{0}Z{0}469", "ISO/TS 10303{}1001:2004"])
def test_every_kind_of_dash_is_written_as_a_hyphen(pattern: str, dash: str) -> None:
    parsed = parse(pattern.format(dash))
    assert (parsed.valid, parsed.value) == (True, pattern.format("-"))


def test_there_are_nine_kinds_of_dash() -> None:
    assert len(set(DASHES)) == 9


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("GB/T 45401.1——2025", "GB/T 45401.1-2025"),
        ("ＧＢ／Ｔ　４５４０１．１－２０２５", "GB/T 45401.1-2025"),
        ("GB/T\u00a045401.1 — 2025", "GB/T 45401.1-2025"),
        ("  GB / T  45401.1-2025  ", "GB/T 45401.1-2025"),
        ("\ufeffGB/T 45401.1-2025", "GB/T 45401.1-2025"),
        ("GB/T\u200b 45401.1-2025", "GB/T 45401.1-2025"),
        ("GB/T20485.16-2018", "GB/T 20485.16-2018"),
        ("gb/t 45401.1-2025", "GB/T 45401.1-2025"),
        ("GB/T 45401.1-2025.", "GB/T 45401.1-2025"),
        ("t/cesa1228.1-2022", "T/CESA 1228.1-2022"),
        ("20252081-z-469", "20252081-Z-469"),
        ("2025-0260t-sj", "2025-0260T-SJ"),
        ("ISO 9001：2015", "ISO 9001:2015"),
        ("iso/iec awi ts 25568", "ISO/IEC AWI TS 25568"),
        ("ISO/IEC42001:2023", "ISO/IEC 42001:2023"),
        ("ISO/IEC/27001:2022", "ISO/IEC 27001:2022"),
        ("ISO/IEC  DTS  12791.2", "ISO/IEC DTS 12791.2"),
        ("ISO/IEC 10646-1:1993/pDCOR.2", "ISO/IEC 10646-1:1993/PDCOR 2"),
        ("PREN ISO 9001", "prEN ISO 9001"),
        ("IEEE Std 2807™-2022", "IEEE Std 2807-2022"),
        ("IEEE Std 1904.1(TM)/Conformance03-2014", "IEEE Std 1904.1/Conformance 3-2014"),
        ("IEEE STD 1636-2009", "IEEE Std 1636-2009"),
        ("IEEE PC37.59/D14 , April 2018", "IEEE PC37.59/D14, April 2018"),
    ],
)
def test_spaces_widths_and_cases_are_put_right_in_silence(raw: str, value: str) -> None:
    parsed = parse(raw)
    assert (parsed.problem, parsed.value, parsed.raw, parsed.warnings) == ("", value, raw, ())


@pytest.mark.parametrize(
    ("raw", "value", "warning"),
    [
        ("GBT 45401.1-2025", "GB/T 45401.1-2025", "GBT is read as GB/T."),
        ("GB T 17825.4 1999", "GB/T 17825.4-1999", "A hyphen is put before the year."),
        ("GB/T 45225:2025", "GB/T 45225-2025", "A hyphen is put before the year."),
        ("JBT 13368-2018", "JB/T 13368-2018", "JBT is read as JB/T."),
        ("GB/T 16733-97", "GB/T 16733-1997", "The year 97 is read as 1997."),
        ("GBZ 2.1-2019", "GBZ 2.1-2019", "GBZ marks occupational health standards"),
        ("GB/T 19001-2000 idt ISO 9001:2000", "GB/T 19001-2000/ISO 9001:2000", "The letters idt are read as the slash"),
        ("DIN/T 1234", "DIN/T 1234", "DIN is not among the known letters of Chinese sectors."),
        ("SJ 20644", "SJ 20644", "It has no year, so it names no particular edition."),
        ("DIN 1234-2020", "DIN 1234-2020", "DIN is not among the known letters of Chinese sectors."),
        ("GBT45401.1", "GB/T 45401.1", "It has no year, so it names no particular edition."),
        ("ISO 9001-2015", "ISO 9001-2015", "2015 is read as a part; if it is the year, a colon goes before it"),
        ("EN 1234-2020", "EN 1234-2020", "2020 is read as a part; if it is the year, a colon goes before it"),
        ("ISO/TR AWI 17903", "ISO/AWI TR 17903", "Its words are out of order"),
        ("Guide ISO/CEI 2:1976", "ISO/IEC Guide 2:1976", "CEI, the French name of IEC, is written IEC."),
        ("ISO 9001:2015(E)", "ISO 9001:2015", "The mark of a language, (E), is left out"),
        ("IEEE Unapproved Draft Std P754_D9", "IEEE P754/D9", "Unapproved Draft is left out"),
        ("IEEE Draft 754/D9", "IEEE P754/D9", "P is put before the number"),
        (
            "IEEE Std 1636-2018 (Revision of IEEE Std 1636-2009)",
            "IEEE Std 1636-2018",
            "What is said about it is left out",
        ),
        ("IEEE Std 1636-2018 - Redline", "IEEE Std 1636-2018", "What is said about it is left out: -Redline"),
        ("GB/T 1-2020/ISO 9001:2015(E)", "GB/T 1-2020/ISO 9001:2015", "The mark of a language, (E), is left out"),
    ],
)
def test_what_is_mended_or_doubtful_is_told_in_a_warning(raw: str, value: str, warning: str) -> None:
    parsed = parse(raw)
    assert (parsed.valid, parsed.value) == (True, value)
    assert any(told.startswith(warning) for told in parsed.warnings), parsed.warnings


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("GB/T 45401.1-2025", "GB/T 45401.1—2025"),
        ("T/CESA 1169-2021", "T/CESA 1169—2021"),
        ("GSB 05-1426-2001", "GSB 05-1426—2001"),
        ("GB/T 15629.11-2003/XG1-2006", "GB/T 15629.11—2003/XG1—2006"),
        ("GB/T 16649.1-2006/ISO 7816-1:1998", "GB/T 16649.1—2006/ISO 7816-1:1998"),
        ("20252081-Z-469", "20252081-Z-469"),
        ("2025-0260T-SJ", "2025-0260T-SJ"),
        ("IEEE Std 2807-2022", "IEEE Std 2807-2022"),
        ("ISO/TS 10303-1001:2004", "ISO/TS 10303-1001:2004"),
        ("2025039-Z-469", "2025039-Z-469"),
    ],
)
def test_only_published_chinese_numbers_are_printed_with_an_em_dash(raw: str, printed: str) -> None:
    assert parse(raw).print_form == printed
    assert parse(printed).value == parse(raw).value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GB/T 45401.1—2025", "gbt45401.1-2025"),
        ("GB/T 19001-2016", "GB/T 19001-2016/ISO 9001:2015"),
        ("ISO/IEC AWI TS 25568", "ISO/IEC DTS 25568.2"),
        ("ISO 9001:2015/DAM 1", "ISO 9001:2015/CD Amd 1"),
        ("P2807.4", "IEEE P2807.4/D2, July 2021"),
        ("IEEE Std 802.11AX-2021", "IEEE 802.11ax-2021"),
        ("IEC 60529:1989+AMD1:1999 CSV", "IEC 60529:1989+AMD1:1999"),
        ("prEN 16798-3", "FprEN 16798-3"),
    ],
)
def test_spellings_and_stages_of_one_number_match(one: str, other: str) -> None:
    assert parse(one).match_key == parse(other).match_key != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GB/T 45401.1-2025", "GB/T 45401.2-2025"),
        ("GB/T 45401.1-2025", "GB/T 45401.1-2024"),
        ("GB/T 45401-2025", "GB/Z 45401-2025"),
        ("GB/T 45401-2025", "GB 45401-2025"),
        ("GB/T 45401-2025", "SJ/T 45401-2025"),
        ("T/CESA 1-2020", "T/CCSA 1-2020"),
        ("20252034-Z-469", "20252035-Z-469"),
        ("20252034-Z-469", "20252034-Z-604"),
        ("20252034-Z-469", "20252034-T-469"),
        ("2025-0260T-SJ", "2025-0260T-YD"),
        ("ISO 9001:2015", "ISO 9001:2008"),
        ("ISO 9001:2015", "ISO 9001:2015/Amd 1:2024"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015/Cor 1:2024"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015/Amd 1:2025"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015/Amd 2:2024"),
        ("ISO/TS 9001:2015", "ISO/TR 9001:2015"),
        ("ISO 22989:2022", "ISO/IEC 22989:2022"),
        ("EN 60335-1:2012", "EN 60335-1:2012/A1"),
        ("IEC 62368-1 ED3", "IEC 62368-1 ED4"),
        ("P2807.4", "IEEE Std 2807.4-2024"),
    ],
)
def test_another_part_year_nature_or_body_is_another_number(one: str, other: str) -> None:
    assert parse(one).valid
    assert parse(other).valid
    assert parse(one).match_key != parse(other).match_key
    assert parse(one) != parse(other)


def test_two_malformed_numbers_never_match() -> None:
    assert parse("2025039-Z-469").match_key == ""


def test_numbers_are_equal_by_their_value_however_they_were_written() -> None:
    assert parse("GBT45401.1—2025") == parse("GB/T 45401.1-2025")
    assert len({parse("GBT45401.1—2025"), parse("GB/T 45401.1-2025")}) == 1


def test_a_flagged_number_is_not_equal_to_a_sound_one() -> None:
    assert parse("20231740-T-469", NumberKind.PUBLISHED) != parse("20231740-T-469")


def _sorted(listed: list[str]) -> list[str]:
    return sorted(listed, key=lambda raw: parse(raw).sort_key)


def test_numbers_sort_by_their_digits_not_by_their_letters() -> None:
    in_order = [
        "GB/T 9-2020",
        "GB/T 10-2019",
        "GB/T 10-2020",
        "GB/T 10.2-2018",
        "GB/T 10.10-2018",
        "GB/T 45401-2025",
        "SJ/T 1-2020",
    ]
    assert _sorted(in_order) == _sorted(in_order[::-1]) == in_order


def test_an_amendment_sorts_after_the_text_it_amends() -> None:
    in_order = ["ISO 105-A01:2010", "ISO 105-E04:2013", "ISO 9001:2015", "ISO 9001:2015/Amd 1:2024"]
    assert _sorted(in_order) == _sorted(in_order[::-1]) == in_order
