"""What holds for every number there can be: printing and parsing undo each other, and no text is too strange."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from standards.numbers import DASHES, ParsedNumber, parse
from workflows.states import NumberKind

years = st.integers(1950, 2099).map(str)
serials = st.integers(1, 99_999).map(str)
few = st.integers(1, 30).map(str)


def joined(*pieces: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    """The pieces one after the other."""
    return st.tuples(*(st.just(piece) if isinstance(piece, str) else piece for piece in pieces)).map("".join)


def maybe(*pieces: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.just("") | joined(*pieces)


def one_of(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


def repeated(piece: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(piece, max_size=most).map("".join)


letters = st.text("ABCDEFGHKLMNPQRSTUVWXYZ", min_size=1, max_size=6)

# Plans and applications.
plans = joined(
    years, st.integers(0, 9999).map("{:04}".format), one_of("-T-", "-Q-", "-Z-"), few.map(lambda n: n.zfill(3))
)
applications = joined(st.integers(2000, 2099).map(str), st.integers(0, 999_999).map("{:06}".format))
sector_plans = joined(
    st.integers(2000, 2099).map(str),
    "-",
    st.integers(0, 9999).map("{:04}".format),
    one_of("T", "Z", ""),
    "-",
    one_of("SJ", "YD"),
)

# Published in China.
dotted = joined(serials, repeated(joined(".", few), 2))
natures = one_of("/T", "/Z", "")
fronts = st.one_of(
    joined(one_of("GB", "SJ", "YD", "JB", "GJB", "DB11", "DB3201", "JJG"), natures),
    joined("T/", letters),
    joined("Q/", letters),
)
plain_chinese = joined(fronts, " ", dotted, maybe("-", years, maybe("/XG", few, "-", years)))
samples = joined("GSB ", st.integers(1, 99).map("{:02}".format), "-", serials, "-", years)

# ISO, IEC and joint ones.
parts = repeated(joined("-", few | one_of("A01", "E04", "1AB", "X")), 3)
months = st.integers(1, 12).map("{:02}".format)
stages = one_of("PWI", "NP", "AWI", "WD", "CD", "DIS", "FDIS", "PRF")
types = one_of("TS", "TR", "PAS", "ISP", "R", "TTA")
words = st.one_of(types, stages, one_of("DTS", "DTR", "PDTS", "FDTR", "DPAS"), joined(stages, " ", types))
heads = st.one_of(
    joined("ISO", maybe("/", words)),
    joined(one_of("ISO/IEC", "ISO/IEC/IEEE", "ISO/ASTM", "ISO/HL7", "IEC/IEEE", "IEC", "CISPR"), maybe(" ", words)),
    joined("ISO", maybe("/IEC"), " Guide"),
    joined(maybe(stages, " "), "IWA"),
)
supplements = joined(
    "/",
    joined(maybe(one_of("NP", "AWI", "WD", "CD", "PRF"), " "), one_of("Amd", "Cor", "Add", "Suppl", "Ext"))
    | one_of("DAM", "FDAM", "PDAM", "DCOR", "FDCOR"),
    " ",
    few,
    maybe(".", few),
    maybe(":", years, maybe("-", months)),
)
compact_supplements = joined(one_of("/", "+"), one_of("AMD", "COR", "ISH"), few, maybe(":", years))
designations = joined(" ", serials, parts, maybe(".", few), maybe(":", years, maybe("-", months)))
international = st.one_of(
    joined(heads.filter(lambda head: not head.startswith(("IEC", "CISPR"))), designations, repeated(supplements, 2)),
    joined(one_of("IEC", "IEC TS", "CISPR"), designations, maybe(compact_supplements), maybe(" ED", few)),
    joined(
        one_of("ISO/IEC DIR 1", "ISO/IEC DIR 2 IEC", "ISO/IEC DIR 1 ISO SUP", "ISO/IEC DIR JTC 1 SUP"),
        maybe(":", years),
    ),
)

# IEEE.
month_names = one_of("January", "May", "September", "December")
ieee_numbers = joined(
    one_of("", "C", "N"), serials, one_of("", "a", "REV"), repeated(joined(".", few, one_of("", "ax", "Q")), 2)
)
ieee_bodies = one_of("IEEE", "ANSI/IEEE", "IEEE/CSA")
ieee_supplements = joined(one_of("/Cor ", "/Amd "), few, maybe("-", years))
drafts = joined("/D", few, maybe(".", few), one_of("", "a"))
dates = joined(", ", maybe(month_names, " "), years)
ieee = st.one_of(
    joined(ieee_bodies, " Std ", ieee_numbers, maybe("-", years), maybe(ieee_supplements)),
    joined(ieee_bodies, " P", ieee_numbers, maybe("-", years), maybe(ieee_supplements), maybe(drafts), maybe(dates)),
)

# CEN and CENELEC.
european = joined(
    one_of("", "pr", "Fpr"),
    one_of(
        "EN",
        "EN ISO",
        "EN IEC",
        "EN ISO/IEC",
        "HD",
        "CEN/TS",
        "CLC/TR",
        "CEN/CLC/TS",
        "CEN/CLC ISO/IEC/TS",
        "CEN Guide",
    ),
    " ",
    serials,
    parts,
    maybe(":", years, maybe("-", months)),
    repeated(joined(one_of("/", "+"), one_of("", "pr"), one_of("A", "AC", "Amd "), few, maybe(":", years)), 2),
)

adoptions = joined(
    joined(one_of("GB/T", "SJ/T"), " ", dotted, "-", years),
    "/",
    joined(one_of("ISO", "ISO/IEC TR"), " ", serials, ":", years),
)
FAMILIES = {
    "plans": plans,
    "applications": applications,
    "sector plans": sector_plans,
    "published in China": plain_chinese,
    "reference samples": samples,
    "identical adoptions": adoptions,
    "ISO, IEC and joint": international,
    "IEEE": ieee,
    "CEN and CENELEC": european,
}
each_family = pytest.mark.parametrize("family", FAMILIES)
numbers = st.one_of(*FAMILIES.values())
pieces = one_of("GB", "ISO", "IEC", "IEEE", "EN", "P", "D", "Amd", "AWI", "TS", "T/", "Q/", "X", "July", "1", "2025")
texts = st.text(max_size=60) | repeated(pieces | st.sampled_from("-—./:+()_, \u3000\n"), 25)


def said(parsed: ParsedNumber) -> dict[str, Any]:
    """Everything a number says, but for how it was written and what was mended."""
    return {name: value for name, value in asdict(parsed).items() if name not in ("raw", "warnings", "adopts")}


@each_family
@given(data=st.data())
def test_a_number_in_its_official_form_is_printed_as_it_was_read(family: str, data: st.DataObject) -> None:
    text = data.draw(FAMILIES[family])
    parsed = parse(text)
    assert (parsed.problem, parsed.value) == ("", text)


@each_family
@given(data=st.data())
def test_parse_print_parse_is_the_identity(family: str, data: st.DataObject) -> None:
    parsed = parse(data.draw(FAMILIES[family]))
    assert said(parse(parsed.value, parsed.kind)) == said(parsed)
    assert said(parse(parsed.print_form, parsed.kind)) == said(parsed)


@each_family
@given(data=st.data(), dash=st.sampled_from(DASHES), spaced=st.sampled_from(["{}", " {} ", "\u3000{}", "{}\u00a0"]))
def test_dashes_and_spaces_make_no_difference(family: str, data: st.DataObject, dash: str, spaced: str) -> None:
    text = data.draw(FAMILIES[family])
    assert said(parse(text.replace("-", spaced.format(dash)))) == said(parse(text))


@each_family
@given(data=st.data())
def test_full_width_letters_make_no_difference(family: str, data: st.DataObject) -> None:
    text = data.draw(FAMILIES[family])
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert said(parse(wide)) == said(parse(text))


@each_family
@given(data=st.data())
def test_upper_and_lower_case_make_no_difference_but_to_ieee(family: str, data: st.DataObject) -> None:
    text = data.draw(FAMILIES[family])
    lower, upper = parse(text.lower()), parse(text.upper())
    assert lower.match_key == upper.match_key == parse(text).match_key != ""
    assert family == "IEEE" or said(lower) == said(upper) == said(parse(text))


@each_family
@given(data=st.data(), digit=st.integers(0, 9))
def test_a_year_of_five_digits_is_no_year(family: str, data: st.DataObject, digit: int) -> None:
    text = data.draw(FAMILIES[family])
    year = data.draw(years)
    assert not parse(f"{text}{'-' if family == 'published in China' else ':'}{year}{digit}{digit}").valid


@given(texts, st.none() | st.sampled_from(NumberKind))
@example("\ud800", None)
@example("ISO 1" + "-1" * 400, None)
def test_every_text_comes_back_read_or_flagged_with_a_reason(text: str, kind: NumberKind | None) -> None:
    parsed = parse(text, kind)
    assert parsed.raw == text
    assert parsed.kind is kind or kind is None
    assert bool(parsed.problem) is not parsed.valid
    assert bool(parsed.match_key) is parsed.valid
    assert len(parsed.value) <= 200
    assert parsed.value.isprintable()
    assert len(parsed.problem) <= 500


@given(texts)
def test_whatever_is_read_reads_the_same_again(text: str) -> None:
    parsed = parse(text)
    again = parse(parsed.value, parsed.kind)
    assert (again.value, again.valid) == (parsed.value, parsed.valid)
    assert again.match_key == parsed.match_key
    assert again.sort_key == parsed.sort_key or not parsed.valid


@given(st.lists(numbers | texts, max_size=6))
def test_any_numbers_can_be_sorted_together(listed: list[str]) -> None:
    keys = sorted(parse(text).sort_key for text in listed)
    assert len(keys) == len(listed)
