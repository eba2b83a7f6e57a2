"""Every number that the report on the 2025 plenary prints, read to the last part."""

from typing import Any

import pytest

from standards.numbers import Family, parse
from workflows.states import NumberKind

NATIONAL = {"family": Family.NATIONAL, "kind": NumberKind.PUBLISHED, "publishers": ("GB",), "nature": "T"}
CESA = {"family": Family.ASSOCIATION, "kind": NumberKind.PUBLISHED, "publishers": ("CESA",), "nature": ""}
PLAN = {"family": Family.PLAN, "kind": NumberKind.PLAN, "department": "469", "parts": ()}
PROJECT = {"family": Family.ISO, "kind": NumberKind.PROJECT, "publishers": ("ISO", "IEC"), "year": None}

NUMBERS: list[tuple[str, dict[str, Any]]] = [
    ("ISO/IEC AWI 25623", PROJECT | {"stage": "AWI", "type": "", "number": "25623"}),
    ("ISO/IEC AWI TS 25568", PROJECT | {"stage": "AWI", "type": "TS", "number": "25568"}),
    ("GB/T 42131-2022", NATIONAL | {"number": "42131", "parts": (), "year": 2022}),
    ("GB/T 45628-2025", NATIONAL | {"number": "45628", "parts": (), "year": 2025}),
    ("GB/T 45923.2-2025", NATIONAL | {"number": "45923", "parts": ("2",), "year": 2025}),
    ("GB/T 45225-2025", NATIONAL | {"number": "45225", "parts": (), "year": 2025}),
    ("GB/T 42018-2022", NATIONAL | {"number": "42018", "parts": (), "year": 2022}),
    ("GB/T 45087-2025", NATIONAL | {"number": "45087", "parts": (), "year": 2025}),
    ("GB/T 45280-2025", NATIONAL | {"number": "45280", "parts": (), "year": 2025}),
    ("GB/T 45401.1-2025", NATIONAL | {"number": "45401", "parts": ("1",), "year": 2025}),
    ("GB/T 45401.2-2025", NATIONAL | {"number": "45401", "parts": ("2",), "year": 2025}),
    ("T/CESA 1169-2021", CESA | {"number": "1169", "parts": (), "year": 2021}),
    ("T/CESA 1228.1-2022", CESA | {"number": "1228", "parts": ("1",), "year": 2022}),
    ("T/CESA 1228.2-2022", CESA | {"number": "1228", "parts": ("2",), "year": 2022}),
    ("T/CESA 1303-2023", CESA | {"number": "1303", "parts": (), "year": 2023}),
    ("20252081-Z-469", PLAN | {"year": 2025, "number": "2081", "nature": "Z"}),
    ("20252035-Z-469", PLAN | {"year": 2025, "number": "2035", "nature": "Z"}),
    ("20252034-Z-469", PLAN | {"year": 2025, "number": "2034", "nature": "Z"}),
    ("20231740-T-469", PLAN | {"year": 2023, "number": "1740", "nature": "T"}),
    ("20230715-T-469", PLAN | {"year": 2023, "number": "0715", "nature": "T"}),
    ("20230716-T-469", PLAN | {"year": 2023, "number": "0716", "nature": "T"}),
    ("20231747-T-469", PLAN | {"year": 2023, "number": "1747", "nature": "T"}),
    ("20231745-T-469", PLAN | {"year": 2023, "number": "1745", "nature": "T"}),
    ("2025001837", {"family": Family.APPLICATION, "kind": NumberKind.APPLICATION, "year": 2025, "number": "001837"}),
    ("2023004239", {"family": Family.APPLICATION, "kind": NumberKind.APPLICATION, "year": 2023, "number": "004239"}),
    (
        "2025-0260T-SJ",
        {"family": Family.SECTOR_PLAN, "kind": NumberKind.SECTOR_PLAN, "year": 2025, "number": "0260", "nature": "T"}
        | {"publishers": ("SJ",)},
    ),
]


@pytest.mark.parametrize(("raw", "parts"), NUMBERS, ids=[row[0] for row in NUMBERS])
def test_a_well_formed_number_is_read_without_a_doubt(raw: str, parts: dict[str, Any]) -> None:
    parsed = parse(raw)
    assert (parsed.valid, parsed.problem, parsed.warnings, parsed.value) == (True, "", (), raw)
    assert {name: getattr(parsed, name) for name in parts} == parts


def test_the_words_of_17903_are_put_in_order_with_a_warning() -> None:
    parsed = parse("ISO/IEC 17903 AWI TR")
    assert (parsed.valid, parsed.value, parsed.raw) == (True, "ISO/IEC AWI TR 17903", "ISO/IEC 17903 AWI TR")
    assert (parsed.stage, parsed.type, parsed.number, parsed.kind) == ("AWI", "TR", "17903", NumberKind.PROJECT)
    assert parsed.warnings == ("Its words are out of order; it is read as ISO/IEC AWI TR 17903.",)


def test_the_words_of_17903_do_not_make_a_published_number() -> None:
    parsed = parse("ISO/IEC 17903 AWI TR", NumberKind.PUBLISHED)
    assert not parsed.valid
    assert "ISO/IEC AWI TR 17903 is given as the number of a published standard" in parsed.problem


def test_the_plan_number_that_lost_a_digit_is_kept_and_flagged() -> None:
    parsed = parse("2025039-Z-469")
    assert (parsed.valid, parsed.value, parsed.kind) == (False, "2025039-Z-469", NumberKind.PLAN)
    assert "has seven digits before the letter Z, not eight" in parsed.problem
    assert "like 20252081-Z-469" in parsed.problem
    assert parsed.match_key == ""


def test_a_plan_number_is_not_a_published_number() -> None:
    parsed = parse("20231740-T-469", NumberKind.PUBLISHED)
    assert (parsed.valid, parsed.value, parsed.kind) == (False, "20231740-T-469", NumberKind.PUBLISHED)
    assert parsed.problem == (
        "20231740-T-469 is given as the number of a published standard, like GB/T 45401.1-2025 or ISO/IEC 42001:2023, "
        "but it is a plan number, like 20252081-Z-469."
    )


def test_letters_without_a_number_are_flagged() -> None:
    assert "has letters but no number" in parse("ISO/IEC TS").problem


def test_one_plan_under_two_groups_matches_whichever_dash_it_has() -> None:
    assert parse("20252034–Z–469").match_key == parse("20252034-Z-469").match_key != ""
