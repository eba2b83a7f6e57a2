from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards import history
from standards.edits import edit
from standards.models import Change, Project
from standards.refusals import BadFacts
from standards.transitions import perform
from tests import factories
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

ON = date(2025, 9, 1)


def cost(job: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        job()
    return len(queries)


def linked(count: int) -> Project:
    project = factories.project()
    edit(project, by=None, links=[("related_to", factories.project()) for _ in range(count)])
    return project


@pytest.mark.parametrize(
    "job",
    [
        lambda project: edit(project, by=None, title="Another title"),
        lambda project: perform(project, Verb.HOLD, by=None, on=ON, reason="waiting"),
    ],
)
def test_what_leaves_the_links_alone_costs_the_same_with_one_link_and_with_many(job: Callable[[Project], Any]) -> None:
    one, many = linked(1), linked(9)
    assert cost(lambda: job(one)) == cost(lambda: job(many))
    assert history.verify() == []


def test_a_project_of_many_committees_is_edited_at_the_cost_of_one_of_few() -> None:
    one = factories.project(committees=["sc42"])
    many = factories.project(committees=[f"group-{number}" for number in range(9)])
    assert cost(lambda: edit(one, by=None, title="New")) == cost(lambda: edit(many, by=None, title="New"))


def test_a_project_is_not_linked_with_itself() -> None:
    project = factories.project()
    with pytest.raises(BadFacts, match="links"):
        edit(project, by=None, links=[("related_to", project)])


def test_words_about_an_embargoed_project_do_not_reach_the_history_of_a_public_one() -> None:
    secret, public = factories.project(embargoed=True), factories.project()
    edit(secret, by=None, why="the secret reason", source="the secret paper", links=[("related_to", public)])
    told = Change.objects.filter(project=public).latest("rev")
    assert (told.note, told.source) == ("", "")
    assert list(told.delta) == ["links"]


def test_words_about_a_public_project_reach_the_history_of_an_embargoed_one() -> None:
    secret, public = factories.project(embargoed=True), factories.project()
    edit(public, by=None, why="twins", links=[("related_to", secret)])
    assert Change.objects.filter(project=secret).latest("rev").note == "twins"


def test_a_successor_that_one_may_not_see_is_answered_like_one_that_is_not_there() -> None:
    old, secret = factories.project(state=State.PUBLISHED), factories.project(embargoed=True)
    answers = []
    for successor in (str(secret.pk), "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(BadFacts) as refusal:
            perform(old, Verb.WITHDRAW, by=factories.mover(), on=ON, reason="x", successor=successor)
        answers.append(refusal.value.errors)
    assert answers[0] == answers[1]
    perform(old, Verb.WITHDRAW, by=factories.secretary(), on=ON, reason="x", successor=str(secret.pk))
