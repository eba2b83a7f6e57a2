"""What stands in the report of the SAC/SC42 plenary 2025, trap by trap: one test for each place where it misleads.

Line numbers (L211) are those of the report.
"""

import re
from functools import cache
from itertools import chain

from standards.importers.entries import (
    CommitteeForm,
    CommitteeRecord,
    FactRecord,
    ProjectRecord,
    Records,
    Rel,
    Statement,
)
from standards.importers.records import read
from workflows.calendar import parse_target
from workflows.states import Level, NumberKind, State

SC42 = "sac-tc28-sc42"
FUNDAMENTAL, KNOWLEDGE = f"{SC42}-fundamental", f"{SC42}-knowledge-graph"
MODELS, EMBODIED = f"{SC42}-model-algorithm", f"{SC42}-embodied-intelligence"
TRUST, CHIPS, COMPUTING = f"{SC42}-trustworthy-ai", f"{SC42}-chip-system", f"{SC42}-intelligent-computing"
JOINT, ISO_SC42 = "joint-ai-new-industrialization", "iso-iec-jtc1-sc42"
GROUPS = {FUNDAMENTAL, KNOWLEDGE, MODELS, EMBODIED, TRUST, CHIPS, COMPUTING}


@cache
def records() -> Records:
    return read()


def at(line: int) -> list[str]:
    return [project.key for project in records().projects if line in project.lines]


def project(key: str) -> ProjectRecord:
    return next(project for project in records().projects if project.key == key)


def projects(*lines: int) -> list[ProjectRecord]:
    return [project(f"L{line}") for line in lines]


def listed(committee: str, state: State | None = None) -> list[ProjectRecord]:
    return [p for p in records().projects if committee in p.committees and state in (None, p.state)]


def fact(key: str) -> FactRecord:
    return next(fact for fact in records().facts if fact.key == key)


def committee(slug: str) -> CommitteeRecord:
    return next(committee for committee in records().committees if committee.slug == slug)


def all_texts() -> list[str]:
    of_projects = [(p.title, p.note, *(n.raw for n in p.numbers)) for p in records().projects]
    return list(chain(*of_projects, *((f.label, f.text) for f in records().facts)))


def raw_numbers() -> set[str]:
    return {number.raw for project in records().projects for number in project.numbers}


# Numbers and identity


def test_trap_01_a_plan_number_that_lost_a_digit_is_kept_flagged_and_never_completed() -> None:
    (number,) = project("L211").numbers
    assert (number.raw, number.value, number.kind) == ("2025039-Z-469", "2025039-Z-469", NumberKind.PLAN)
    assert not number.valid
    assert number.problem
    assert "2025039-Z-469" in project("L211").note
    assert [raw for raw in raw_numbers() if re.fullmatch(r"2025\d*39\d*-Z-469", raw)] == ["2025039-Z-469"]


def test_trap_02_a_title_under_two_groups_with_and_without_number_is_one_project() -> None:
    assert at(138) == at(211) == ["L211"]
    assert project("L211").committees == (MODELS, TRUST)


def test_trap_03_a_number_under_two_groups_is_one_project_whatever_the_dashes() -> None:
    assert at(270) == at(290) == ["L270"]
    assert project("L270").committees == (CHIPS, COMPUTING)
    assert [(p.line, "–" in p.text) for p in project("L270").printed] == [(270, False), (290, True)]


def test_trap_04_two_titles_of_what_is_probably_one_international_project_wait_for_a_person() -> None:
    assert (at(69), at(218)) == (["L69"], ["L218"])
    assert [(link.rel, link.key) for link in project("L69").links] == [(Rel.POSSIBLE_DUPLICATE, "L218")]
    assert project("L69").numbers == ()
    assert "20262577-Z-469" not in raw_numbers()


def test_trap_05_a_published_report_with_its_words_out_of_order_is_published_and_in_doubt() -> None:
    report = project("L260")
    (number,) = report.numbers
    assert (number.raw, number.value) == ("ISO/IEC 17903 AWI TR", "ISO/IEC AWI TR 17903")
    assert (report.state, report.stage) == (State.PUBLISHED, "60.60")
    assert "AWI" in report.note
    assert report.title.endswith("machine learning computing devices")
    assert report.printed[0].text.endswith("machine learning computing devices.")


def test_trap_06_a_plan_number_is_not_a_published_number_even_where_the_report_says_published() -> None:
    assessment = project("L226")
    assert [(n.kind, n.raw) for n in assessment.numbers] == [(NumberKind.PLAN, "20231740-T-469")]
    assert assessment.state is State.APPROVAL
    assert "published" in assessment.note
    assert "GB/T 46347-2025" not in raw_numbers()


def test_trap_07_three_forms_of_number_in_one_list_are_three_kinds() -> None:
    kinds = [number.kind for p in projects(288, 289, 270, 291, 292, 293) for number in p.numbers]
    assert kinds == [NumberKind.PLAN] * 3 + [NumberKind.APPLICATION] * 2 + [NumberKind.SECTOR_PLAN]
    assert all(number.valid for p in projects(288, 289, 270, 291, 292, 293) for number in p.numbers)


def test_trap_08_an_association_standard_without_number_is_not_taken_for_one_of_cesa() -> None:
    unnamed = projects(172, 173, 174, 205, 206)
    assert {(p.track, p.body, p.numbers) for p in unnamed} == {("association", "association-unnamed", ())}
    assert {(p.body, p.deliverable) for p in projects(253, 254, 255, 256)} == {("cesa", "T/CESA")}
    assert [p.numbers[0].value[:7] for p in projects(253, 254, 255, 256)] == ["T/CESA "] * 4


def test_trap_09_the_2807_series_gives_two_titles_with_years_and_no_number_of_its_own() -> None:
    assert [p.key for p in records().projects if p.track == "ieee"] == ["L98", "L99"]
    assert [(p.title, p.numbers, p.published_on) for p in projects(98, 99)] == [
        ("Knowledge Graph Architecture", (), None),
        ("Technical Requirements", (), None),
    ]
    assert [year in p.note for p, year in zip(projects(98, 99), ("2022", "2024"), strict=True)] == [True, True]
    assert at(101) == []
    assert "finance, power, and technology" in fact("L96-ieee").text


def test_trap_10_gb_over_a_list_of_five_means_national_and_not_mandatory() -> None:
    assert {(p.track, p.level) for p in projects(159, 160, 161, 162, 163)} == {("gb-t", Level.NATIONAL)}
    assert all("mandatory" in p.note for p in projects(159, 160, 161, 162, 163))


def test_trap_11_two_english_names_of_one_series_stay_as_printed_and_name_each_other() -> None:
    second, first = projects(94, 116)
    assert (second.state, first.state) == (State.PUBLISHED, State.PROPOSAL)
    assert "Knowledge graph application platform—Part 2" in second.title
    assert "Knowledge Graph Application Systems—Part 1" in first.title
    assert "L116" in second.note
    assert "L94" in first.note


def test_trap_12_near_twins_are_not_merged_and_not_even_linked_for_being_alike() -> None:
    national, sector, interfaces, specification = projects(160, 168, 288, 292)
    assert (national.level, sector.level) == (Level.NATIONAL, Level.SECTOR)
    assert interfaces.numbers != specification.numbers
    assert [p.links for p in (national, sector, interfaces, specification)] == [()] * 4


def test_trap_13_two_renderings_of_one_series_name_stay_as_printed() -> None:
    assert all(p.title.startswith("Artificial intelligence key technologies—") for p in projects(167, 168))
    assert project("L293").title.startswith("Artificial Intelligence—Critical and foundational technologies—")
    assert all("Critical and foundational technologies" in p.note for p in projects(167, 168))


def test_trap_14_a_standard_named_twice_in_one_section_is_counted_once() -> None:
    assert (at(201), at(226)) == (["L201"], ["L201", "L226"])
    assert at(237) == ["L222.3"]
    assert project("L222.3").lines == (222, 237)


def test_trap_15_parts_of_a_series_are_told_by_their_number_and_not_by_their_neighbours() -> None:
    parts = [re.search(r"Large-scale model—Part (\d)", p.title) for p in projects(129, 130, 131, 132, 133)]
    assert [part and part[1] for part in parts] == ["4", "5", None, "6", "7"]


# Counts against lists


def test_trap_16_a_count_that_fits_no_list_stays_a_count() -> None:
    assert fact("L195-developed").value == 14
    assert len(listed(TRUST)) == 10


def test_trap_17_eight_released_standards_without_titles_are_no_records() -> None:
    assert (fact("L124-released").value, fact("L124-llm").value) == (8, 3)
    assert listed(MODELS, State.PUBLISHED) == []


def test_trap_18_adopted_and_led_standards_without_titles_are_no_records() -> None:
    counts = [fact(f"L65-{what}").value for what in ("adopted", "led", "proposals")]
    assert counts == [2, 6, 2]
    assert at(65) == []
    assert [p.key for p in listed(FUNDAMENTAL)] == ["L69", "L70"]


def test_trap_19_of_27_groups_only_the_seven_described_are_committees() -> None:
    assert fact("L36-groups").value == 27
    assert {c.slug for c in records().committees if c.parent == SC42} == GROUPS


def test_trap_20_the_deep_learning_standard_belongs_to_the_group_that_lists_it_alone() -> None:
    assert project("L201").committees == (TRUST,)
    assert [p.key for p in records().projects if "Deep learning algorithms" in p.title] == ["L201"]


def test_trap_21_sector_and_industry_standards_are_one_count() -> None:
    (sector,) = [f for f in records().facts if f.value == 53]
    assert (sector.label, sector.lines) == ("Sector standards published", (23, 333))
    assert [f.lines for f in records().facts if f.value == 83] == [(23, 333)]


def test_trap_22_six_standards_in_four_areas_are_six_standards() -> None:
    assert len(listed(COMPUTING)) == 6
    assert [f.value for f in records().facts if f.committee == COMPUTING and f.value] == [5, 1]
    assert "cover 4 areas" in fact("L286-national").text


def test_trap_23_counts_that_do_fit_their_lists_are_met_by_the_records() -> None:
    published, drafts = listed(CHIPS, State.PUBLISHED), listed(CHIPS, State.DRAFT)
    computing = listed(COMPUTING, State.DRAFT)
    found = {
        "L90-published": sum(p.level == Level.NATIONAL for p in listed(KNOWLEDGE, State.PUBLISHED)),
        "L243-national": sum(p.level == Level.NATIONAL for p in published),
        "L251-association": sum(p.level == Level.ASSOCIATION for p in published),
        "L258-international": sum(p.level == Level.INTERNATIONAL for p in published),
        "L262-development": sum(p.level == Level.NATIONAL for p in drafts),
        "L286-national": sum(p.level == Level.NATIONAL for p in computing),
        "L286-sector": sum(p.level == Level.SECTOR for p in computing),
    }
    assert found == {key: fact(key).value for key in found}


def test_trap_24_the_project_that_wrote_the_report_is_not_counted_in_it() -> None:
    assert [text for text in all_texts() if "SESEC" in text] == []


# Status wording and layout


def test_trap_25_bold_and_italic_letters_say_nothing_of_the_state() -> None:
    published = {p.state for p in projects(92, 93, 94, 201, 205, 206, 245, 246, 247, 248, 249, 253, 254, 255, 256)}
    drafts = {p.state for p in projects(69, 70, 105, 128, 210, 264, 265, 269, 270, 309, 310, 311)}
    assert (published, drafts) == ({State.PUBLISHED}, {State.DRAFT})
    assert [text for text in all_texts() if "*" in text] == []


def test_trap_26_what_stands_under_next_steps_is_planned_and_its_note_asks() -> None:
    planned = [project(key) for key in ("L116", "L117", "L222.1", "L222.2", "L222.3")]
    assert {p.state for p in planned} == {State.PROPOSAL}
    assert all("does not say whether" in p.note for p in planned)
    assert [p.key for p in records().projects if p.state is State.PROPOSAL] == [p.key for p in planned]


def test_trap_27_of_three_titles_in_one_sentence_the_privacy_framework_alone_is_approved_as_gbz() -> None:
    assert [project(f"L222.{n}").track for n in (1, 2, 3)] == ["gb-t", "gb-t", "gb-z"]
    assert [project(f"L222.{n}").stage for n in (1, 2, 3)] == ["00", "00", "10"]
    assert all("L237" in project(f"L222.{n}").note for n in (1, 2, 3))


def test_trap_28_approved_projects_without_plan_numbers_have_the_target_that_the_prose_gives() -> None:
    industrial = projects(309, 310, 311)
    assert {(p.track, p.state, p.numbers, p.target) for p in industrial} == {("gb-z", State.DRAFT, (), "2026-Q1")}
    assert [p.key for p in records().projects if p.target] == ["L309", "L310", "L311"]


def test_trap_29_nine_months_from_an_unknown_day_make_no_date() -> None:
    assert parse_target(project("L309").target).due.isoformat() == "2026-03-31"
    assert (fact("L329-next").starts_on, fact("L329-next").ends_on) == (None, None)
    assert {p.effective_on for p in records().projects} == {None}
    assert all("within 9 months" in p.note for p in projects(309, 310, 311))


def test_trap_30_nothing_in_the_report_is_at_public_comment() -> None:
    assert [p.key for p in records().projects if p.state is State.PUBLIC_COMMENT] == []


def test_trap_31_a_topic_without_a_title_is_a_next_step_and_no_record() -> None:
    assert at(145) == at(180) == []
    assert {fact("L145-next").kind, fact("L180-next").kind} == {Statement.NEXT_STEP}


def test_trap_32_names_that_will_change_are_open_issues_and_the_printed_titles_are_kept() -> None:
    issues = {f.lines for f in records().facts if f.kind is Statement.ISSUE}
    assert {(191,), (295,), (323,)} <= issues
    (printed,) = project("L309").printed
    assert printed.text == "Artificial intelligence —System architecture of industrial foundation model"


def test_trap_33_a_group_is_a_group_at_whatever_level_its_heading_stands() -> None:
    named = {c.name for c in records().committees}
    assert all(listed(group) for group in GROUPS)
    assert named.isdisjoint({"National Standards", "Association Standards", "Global Standards Engagement"})
    assert {p.key for p in listed(TRUST)} >= {"L201", "L205", "L210", "L218", "L222.1", "L226"}


def test_trap_34_a_list_broken_by_blank_lines_is_one_list() -> None:
    assert fact("L96-ieee").lines == (96, 98, 99, 101)
    assert [p.key for p in listed(CHIPS, State.DRAFT)] == ["L264", "L265", "L269", "L270"]
    assert [fact(f"L{n}-next").label for n in (144, 145)] == ["Standard Development"] * 2
    assert [fact(f"L{n}-next").label for n in (147, 148, 149)] == ["Evaluation Capability Enhancement"] * 3
    assert fact("L59-april").text.startswith("Alongside the usual work meetings, SC42 organized two Standard Weeks")


def test_trap_35_the_seminar_of_fifteen_committees_is_a_joint_group_and_no_working_group() -> None:
    assert (committee(JOINT).form, committee(JOINT).parent) == (CommitteeForm.JOINT, "")
    assert (fact("L307-committees").value, fact("L329-next").committee) == (15, JOINT)
    assert {p.committees for p in projects(309, 310, 311)} == {(JOINT, SC42)}


# Spelling


def test_trap_36_dashes_between_the_elements_of_a_title_are_one_kind() -> None:
    assert [p.key for p in records().projects if re.search(r"[‐‑‒–―−－]|\s[-—]|[-—]\s", p.title)] == []
    assert project("L255").title.split("—") == [
        "Artificial intelligence",
        "Computation scheduling and cooperation",
        "Part 2: Distributed computing technical requirements",
    ]


def test_trap_37_capitals_and_plurals_stay_as_printed() -> None:
    assert [p.title.partition("—")[2] for p in projects(309, 310, 311)] == [
        "System architecture of industrial foundation model",
        "Technical requirements of industrial foundation models",
        "Reference architecture of Industrial foundation model agent",
    ]


def test_trap_38_a_leading_element_is_neither_added_nor_dropped() -> None:
    assert all(not p.title.startswith("Artificial") for p in projects(108, 173, 174))
    assert all(p.title.lower().startswith("information technology—artificial") for p in projects(69, 245, 253, 260))


def test_trap_39_integrated_and_all_in_one_machines_are_one_title_and_three_topics() -> None:
    assert project("L269").title.endswith("Large-Scale Model Integrated Machine")
    assert at(280) == at(299) == at(303) == []
    assert all("all-in-one" in fact(f"L{n}-next").text for n in (280, 299, 303))


def test_trap_40_five_english_words_for_large_models_stay_apart() -> None:
    assert "Large-scale model—" in project("L128").title
    assert "on-device large model" in project("L134").title
    assert "large-scale language model" in project("L135").title
    assert "Large language model" in project("L211").title
    assert "foundation model" in project("L309").title


def test_trap_41_three_english_names_of_gbz_are_one_deliverable() -> None:
    guides = [project(key) for key in ("L222.3", "L309", "L310", "L311")]
    assert {(p.track, p.deliverable) for p in guides} == {("gb-z", "GB/Z")}


def test_trap_42_the_two_sc42_are_two_committees_and_no_spelling_is_shared() -> None:
    national, international = committee(SC42), committee(ISO_SC42)
    assert (national.body, international.body) == ("sac", "iso-iec-jtc1")
    assert {"SC42", "SC 42", "SAC/SC42"} <= set(national.aliases)
    assert {"ISO/IEC JTC1/SC42", "ISO/IEC/JTC1/SC42", "ISO/IEC JTC1 SC42"} <= set(international.aliases)
    assert {p.key for p in listed(ISO_SC42)} == {"L69", "L70", "L218", "L260"}


def test_trap_43_nothing_comes_from_the_closing_pages_about_the_authors() -> None:
    lines = chain(*(p.lines for p in records().projects), *(f.lines for f in records().facts))
    assert max(lines) == 337


def test_trap_44_a_subcommittee_called_technical_committee_is_a_subcommittee() -> None:
    assert (committee(SC42).form, committee(SC42).parent) == (CommitteeForm.SC, "sac-tc28")
    assert committee("sac-tc28").form is CommitteeForm.TC
