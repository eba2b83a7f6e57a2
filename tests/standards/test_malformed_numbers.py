"""Numbers that are none: kept as they are, and told in a sentence what is wrong."""

import pytest

from standards.numbers import Family, ParsedNumber, parse
from workflows.states import NumberKind

MALFORMED = [
    ("", Family.UNKNOWN, "There is nothing to read."),
    (" \u3000\n", Family.UNKNOWN, "There is nothing to read."),
    ("—", Family.UNKNOWN, "begins like no number known here"),
    ("2025039-Z-469", Family.PLAN, "has seven digits before the letter Z, not eight."),
    ("202520810-Z-469", Family.PLAN, "has nine digits before the letter Z, not eight."),
    ("20252081-X-469", Family.PLAN, "has the letter X, which stands for no nature of a standard."),
    ("2025039-z-469", Family.PLAN, "has seven digits before the letter Z, not eight."),
    ("20252081-x-469", Family.PLAN, "has the letter X, which stands for no nature of a standard."),
    ("20252081-Z-46", Family.PLAN, "does not end with the three digits of a department."),
    ("20252081-Z-", Family.PLAN, "does not end with the three digits of a department."),
    ("31252081-Z-469", Family.PLAN, "begins with 3125, which is no year."),
    ("20252081Z469", Family.PLAN, "lacks a hyphen before or after Z."),
    ("2025-026T-SJ", Family.SECTOR_PLAN, "has three digits in its sequence, not four."),
    ("2025-0260X-SJ", Family.SECTOR_PLAN, "has the letter X, which stands for no nature"),
    ("2025-0260x-sj", Family.SECTOR_PLAN, "has the letter X, which stands for no nature"),
    ("2025-0260T-S", Family.SECTOR_PLAN, "does not end with a hyphen and the two letters of a sector."),
    ("1925-0260T-SJ", Family.SECTOR_PLAN, "begins with 1925, which is no year of a sector plan."),
    ("202500183", Family.APPLICATION, "has nine digits and nothing else."),
    ("20252081", Family.APPLICATION, "has eight digits and nothing else."),
    ("9925001837", Family.APPLICATION, "begins with 9925, which is no year of an application."),
    ("1" * 40, Family.APPLICATION, "has 40 digits and nothing else."),
    ("GB", Family.NATIONAL, "has letters but no number."),
    ("GB/T", Family.NATIONAL, "has letters but no number."),
    ("GB/T -2006", Family.NATIONAL, "has something in it that such a number does not have."),
    ("GB/X 1234-2010", Family.NATIONAL, "has X after its slash, where T or Z may stand."),
    ("gb/t 1234-abc", Family.NATIONAL, "has something in it"),
    ("DB11/X 1234-2015", Family.LOCAL, "has X after its slash, where T or Z may stand."),
    ("DB99/X 1234-2015", Family.LOCAL, "has X after its slash, where T or Z may stand."),
    ("GB/T 45401.1-25", Family.NATIONAL, "ends with 25, which is no year of four digits."),
    ("GB/T 45401.1-20255", Family.NATIONAL, "ends with 20255, which is no year of four digits."),
    ("GB/T 45401.1-3025", Family.NATIONAL, "ends with 3025, which is no year of four digits."),
    ("GB/T 5606 (all parts)", Family.NATIONAL, "names a whole series, not one standard."),
    ("GB/T 45225-2025 Artificial intelligence", Family.NATIONAL, "has “Artificial intelligence” after the number"),
    ("GB/T 45225-2025, GB/T 45087-2025", Family.NATIONAL, "seems to hold several numbers"),
    ("GB/T XXXXX-XXXX", Family.UNKNOWN, "keeps a place for a number that is not given yet"),
    ("GB/T ×××××—202×", Family.UNKNOWN, "keeps a place for a number that is not given yet"),
    ("T/CESA XXXX-2025", Family.UNKNOWN, "keeps a place for a number that is not given yet"),
    ("GB/T 45401-202X", Family.UNKNOWN, "keeps a place for a number that is not given yet"),
    ("GJB", Family.MILITARY, "has letters but no number."),
    ("DB111234-2015", Family.LOCAL, "has something in it that such a number does not have."),
    ("T/CESA 1169-201", Family.ASSOCIATION, "ends with 201, which is no year of four digits."),
    ("T/ 1169-2021", Family.ASSOCIATION, "has something in it"),
    ("Q/", Family.ENTERPRISE, "has letters but no number."),
    ("GSB 5-2001", Family.SAMPLE, "has something in it"),
    ("SJ/T 11363-206", Family.SECTOR, "ends with 206, which is no year of four digits."),
    ("ISO 9001:20155", Family.ISO, "ends with 20155, which is no year of four digits."),
    ("ISO/IEC XYZ 25568", Family.ISO, "has something in it that such a number does not have."),
    ("ISO/IEC DTS TR 12791", Family.ISO, "has something in it that such a number does not have."),
    ("ISO 9001:2015/Amd", Family.ISO, "has something in it"),
    ("ISO 9001:2015/Xyz 1", Family.ISO, "has something in it"),
    ("ISO/IEC DIR 2:20211", Family.ISO, "ends with 20211, which is no year of four digits."),
    ("IEC TS", Family.IEC, "has letters but no number."),
    ("IEEE", Family.IEEE, "has letters but no number."),
    ("IEEE No 323, April 1971", Family.IEEE, "has something in it"),
    ("IEEE Std 323-1971, April 1974", Family.IEEE, "has something in it"),
    ("P2807.4/", Family.IEEE, "has something in it"),
    ("EN 228:20088", Family.CEN, "ends with 20088, which is no year of four digits."),
    ("EN 60335-1:2012/A1:20199", Family.CEN, "ends with 20199, which is no year of four digits."),
    ("ISO 9001:2015/Amd 1:20244", Family.ISO, "ends with 20244, which is no year of four digits."),
    ("GSB 05-1426-20011", Family.SAMPLE, "ends with 20011, which is no year of four digits."),
    ("EN 228:208", Family.CEN, "ends with 208, which is no year of four digits."),
    ("CEN 17638:2021", Family.CEN, "has something in it"),
    ("hello", Family.UNKNOWN, "begins like no number known here."),
    ("/foo 1-2020", Family.UNKNOWN, "begins like no number known here."),
    ("AWI 25568", Family.SECTOR, "does not begin with the letters of a Chinese sector."),
    ("WG 5", Family.SECTOR, "does not begin with the letters of a Chinese sector."),
    ("RFC 9110", Family.SECTOR, "does not begin with the letters of a Chinese sector."),
]


@pytest.mark.parametrize(("raw", "family", "reason"), MALFORMED, ids=[row[0] or "nothing" for row in MALFORMED])
def test_a_malformed_number_is_kept_and_told_what_is_wrong(raw: str, family: Family, reason: str) -> None:
    parsed = parse(raw)
    assert (parsed.valid, parsed.family, parsed.raw, parsed.match_key) == (False, family, raw, "")
    assert reason in parsed.problem
    assert "like" in parsed.problem


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("2025039-Z-469", NumberKind.PLAN),
        ("2025-026T-SJ", NumberKind.SECTOR_PLAN),
        ("202500183", NumberKind.APPLICATION),
        ("GB/T 45401.1-25", NumberKind.PUBLISHED),
        ("hello", NumberKind.PROJECT),
    ],
)
def test_a_malformed_number_has_the_kind_it_looks_like(raw: str, kind: NumberKind) -> None:
    assert parse(raw).kind is kind
    assert parse(raw, NumberKind.PUBLISHED).kind is NumberKind.PUBLISHED


HOSTILE = {
    "a line break inside": ("GB/T\n45401.1-2025", "contains a line break (U+000A)"),
    "a carriage return inside": ("GB/T 45401.1-2025\r\nBcc: x", "contains a line break (U+000D)"),
    "NUL": ("GB/T 45401\x00-2025", "contains a control character (U+0000)"),
    "a bell": ("\x07GB/T 45401-2025", "contains a control character (U+0007)"),
    "half a surrogate pair": ("GB/T 45401\ud83d-2025", "contains a control character (U+D83D)"),
    "an unassigned character": ("GB/T 45401\u0378-2025", "contains a control character (U+0378)"),
    "a direction override": ("GB/T \u202e5202-10454", "contains RIGHT-TO-LEFT OVERRIDE (U+202E)"),
    "a soft hyphen": ("EN 527\u00ad2:2016", "contains SOFT HYPHEN (U+00AD)"),
    "an emoji": ("GB/T 😀", "has letters but no number"),
    "digits of another script": ("GB/T ٤٥٤٠١-٢٠٢٥", "has something in it"),
    "raised digits": ("ISO 9001²:2015", "has something in it"),
    "the Kelvin sign": ("GB/T 45401\u212a-2025", "has something in it"),
    "Cyrillic letters": ("ИСО 9001:2015", "begins like no number known here"),
    "markup": ("<script>GB/T 1-2020</script>", "begins like no number known here"),
    "a formula": ("=HYPERLINK(1)", "begins like no number known here"),
    "10,000 letters": ("A" * 10_000, "It is 10,000 characters long"),
    "10,000 line breaks in text": ("GB" + "\n" * 10_000 + "1", "It is 10,003 characters long"),
    "a number too long": ("ISO 1" + "/Amd 1" * 60, "has something in it"),
}


@pytest.mark.parametrize(("raw", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_flagged_and_made_printable(raw: str, reason: str) -> None:
    parsed = parse(raw)
    assert (parsed.valid, parsed.raw) == (False, raw)
    assert reason in parsed.problem
    assert all(text.isprintable() for text in (parsed.value, parsed.problem))
    assert len(parsed.value) <= 200
    assert len(parsed.problem) <= 500


def test_a_line_break_made_visible_does_not_make_a_sound_number() -> None:
    assert parse("GB/T 45401.1\n-2025").value == "GB/T 45401.1\ufffd-2025"


def test_a_text_too_long_is_cut_with_an_ellipsis() -> None:
    assert parse("A" * 10_000).value == "A" * 199 + "…"


def test_long_remarks_of_a_registry_are_left_out() -> None:
    remark = "(Amendment to IEEE Std 802.3-2018 as amended by " + "IEEE Std 802.3cb-2018, " * 20 + ")"
    assert parse(f"IEEE Std 802.3cv-2021 {remark}").value == "IEEE Std 802.3cv-2021"


CONTRADICTIONS = [
    ("20252081-Z-469", NumberKind.PUBLISHED, "it is a plan number"),
    ("20252081-Z-469", NumberKind.APPLICATION, "it is a plan number"),
    ("2025001837", NumberKind.PLAN, "it is an application number"),
    ("2025-0260T-SJ", NumberKind.PLAN, "it is a sector plan number"),
    ("GB/T 45401.1-2025", NumberKind.PLAN, "it is the number of a published standard"),
    ("GB/T 45401.1", NumberKind.PROJECT, "it is the number of a published standard"),
    ("ISO/IEC 42001:2023", NumberKind.PROJECT, "it is the number of a published standard"),
    ("ISO/IEC AWI TS 25568", NumberKind.PUBLISHED, "it is the number of a project under way"),
    ("ISO 9001:2015/DAM 1", NumberKind.PUBLISHED, "it is the number of a project under way"),
    ("IEEE P2807.4", NumberKind.PUBLISHED, "it is the number of a project under way"),
    ("IEEE Std 2807-2022", NumberKind.PROJECT, "it is the number of a published standard"),
    ("prEN 17927", NumberKind.PUBLISHED, "it is the number of a project under way"),
]


@pytest.mark.parametrize(
    ("raw", "kind", "what"), CONTRADICTIONS, ids=[f"{row[0]} as {row[1]}" for row in CONTRADICTIONS]
)
def test_a_number_given_as_what_it_is_not_is_flagged(raw: str, kind: NumberKind, what: str) -> None:
    parsed = parse(raw, kind)
    assert (parsed.valid, parsed.kind, parsed.value, parsed.match_key) == (False, kind, raw, "")
    assert parsed.problem.startswith(f"{raw} is given as ")
    assert what in parsed.problem


def test_an_international_number_without_year_or_stage_is_either() -> None:
    project, published = parse("ISO/IEC TS 25568", NumberKind.PROJECT), parse("ISO/IEC TS 25568", NumberKind.PUBLISHED)
    assert (project.valid, project.warnings) == (True, ())
    assert (published.valid, published.kind) == (True, NumberKind.PUBLISHED)
    assert published.warnings == ("It has no year, so it names no particular edition.",)
    assert parse("ISO/IEC TS 25568") == project


# Texts that send a careless pattern back and forth: many ways to split them, and none that ends well.
TIRING = [
    ("GB/T ", "1."),
    ("GB/T 1", ".1"),
    ("T/", "A1"),
    ("Q/", "A1 "),
    ("ISO", "/IEC"),
    ("ANSI", "/IEEE"),
    ("ISO 1", "-1"),
    ("ISO 1", "/Amd 1"),
    ("IEEE 1", "-2"),
    ("IEEE P1", "_Rev"),
    ("IEEE P1", ", July 1, "),
    ("EN 1", "+A1"),
    ("GB 1-2001", "/ISO 1"),
    ("", "all parts "),
    ("", "X"),
    ("", "- "),
]


@pytest.mark.parametrize(("start", "again"), TIRING, ids=[start + again for start, again in TIRING])
@pytest.mark.parametrize("length", [900, 100_000])
def test_a_tiring_text_is_flagged(start: str, again: str, length: int) -> None:
    parsed: ParsedNumber = parse(start + again * (length // len(again)) + "!")
    assert (parsed.valid, len(parsed.value)) == (False, 200) or not parsed.value.strip("- !")
