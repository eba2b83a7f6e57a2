from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.doubts import (
    DoubtKind,
    Suspicion,
    doubtful_numbers,
    find,
    missing_published_numbers,
    missing_targets,
    overdue_stages,
    same_titles,
)
from standards.edits import edit
from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.bulk import many_projects
from workflows.calendar import Period
from workflows.library import track
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
ENTERED = date(2025, 7, 8)
LIMIT = track("gb-z").stage("20").limit or Period(days=1)
LAST_DAY = LIMIT.add_to(ENTERED)

Question = Callable[[date], Iterator[Suspicion]]


def projects(question: Question, kind: DoubtKind | None = None, on: date = ON) -> set[Project | None]:
    found = [suspicion for suspicion in question(on) if kind in (None, suspicion.kind)]
    known = {project.pk: project for project in Project.objects.all()}
    return {known.get(suspicion.project) for suspicion in found}


def pairs(question: Question, kind: DoubtKind) -> set[frozenset[Any]]:
    return {frozenset({s.project, s.other}) for s in question(ON) if s.kind == kind}


def test_a_malformed_number_is_told_as_it_is_written() -> None:
    project = factories.project(numbers=["2025039-Z-469", "20252081-Z-469"])
    (found,) = doubtful_numbers(ON)
    assert (found.kind, found.project) == (DoubtKind.MALFORMED_NUMBER, project.pk)
    assert found.facts["number"] == "2025039-Z-469"


def test_a_well_formed_number_can_still_be_doubtful() -> None:
    doubtful = factories.project(numbers=["GB/T 45401.1"])
    factories.project(numbers=["GBT45401.2-2025"])
    assert projects(doubtful_numbers) == {doubtful}
    assert projects(doubtful_numbers, DoubtKind.DOUBTFUL_NUMBER) == {doubtful}


def test_a_number_on_two_projects_is_told_once_however_it_is_spelled() -> None:
    first = factories.project(numbers=["20252081-Z-469"])
    second = factories.project(numbers=["20252081—Z—469"])
    assert pairs(doubtful_numbers, DoubtKind.SAME_NUMBER) == {frozenset({first.pk, second.pk})}


def test_two_stages_of_one_iso_project_are_one_number() -> None:
    first = factories.project("iso-iec-ts", numbers=["ISO/IEC AWI TS 25568"])
    second = factories.project("iso-iec-ts", numbers=["ISO/IEC CD TS 25568"])
    assert pairs(doubtful_numbers, DoubtKind.SAME_NUMBER) == {frozenset({first.pk, second.pk})}


def test_two_malformed_numbers_alike_do_not_make_one_project() -> None:
    factories.project(numbers=["2025039-Z-469"])
    factories.project(numbers=["2025039-Z-469"])
    assert pairs(doubtful_numbers, DoubtKind.SAME_NUMBER) == set()


def test_equal_titles_in_one_committee_are_a_possible_duplicate() -> None:
    first = factories.project(title="Artificial intelligence—Large-scale model—Part 4: Computer vision")
    second = factories.project(title="Large scale model - Part 4 - computer vision.")
    assert pairs(same_titles, DoubtKind.SAME_TITLE) == {frozenset({first.pk, second.pk})}


def test_equal_chinese_titles_are_one_and_a_pair_is_told_once() -> None:
    first = factories.project(title="Trustworthy", title_zh="人工智能 可信")
    second = factories.project(title="trustworthy", title_zh="人工智能可信")
    third = factories.project(title="Another", title_zh="人工智能 可信")
    found = pairs(same_titles, DoubtKind.SAME_TITLE)
    assert frozenset({first.pk, third.pk}) in found or frozenset({second.pk, third.pk}) in found
    assert len(list(same_titles(ON))) == len(found)


def test_an_unnumbered_project_is_paired_with_the_numbered_one() -> None:
    numbered = factories.project(title="Same", numbers=["20252081-Z-469"])
    others = [factories.project(title="Same") for _ in range(2)]
    assert pairs(same_titles, DoubtKind.SAME_TITLE) == {frozenset({numbered.pk, other.pk}) for other in others}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"title": "Same", "numbers": ["20252081-Z-469"]}, {"title": "Same", "numbers": ["20252082-Z-469"]}),
        ({"title": "Model—Part 1: Same"}, {"title": "Model—Part 2: Same"}),
        ({"title": "Same", "committees": ["sac-tc28-sc42"]}, {"title": "Same", "committees": ["sac-tc260"]}),
        ({"title": "Same"}, {"title": "Same", "state": State.CANCELLED}),
        ({"title": "Same"}, {"title": "Other"}),
    ],
    ids=["both numbered", "another part", "another committee", "one given up", "another title"],
)
def test_no_duplicate_where_something_tells_two_projects_apart(first: Any, second: Any) -> None:
    factories.project(**first)
    factories.project(**second)
    assert pairs(same_titles, DoubtKind.SAME_TITLE) == set()


def test_linked_projects_are_no_possible_duplicate_any_more() -> None:
    first, second = factories.project(title="Same"), factories.project(title="Same")
    edit(second, by=None, links=[("related_to", first)])
    assert pairs(same_titles, DoubtKind.SAME_TITLE) == set()


def test_projects_without_a_committee_can_be_the_same() -> None:
    first, second = (factories.project(title="Same", committees=()) for _ in range(2))
    assert pairs(same_titles, DoubtKind.SAME_TITLE) == {frozenset({first.pk, second.pk})}


def test_a_project_under_way_needs_a_target() -> None:
    without = factories.project()
    factories.project(target="2027-Q1")
    factories.project(state=State.PUBLISHED)
    factories.project(state=State.CANCELLED)
    assert projects(missing_targets) == {without}


def test_a_stage_may_last_until_its_last_day() -> None:
    project = factories.project(effective_on=ENTERED)
    assert projects(overdue_stages, on=LAST_DAY) == set()
    assert projects(overdue_stages, on=LAST_DAY + timedelta(days=1)) == {project}


def test_a_stage_that_nobody_dates_is_not_overdue() -> None:
    factories.project(effective_on=None)
    assert projects(overdue_stages) == set()


def test_a_move_inside_a_state_starts_its_stage_anew() -> None:
    project = factories.project("iso-iec-ts", State.PROPOSAL, stage="00.20", effective_on=date(2020, 1, 1))
    perform(project, Verb.ADVANCE, by=None, on="2025-01-01", stage="10.00")
    assert projects(overdue_stages, on=date(2025, 7, 1)) == set()
    assert projects(overdue_stages, on=date(2025, 7, 2)) == {project}


def test_time_on_hold_does_not_count() -> None:
    project = factories.project(effective_on=ENTERED)
    perform(project, Verb.HOLD, by=None, on="2025-08-01", reason="waits for the law")
    assert projects(overdue_stages) == set()
    perform(Project.objects.get(), Verb.RESUME, by=None, on="2025-08-11", reason="the law is there")
    assert projects(overdue_stages, on=LAST_DAY + timedelta(days=10)) == set()
    assert projects(overdue_stages, on=LAST_DAY + timedelta(days=11)) == {project}


def test_a_published_standard_needs_a_published_number() -> None:
    without = factories.project(state=State.PUBLISHED, numbers=["20252081-Z-469"])
    factories.project(state=State.PUBLISHED, numbers=["GB/Z 45401.1-2025"])
    factories.project()
    assert projects(missing_published_numbers) == {without}


def test_a_doubt_is_known_again_by_its_facts_alone() -> None:
    project = factories.project(numbers=["2025039-Z-469"], effective_on=None)
    before = {suspicion.fingerprint for suspicion in find(ON)}
    edit(project, by=None, title="Another title")
    assert {suspicion.fingerprint for suspicion in find(ON + timedelta(days=1))} == before
    edit(Project.objects.get(), by=None, numbers=["2025040-Z-469"])
    assert {suspicion.fingerprint for suspicion in find(ON)} != before


def test_looking_costs_the_same_queries_for_two_sizes() -> None:
    counts = []
    for more in (50, 3000):
        many_projects(more)
        with CaptureQueriesContext(connection) as queries:
            found = list(find(ON))
        counts.append(len(queries))
        assert len(found) > more / 4
    assert counts[0] == counts[1] <= 12
