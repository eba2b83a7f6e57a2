"""How much of the report of the SAC/SC42 plenary 2025 is on record: projects, published numbers, counts and dates."""

from collections import Counter
from datetime import date

from standards.importers.entries import CommitteeForm, Rel, Statement
from standards.importers.records import Records, read
from standards.models import CommitteeFact, CommitteeKind, Relation
from standards.numbers import parse
from workflows.library import library, track
from workflows.states import NumberKind, State

# Lines of the report that hold the title of a standard; line 222 holds three.
TITLE_LINES = {
    69, 70, 92, 93, 94, 98, 99, *range(105, 112), 116, 117, *range(128, 139), *range(159, 164), 167, 168, 172, 173, 174,
    201, 205, 206, 210, 211, 218, 222, 226, 237, *range(245, 250), *range(253, 257), 260, 264, 265, 269, 270,
    *range(288, 294), 309, 310, 311,
}  # fmt: skip

PUBLISHED_NATIONAL = {
    "GB/T 42131-2022", "GB/T 45628-2025", "GB/T 45923.2-2025", "GB/T 45225-2025", "GB/T 42018-2022",
    "GB/T 45087-2025", "GB/T 45280-2025", "GB/T 45401.1-2025", "GB/T 45401.2-2025",
}  # fmt: skip

COUNTS = {
    "L23-national": 83, "L23-sector": 53, "L36-groups": 27, "L36-new": 12, "L36-industrial": 10, "L36-benchmark": 1,
    "L36-regional": 1, "L51-experts": 62, "L51-new-experts": 7, "L51-enterprises": 602, "L51-new-enterprises": 58,
    "L53-international": 106, "L53-new-international": 23, "L57-meetings": 50, "L65-adopted": 2, "L65-led": 6,
    "L65-proposals": 2, "L90-published": 3, "L124-released": 8, "L124-llm": 3, "L195-developed": 14,
    "L195-white-paper": 1, "L243-national": 5, "L251-association": 4, "L258-international": 1, "L262-development": 4,
    "L286-national": 5, "L286-sector": 1, "L307-committees": 15, "L307-projects": 3,
}  # fmt: skip

RECORDS: Records = read()


def test_the_report_holds_68_projects() -> None:
    assert len(RECORDS.projects) == 68


def test_projects_by_track() -> None:
    assert Counter(p.track for p in RECORDS.projects) == {
        "gb-t": 42, "gb-z": 8, "sector": 3, "association": 9,
        "iso-iec-is": 1, "iso-iec-ts": 2, "iso-iec-tr": 1, "ieee": 2,
    }  # fmt: skip


def test_projects_by_state() -> None:
    assert Counter(p.state for p in RECORDS.projects) == {
        State.PROPOSAL: 5, State.DRAFT: 44, State.APPROVAL: 1, State.PUBLISHED: 18,
    }  # fmt: skip


def test_projects_by_committee() -> None:
    assert Counter(slug for p in RECORDS.projects for slug in p.committees) == {
        "sac-tc28-sc42": 3,
        "sac-tc28-sc42-fundamental": 2,
        "sac-tc28-sc42-knowledge-graph": 14,
        "sac-tc28-sc42-model-algorithm": 11,
        "sac-tc28-sc42-embodied-intelligence": 10,
        "sac-tc28-sc42-trustworthy-ai": 10,
        "sac-tc28-sc42-chip-system": 14,
        "sac-tc28-sc42-intelligent-computing": 6,
        "joint-ai-new-industrialization": 3,
        "iso-iec-jtc1-sc42": 4,
        "ieee-2807": 2,
    }


def test_every_line_with_a_title_is_a_line_of_a_project_and_no_other_line_is() -> None:
    assert {line for p in RECORDS.projects for line in p.lines} == TITLE_LINES


def test_a_line_has_one_title_except_the_two_sentences_that_name_several() -> None:
    named = Counter(line for p in RECORDS.projects for line in p.lines)
    assert {line: count for line, count in named.items() if count > 1} == {222: 3, 226: 2}


def test_every_published_national_standard_of_the_report_is_published_under_its_number() -> None:
    published = [p for p in RECORDS.projects if p.track == "gb-t" and p.state is State.PUBLISHED]
    assert {number.value for p in published for number in p.numbers} == PUBLISHED_NATIONAL
    assert {number.kind for p in published for number in p.numbers} == {NumberKind.PUBLISHED}


def test_no_number_belongs_to_two_projects() -> None:
    numbers = Counter(number.value for p in RECORDS.projects for number in p.numbers)
    assert [number for number, count in numbers.items() if count > 1] == []


def test_only_the_number_that_lost_a_digit_is_malformed() -> None:
    assert [n.raw for p in RECORDS.projects for n in p.numbers if not n.valid] == ["2025039-Z-469"]


def test_the_parser_finds_the_kind_of_every_number_by_itself() -> None:
    numbers = [number for p in RECORDS.projects for number in p.numbers]
    assert [parse(number.raw).kind for number in numbers] == [number.kind for number in numbers]


def test_every_published_number_is_one_that_its_track_gives() -> None:
    published = [(p, n) for p in RECORDS.projects for n in p.numbers if n.kind is NumberKind.PUBLISHED]
    assert [n.value for p, n in published if not track(p.track).publishes_as(n.value)] == []


def test_what_is_published_without_a_published_number_says_so_in_its_note() -> None:
    bare = [p for p in RECORDS.projects if p.state is State.PUBLISHED and not p.numbers]
    assert [p.key for p in bare] == ["L98", "L99", "L205", "L206"]
    assert all("number" in p.note for p in bare)


def test_every_count_of_the_report_is_on_record() -> None:
    assert {f.key: f.value for f in RECORDS.facts if f.value is not None} == COUNTS
    assert {f.key for f in RECORDS.facts if f.kind is Statement.COUNT} == set(COUNTS)


def test_meetings_have_the_dates_of_the_report() -> None:
    meetings = {f.key: (f.starts_on, f.ends_on) for f in RECORDS.facts if f.kind is Statement.MEETING}
    assert meetings == {
        "L17-week": (date(2025, 7, 8), date(2025, 7, 10)),
        "L17-plenary": (date(2025, 7, 8), date(2025, 7, 8)),
        "L59-april": (date(2024, 4, 1), date(2024, 4, 30)),
        "L59-september": (date(2024, 9, 1), date(2024, 9, 30)),
        "L305-seminar": (date(2025, 7, 9), date(2025, 7, 9)),
    }


def test_every_described_group_has_its_next_steps_on_record() -> None:
    steps = Counter(f.committee for f in RECORDS.facts if f.kind is Statement.NEXT_STEP)
    assert steps == {
        "sac-tc28-sc42": 2,
        "sac-tc28-sc42-fundamental": 10,
        "sac-tc28-sc42-knowledge-graph": 4,
        "sac-tc28-sc42-model-algorithm": 5,
        "sac-tc28-sc42-embodied-intelligence": 5,
        "sac-tc28-sc42-trustworthy-ai": 5,
        "sac-tc28-sc42-chip-system": 2,
        "sac-tc28-sc42-intelligent-computing": 3,
        "joint-ai-new-industrialization": 2,
    }


def test_open_issues_and_takeaways_are_on_record_with_their_lines() -> None:
    issues = {f.lines[0] for f in RECORDS.facts if f.kind is Statement.ISSUE}
    takeaways = {f.lines[0] for f in RECORDS.facts if f.kind is Statement.TAKEAWAY}
    assert issues == {189, 191, 295, 323}
    assert takeaways == {21, 233, 235, 237, 317, 318, 319, 320, 321, 333, 335, 337}


def test_the_secretariat_of_sc42_is_named_without_an_address() -> None:
    named = {c.slug: c.secretariat for c in RECORDS.committees if c.secretariat}
    assert named == {"sac-tc28-sc42": "China Electronics Standardization Institute (CESI)"}


def test_a_record_cites_its_report_with_date_and_lines() -> None:
    cited = next(p.cited for p in RECORDS.projects if p.key == "L211")
    assert cited == "SESEC V, Report on SAC/SC42 Plenary Meeting 2025, 2025-07, L138, L211"


def test_every_fact_has_a_key_of_its_own_in_all_sources() -> None:
    keys = [f.qualified_key for f in RECORDS.facts]
    assert "sesec-2025-07:L23-national" in keys
    assert len(set(keys)) == len(keys)


def test_records_and_database_have_the_same_kinds() -> None:
    assert set(CommitteeForm) == set(CommitteeKind.values)
    assert set(Statement) == set(CommitteeFact.Kind.values)
    assert set(Rel) == set(Relation.values)


def test_the_body_of_every_procedure_comes_with_the_tracker() -> None:
    shipped = {body.slug for body in RECORDS.bodies}
    assert {procedure.code: procedure.body for procedure in library().values() if procedure.body not in shipped} == {}
