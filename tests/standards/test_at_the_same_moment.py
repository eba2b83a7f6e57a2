"""Several people at once, each with a connection of their own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.db import connection

from standards import history
from standards.edits import edit
from standards.models import Change, Project
from standards.refusals import Refused, Stale
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
                lambda one=one, other=other: edit(one, by=None, links=[("related_to", other)]),
                lambda one=one: edit(one, by=None, links=[]),
            ]
        )
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
