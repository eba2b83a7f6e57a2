"""Well-formed numbers of every family: what is read out of them, and how they are printed back."""

from typing import Any

import pytest

from standards.numbers import Family, Supplement, parse
from workflows.states import NumberKind

PUBLISHED, PROJECT = NumberKind.PUBLISHED, NumberKind.PROJECT

CHINESE: list[tuple[str, Family, str, dict[str, Any]]] = [
    ("GB 18030-2022", Family.NATIONAL, "GB 18030-2022", {"number": "18030", "year": 2022, "nature": ""}),
    ("GB/T 1.1-2020", Family.NATIONAL, "GB/T 1.1-2020", {"number": "1", "parts": ("1",), "nature": "T"}),
    ("GB/Z 20985-2021", Family.NATIONAL, "GB/Z 20985-2021", {"nature": "Z", "publishers": ("GB",)}),
    ("GBJ 16-1987", Family.NATIONAL, "GBJ 16-1987", {"publishers": ("GBJ",), "year": 1987}),
    ("GBZ/T 192.1-2025", Family.NATIONAL, "GBZ/T 192.1-2025", {"publishers": ("GBZ",), "nature": "T"}),
    (
        "GB/T 15629.11-2003/XG1-2006",
        Family.NATIONAL,
        "GB/T 15629.11-2003/XG1-2006",
        {"year": 2003, "supplements": (Supplement("XG", "1", year=2006),)},
    ),
    ("SJ/T 11363-2006", Family.SECTOR, "SJ/T 11363-2006", {"publishers": ("SJ",), "nature": "T"}),
    ("HB/Z 12-2010", Family.SECTOR, "HB/Z 12-2010", {"publishers": ("HB",), "nature": "Z"}),
    ("YY 0505-2012", Family.SECTOR, "YY 0505-2012", {"number": "0505", "nature": ""}),
    ("DL/T 698.45-2017", Family.SECTOR, "DL/T 698.45-2017", {"parts": ("45",)}),
    ("JJG 99-2022", Family.SECTOR, "JJG 99-2022", {"publishers": ("JJG",)}),
    ("DB/T 29.1-2008", Family.SECTOR, "DB/T 29.1-2008", {"publishers": ("DB",)}),
    ("DB11/T 1234-2015", Family.LOCAL, "DB11/T 1234-2015", {"publishers": ("DB11",), "nature": "T"}),
    ("DB11/ 501-2017", Family.LOCAL, "DB11 501-2017", {"publishers": ("DB11",), "nature": ""}),
    ("DB3201/T 1001-2020", Family.LOCAL, "DB3201/T 1001-2020", {"publishers": ("DB3201",)}),
    ("GJB 9001C-2017", Family.MILITARY, "GJB 9001C-2017", {"number": "9001C"}),
    ("GJB 150.16A-2009", Family.MILITARY, "GJB 150.16A-2009", {"parts": ("16A",)}),
    ("gjb 150.16a-2009", Family.MILITARY, "GJB 150.16A-2009", {"parts": ("16A",)}),
    ("GJB/Z 299C-2006", Family.MILITARY, "GJB/Z 299C-2006", {"nature": "Z"}),
    ("T/CESA 1228.1-2022", Family.ASSOCIATION, "T/CESA 1228.1-2022", {"publishers": ("CESA",), "parts": ("1",)}),
    ("T/GZAEPI 001-2018", Family.ASSOCIATION, "T/GZAEPI 001-2018", {"number": "001"}),
    ("T/C3 001-2021", Family.ASSOCIATION, "T/C3 001-2021", {"publishers": ("C3",)}),
    ("T/31SCTA 001-2021", Family.ASSOCIATION, "T/31SCTA 001-2021", {"publishers": ("31SCTA",)}),
    ("Q/GDW 10376.2-2024", Family.ENTERPRISE, "Q/GDW 10376.2-2024", {"publishers": ("GDW",), "number": "10376"}),
    ("Q/320500 ABC 001-2020", Family.ENTERPRISE, "Q/320500 ABC 001-2020", {"publishers": ("320500 ABC",)}),
    ("GSB 05-1426-2001", Family.SAMPLE, "GSB 05-1426-2001", {"number": "05-1426", "year": 2001}),
]

BEFORE_PUBLICATION: list[tuple[str, NumberKind, Family, dict[str, Any]]] = [
    (
        "20252081-Z-469",
        NumberKind.PLAN,
        Family.PLAN,
        {"year": 2025, "number": "2081", "nature": "Z", "department": "469"},
    ),
    ("20213296-T-604", NumberKind.PLAN, Family.PLAN, {"nature": "T", "department": "604"}),
    ("20230001-Q-907", NumberKind.PLAN, Family.PLAN, {"nature": "Q", "number": "0001"}),
    ("2025001837", NumberKind.APPLICATION, Family.APPLICATION, {"year": 2025, "number": "001837"}),
    (
        "2025-0260T-SJ",
        NumberKind.SECTOR_PLAN,
        Family.SECTOR_PLAN,
        {"year": 2025, "number": "0260", "nature": "T", "publishers": ("SJ",)},
    ),
    ("2021-1234-YD", NumberKind.SECTOR_PLAN, Family.SECTOR_PLAN, {"nature": "", "publishers": ("YD",)}),
]

AMENDED = Supplement("Amd", "1", year=2016)

INTERNATIONAL: list[tuple[str, NumberKind, str, dict[str, Any]]] = [
    ("ISO 9001:2015", PUBLISHED, "ISO 9001:2015", {"publishers": ("ISO",), "number": "9001", "year": 2015}),
    ("ISO/IEC 42001:2023", PUBLISHED, "ISO/IEC 42001:2023", {"publishers": ("ISO", "IEC"), "type": ""}),
    ("ISO/IEC TR 17903:2024", PUBLISHED, "ISO/IEC TR 17903:2024", {"type": "TR", "stage": ""}),
    ("ISO/TS 10303-1001:2004", PUBLISHED, "ISO/TS 10303-1001:2004", {"type": "TS", "parts": ("1001",)}),
    ("ISO TS 80004-13:2017", PUBLISHED, "ISO/TS 80004-13:2017", {"type": "TS"}),
    ("ISO/IEC TR 29110-5-1-1:2012", PUBLISHED, "ISO/IEC TR 29110-5-1-1:2012", {"parts": ("5", "1", "1")}),
    ("ISO 105-E04:2013", PUBLISHED, "ISO 105-E04:2013", {"parts": ("E04",)}),
    ("ISO/IEC/IEEE 8802-1AB:2017", PUBLISHED, "ISO/IEC/IEEE 8802-1AB:2017", {"publishers": ("ISO", "IEC", "IEEE")}),
    ("ISO/HL7 10781:2009", PUBLISHED, "ISO/HL7 10781:2009", {"publishers": ("ISO", "HL7")}),
    ("ISO/PAS 5112:2022", PUBLISHED, "ISO/PAS 5112:2022", {"type": "PAS"}),
    ("ISO Guide 30:1992/Amd 1:2008", PUBLISHED, "ISO Guide 30:1992/Amd 1:2008", {"type": "Guide"}),
    ("ISO/GUIDE 1:1972", PUBLISHED, "ISO Guide 1:1972", {"type": "Guide"}),
    ("ISO/IEC GUIDE 21-1:2005", PUBLISHED, "ISO/IEC Guide 21-1:2005", {"parts": ("1",)}),
    ("ISO/R 775:1969/Add 1:1974", PUBLISHED, "ISO/R 775:1969/Add 1:1974", {"type": "R"}),
    ("ISO/IEC ISP 10607-1:1990", PUBLISHED, "ISO/IEC ISP 10607-1:1990", {"type": "ISP"}),
    ("ISO/TTA 1:1994", PUBLISHED, "ISO/TTA 1:1994", {"type": "TTA"}),
    ("IWA 14-1:2013", PUBLISHED, "IWA 14-1:2013", {"publishers": ("ISO",), "type": "IWA", "parts": ("1",)}),
    ("CD IWA 45", PROJECT, "CD IWA 45", {"stage": "CD", "type": "IWA", "number": "45"}),
    ("ISO/WD IWA 19", PROJECT, "WD IWA 19", {"stage": "WD", "type": "IWA"}),
    ("ISO/IEC DIR 2 ISO:1992", PUBLISHED, "ISO/IEC DIR 2 ISO:1992", {"type": "DIR", "number": "2", "parts": ("ISO",)}),
    (
        "ISO/IEC DIR IEC SUP:2010",
        PUBLISHED,
        "ISO/IEC DIR IEC SUP:2010",
        {"type": "DIR", "number": "", "supplements": (Supplement("SUP", "IEC"),)},
    ),
    ("ISO/IEC DIR 1 ISO SUP Edition 9", PUBLISHED, "ISO/IEC DIR 1 ISO SUP ED9", {"edition": "9"}),
    ("ISO/IEC Directives, Part 2:2021", PUBLISHED, "ISO/IEC DIR 2:2021", {"year": 2021}),
    ("ISO/IEC AWI TS 25568", PROJECT, "ISO/IEC AWI TS 25568", {"stage": "AWI", "type": "TS"}),
    ("ISO/PWI 12345", PROJECT, "ISO/PWI 12345", {"stage": "PWI"}),
    ("ISO/NP TR 12345", PROJECT, "ISO/NP TR 12345", {"stage": "NP", "type": "TR"}),
    ("ISO/WD 17755-1", PROJECT, "ISO/WD 17755-1", {"stage": "WD"}),
    ("ISO/CD TR 10064-2.2", PROJECT, "ISO/CD TR 10064-2.2", {"stage": "CD", "type": "TR", "round": 2}),
    ("ISO/DIS 4301-2", PROJECT, "ISO/DIS 4301-2", {"stage": "DIS", "type": ""}),
    ("ISO/IEC FDIS 14496-10", PROJECT, "ISO/IEC FDIS 14496-10", {"stage": "FDIS"}),
    ("ISO/PRF PAS 22596", PROJECT, "ISO/PRF PAS 22596", {"stage": "PRF", "type": "PAS"}),
    ("ISO/IEC DTS 12791.2", PROJECT, "ISO/IEC DTS 12791.2", {"stage": "DTS", "type": "TS", "round": 2}),
    ("ISO/DTR 10300-30", PROJECT, "ISO/DTR 10300-30", {"stage": "DTR", "type": "TR"}),
    ("ISO/IEC DGuide 98-1", PROJECT, "ISO/IEC DGuide 98-1", {"stage": "DGuide", "type": "Guide"}),
    ("ISO/IEC TS 25568", PROJECT, "ISO/IEC TS 25568", {"stage": "", "year": None}),
    ("ISO/IEC 14496-10:2020/CD Amd 1", PROJECT, "ISO/IEC 14496-10:2020/CD Amd 1", {"year": 2020}),
    (
        "ISO 15002:2008/DAmd 2",
        PROJECT,
        "ISO 15002:2008/DAM 2",
        {"supplements": (Supplement("Amd", "2", stage="DAM"),)},
    ),
    ("ISO 13485:2016/Amd 1:2016", PUBLISHED, "ISO 13485:2016/Amd 1:2016", {"supplements": (AMENDED,)}),
    (
        "ISO/IEC 13818-5:1997/Amd.1:1999/COR 1:2003",
        PUBLISHED,
        "ISO/IEC 13818-5:1997/Amd 1:1999/Cor 1:2003",
        {"supplements": (Supplement("Amd", "1", year=1999), Supplement("Cor", "1", year=2003))},
    ),
    (
        "ISO 3758:1991/Suppl:1993",
        PUBLISHED,
        "ISO 3758:1991/Suppl:1993",
        {"supplements": (Supplement("Suppl", year=1993),)},
    ),
    (
        "ISO 17301-1:2016/CD Cor 1.3:2022",
        PROJECT,
        "ISO 17301-1:2016/CD Cor 1.3:2022",
        {"supplements": (Supplement("Cor", "1", stage="CD", round=3, year=2022),)},
    ),
    ("IEC 61158-6-10:2019", PUBLISHED, "IEC 61158-6-10:2019", {"publishers": ("IEC",), "parts": ("6", "10")}),
    ("IEC/TR 60601-4-1:2017", PUBLISHED, "IEC TR 60601-4-1:2017", {"type": "TR"}),
    ("IEC 61300-2-22 ED3", PROJECT, "IEC 61300-2-22 ED3", {"edition": "3"}),
    ("IEC CDV 62394", PROJECT, "IEC CDV 62394", {"stage": "CDV"}),
    ("IEC SRD 63268:2020", PUBLISHED, "IEC SRD 63268:2020", {"type": "SRD"}),
    ("CISPR 16-1-2:2014/AMD1:2017", PUBLISHED, "CISPR 16-1-2:2014/AMD1:2017", {"publishers": ("CISPR",)}),
    (
        "IEC 62549:2011/ISH1:2015",
        PUBLISHED,
        "IEC 62549:2011/ISH1:2015",
        {"supplements": (Supplement("ISH", "1", year=2015),)},
    ),
    (
        "IEC 60529:1989+AMD1:1999 CSV/COR1:2003",
        PUBLISHED,
        "IEC 60529:1989+AMD1:1999 CSV/COR1:2003",
        {
            "presentation": "CSV",
            "supplements": (Supplement("Amd", "1", year=1999, merged=True), Supplement("Cor", "1", year=2003)),
        },
    ),
    ("IEC Guide 115:2021-07", PUBLISHED, "IEC Guide 115:2021-07", {"year": 2021, "month": 7}),
]

IEEE: list[tuple[str, NumberKind, str, dict[str, Any]]] = [
    ("IEEE Std 2807-2022", PUBLISHED, "IEEE Std 2807-2022", {"number": "2807", "year": 2022, "draft": ""}),
    ("IEEE 2807.3-2022", PUBLISHED, "IEEE Std 2807.3-2022", {"number": "2807", "parts": ("3",)}),
    ("IEEE Std. 802.11ax-2021", PUBLISHED, "IEEE Std 802.11ax-2021", {"parts": ("11ax",)}),
    ("IEEE Std C57.12.00-2015", PUBLISHED, "IEEE Std C57.12.00-2015", {"number": "C57", "parts": ("12", "00")}),
    ("IEEE Std 11073-10420-2010", PUBLISHED, "IEEE Std 11073-10420-2010", {"parts": ("10420",), "year": 2010}),
    ("IEEE Std 7-4.3.2-2003", PUBLISHED, "IEEE Std 7-4.3.2-2003", {"number": "7", "parts": ("4", "3", "2")}),
    ("ANSI/IEEE Std 729-1983", PUBLISHED, "ANSI/IEEE Std 729-1983", {"publishers": ("ANSI", "IEEE")}),
    ("IEEE No 265-1966", PUBLISHED, "IEEE Std 265-1966", {"year": 1966}),
    ("ANSI/IEEE Std 802.1D, 1998 Edition", PUBLISHED, "ANSI/IEEE Std 802.1D-1998", {"year": 1998}),
    (
        "IEEE Std 802.1Q-2014/Cor 1-2015",
        PUBLISHED,
        "IEEE Std 802.1Q-2014/Cor 1-2015",
        {"year": 2014, "supplements": (Supplement("Cor", "1", year=2015),)},
    ),
    ("P2807.4", PROJECT, "IEEE P2807.4", {"publishers": ("IEEE",), "number": "2807", "parts": ("4",)}),
    ("IEEE P2807.4/D2", PROJECT, "IEEE P2807.4/D2", {"draft": "D2", "draft_year": None}),
    (
        "P1704/D27, July 2021",
        PROJECT,
        "IEEE P1704/D27, July 2021",
        {"draft": "D27", "draft_year": 2021, "draft_month": 7},
    ),
    ("IEEE PC57.13.3/D7.2, Aug 2014", PROJECT, "IEEE PC57.13.3/D7.2, August 2014", {"number": "C57", "year": None}),
    ("IEEE P2807.4/D-2-2024-09", PROJECT, "IEEE P2807.4/D2, September 2024", {"draft": "D2", "draft_month": 9}),
    (
        "IEEE Unapproved Draft Std P1234_D3a, 2009",
        PROJECT,
        "IEEE P1234/D3a, 2009",
        {"draft": "D3a", "draft_year": 2009},
    ),
    ("IEEE Unapproved Std P802.16g/D8, Feb2007", PROJECT, "IEEE P802.16g/D8, February 2007", {"parts": ("16g",)}),
    ("ISO/IEC/IEEE P15288/D4", PROJECT, "ISO/IEC/IEEE P15288/D4", {"publishers": ("ISO", "IEC", "IEEE")}),
    (
        "IEEE P802.1AS-2020/Cor1/D3.0, July 2021",
        PROJECT,
        "IEEE P802.1AS-2020/Cor 1/D3.0, July 2021",
        {"year": 2020, "draft_year": 2021, "supplements": (Supplement("Cor", "1"),)},
    ),
]

EUROPEAN: list[tuple[str, NumberKind, str, dict[str, Any]]] = [
    ("EN 228:2008", PUBLISHED, "EN 228:2008", {"publishers": ("EN",), "number": "228", "year": 2008}),
    ("EN ISO 9001:2015", PUBLISHED, "EN ISO 9001:2015", {"publishers": ("EN", "ISO")}),
    ("EN ISO/IEC 22989:2023", PUBLISHED, "EN ISO/IEC 22989:2023", {"publishers": ("EN", "ISO", "IEC")}),
    ("EN IEC 62368-1:2020+A11:2020", PUBLISHED, "EN IEC 62368-1:2020+A11:2020", {"parts": ("1",)}),
    (
        "EN 61375-2-3:2015/AC:2016-11",
        PUBLISHED,
        "EN 61375-2-3:2015/AC:2016-11",
        {"supplements": (Supplement("AC", year=2016, month=11),)},
    ),
    ("prEN 12464-1:2019", PROJECT, "prEN 12464-1:2019", {"stage": "pr", "year": 2019}),
    ("FprEN 16798-3", PROJECT, "FprEN 16798-3", {"stage": "Fpr"}),
    ("prEN ISO/IEC 12792", PROJECT, "prEN ISO/IEC 12792", {"stage": "pr", "publishers": ("EN", "ISO", "IEC")}),
    ("EN 60335-1:2012/prA2", PROJECT, "EN 60335-1:2012/prA2", {"supplements": (Supplement("A", "2", stage="pr"),)}),
    ("CEN/TS 17638:2021", PUBLISHED, "CEN/TS 17638:2021", {"publishers": ("CEN",), "type": "TS"}),
    ("CEN/TR 17833:2022", PUBLISHED, "CEN/TR 17833:2022", {"type": "TR"}),
    ("CLC/TS 50701:2021", PUBLISHED, "CLC/TS 50701:2021", {"publishers": ("CLC",)}),
    ("CEN/CLC/TR 17894:2024", PUBLISHED, "CEN/CLC/TR 17894:2024", {"publishers": ("CEN", "CLC"), "type": "TR"}),
    (
        "CEN/CLC ISO/IEC/TS 12791:2024",
        PUBLISHED,
        "CEN/CLC ISO/IEC/TS 12791:2024",
        {"publishers": ("CEN", "CLC", "ISO", "IEC"), "type": "TS"},
    ),
    ("CEN-CLC Guide 32:2016", PUBLISHED, "CEN/CLC Guide 32:2016", {"type": "Guide"}),
    ("HD 60269-3:2010+A2:2022", PUBLISHED, "HD 60269-3:2010+A2:2022", {"publishers": ("HD",)}),
    ("ENV ISO/TR 13843:2001", PUBLISHED, "ENV ISO/TR 13843:2001", {"type": "TR"}),
    ("CWA 14050-1:2005", PUBLISHED, "CWA 14050-1:2005", {"publishers": ("CWA",)}),
]


def _check(raw: str, kind: NumberKind, value: str, parts: dict[str, Any]) -> None:
    parsed = parse(raw)
    assert (parsed.problem, parsed.value, parsed.kind) == ("", value, kind)
    assert parsed.valid
    assert parsed.raw == raw
    assert str(parsed) == value
    assert {name: getattr(parsed, name) for name in parts} == parts
    assert parse(value, kind) == parsed


@pytest.mark.parametrize(("raw", "family", "value", "parts"), CHINESE, ids=[row[0] for row in CHINESE])
def test_a_published_chinese_number_is_read(raw: str, family: Family, value: str, parts: dict[str, Any]) -> None:
    _check(raw, PUBLISHED, value, parts | {"family": family})


@pytest.mark.parametrize(
    ("raw", "kind", "family", "parts"), BEFORE_PUBLICATION, ids=[row[0] for row in BEFORE_PUBLICATION]
)
def test_a_number_from_before_publication_is_read(
    raw: str, kind: NumberKind, family: Family, parts: dict[str, Any]
) -> None:
    _check(raw, kind, raw, parts | {"family": family})


@pytest.mark.parametrize(("raw", "kind", "value", "parts"), INTERNATIONAL, ids=[row[0] for row in INTERNATIONAL])
def test_a_number_of_iso_or_iec_is_read(raw: str, kind: NumberKind, value: str, parts: dict[str, Any]) -> None:
    family = Family.IEC if value.startswith(("IEC", "CISPR")) else Family.ISO
    _check(raw, kind, value, parts | {"family": family})


@pytest.mark.parametrize(("raw", "kind", "value", "parts"), IEEE, ids=[row[0] for row in IEEE])
def test_a_number_of_ieee_is_read(raw: str, kind: NumberKind, value: str, parts: dict[str, Any]) -> None:
    _check(raw, kind, value, parts | {"family": Family.IEEE})


@pytest.mark.parametrize(("raw", "kind", "value", "parts"), EUROPEAN, ids=[row[0] for row in EUROPEAN])
def test_a_european_number_is_read(raw: str, kind: NumberKind, value: str, parts: dict[str, Any]) -> None:
    _check(raw, kind, value, parts | {"family": Family.CEN})


@pytest.mark.parametrize(
    ("raw", "adopted"),
    [
        ("GB/T 19001-2016/ISO 9001:2015", "ISO 9001:2015"),
        ("GB/T 22080-2016/ISO/IEC 27001:2013", "ISO/IEC 27001:2013"),
        ("GB/T 16649.1-2006/ISO 7816-1:1998", "ISO 7816-1:1998"),
        ("SJ/T 11293-2003/IEC 61249-2-7:2002", "IEC 61249-2-7:2002"),
        ("GB/T 1-2020/IEEE Std 2807-2022", "IEEE Std 2807-2022"),
    ],
)
def test_the_double_number_of_an_identical_adoption_holds_both(raw: str, adopted: str) -> None:
    parsed = parse(raw)
    assert (parsed.valid, parsed.value, parsed.warnings) == (True, raw, ())
    assert parsed.adopts is not None
    assert parsed.adopts.value == adopted
    assert parsed.match_key == parse(raw.partition("/I")[0]).match_key


def test_a_double_number_with_a_malformed_second_half_is_malformed() -> None:
    assert not parse("GB/T 19001-2016/ISO ABC").valid
