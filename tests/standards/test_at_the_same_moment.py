"""Several people at once, each with a connection of their own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Event
from types import NoneType
from typing import Any

import pytest
from django.db import connection

from standards import history
from standards.edits import edit, record_committee
from standards.models import Change, Committee, Project
from standards.refusals import BadFacts, Refused, Stale
from standards.transitions import perform
from tests import factories
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2025, 9, 1)
WINDOW: dict[str, Any] = {"from": "2025-09-01", "until": "2025-10-31"}


def at_once(jobs: list[Callable[[], Any]], workers: int = 8) -> list[Any]:
    """Run the jobs side by side; each answers with its result or its refusal, anything else is raised."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, jobs))


def test_two_who_move_one_project_get_one_winner_and_one_explanation() -> None:
    project = factories.project()
    wang, li = factories.secretary("wang"), factories.secretary("li")
    answers = at_once(
        [
            lambda: perform(project, Verb.OPEN_COMMENT, by=wang, on=ON, expected_rev=project.rev, **WINDOW),
            lambda: perform(project, Verb.CANCEL, by=li, on=ON, expected_rev=project.rev, note="no experts"),
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Change: 1, Stale: 1}
    winner = next(answer for answer in answers if isinstance(answer, Change))
    loser = next(answer for answer in answers if isinstance(answer, Stale))
    assert f"by {winner.actor}" in str(loser)
    assert Project.objects.get(pk=project.pk).state == winner.to_state


def test_many_moves_of_one_project_give_one_change_for_each_that_was_accepted() -> None:
    project = factories.project()

    def flip(number: int) -> Callable[[], Any]:
        verb = Verb.HOLD if number % 2 else Verb.RESUME
        return lambda: perform(project, verb, by=None, on=ON, reason="x")

    answers = at_once([flip(number) for number in range(60)])
    accepted = [answer for answer in answers if isinstance(answer, Change)]
    assert len(accepted) == Change.objects.filter(kind="moved").count() > 0
    verbs = list(Change.objects.filter(kind="moved").order_by("rev").values_list("verb", flat=True))
    assert verbs == [("hold", "resume")[number % 2] for number in range(len(verbs))]
    assert history.verify() == []


def test_projects_that_are_linked_both_ways_at_once_do_not_wait_for_each_other_for_ever() -> None:
    one, other = factories.project(), factories.project()
    jobs = [
        *[lambda: edit(one, by=None, links=[("possible_duplicate_of", other)])] * 6,
        *[lambda: edit(other, by=None, links=[("possible_duplicate_of", one)])] * 6,
        *[lambda: edit(one, by=None, links=[])] * 6,
    ]
    at_once(jobs)
    assert history.verify() == []


def test_a_link_made_while_another_hand_ends_all_links_is_told_by_both_histories() -> None:
    for _round in range(15):
        one, other = factories.project(), factories.project()
        at_once(
            [
                partial(edit, one, by=None, links=[("related_to", other)]),
                partial(edit, one, by=None, links=[]),
            ]
        )
    assert history.verify() == []


def test_two_committees_put_below_each_other_at_once_never_make_a_circle() -> None:
    for number in range(6):
        one, other = factories.committee(f"one-{number}"), factories.committee(f"other-{number}")
        answers = at_once(
            [
                partial(put_below, one.pk, other.pk),
                partial(put_below, other.pk, one.pk),
            ]
        )
        assert Counter(type(answer) for answer in answers) == {BadFacts: 1, NoneType: 1}
    assert history.verify() == []


def put_below(low: int, high: int) -> None:
    committee = Committee.objects.get(pk=low)
    committee.parent = Committee.objects.get(pk=high)
    record_committee(committee, by=None)


def rename(committee: Committee, name: str) -> None:
    found = Committee.objects.get(pk=committee.pk)
    found.name = name
    record_committee(found, by=None)


def test_changing_a_committee_and_its_projects_at_once_waits_for_nobody_for_ever() -> None:
    committee = factories.committee()
    projects = [factories.project() for _ in range(4)]
    jobs: list[Callable[[], Any]] = []
    for number in range(12):
        project = projects[number % 4]
        jobs += [
            partial(rename, committee, f"Name {number}"),
            partial(edit, project, by=None, committees=[]),
            partial(edit, project, by=None, committees=[committee.slug]),
        ]
    at_once(jobs)
    assert history.verify() == []


def test_a_reader_of_the_feed_misses_no_change_while_others_write() -> None:
    projects = [factories.project(track="gb-t", state=State.DRAFT) for _ in range(8)]
    start = history.current_rev()
    seen: list[int] = []
    done = Event()

    def poll() -> None:
        while not done.is_set() or (seen[-1] if seen else start) < history.current_rev():
            after = seen[-1] if seen else start
            seen.extend(Change.objects.filter(rev__gt=after).order_by("rev").values_list("rev", flat=True))
        connection.close()

    def write(number: int) -> Callable[[], Any]:
        return lambda: edit(projects[number % 8], by=None, title=f"Title {number}")

    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(poll)
        try:
            at_once([write(number) for number in range(80)])
        finally:
            done.set()
        reading.result()
    assert seen == list(range(start + 1, start + 81))
