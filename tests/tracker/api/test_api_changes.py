"""``changes/``: the feed that a dashboard follows."""

import threading
from typing import Any

import pytest
from django.db import connection

from standards import history
from standards.edits import edit
from standards.models import Change, HistoryHead
from standards.transitions import perform
from tests import factories
from tests.tracker.api.asking import Asking
from workflows.states import Verb

pytestmark = pytest.mark.django_db


def _walk(caller: Asking, after: int = 0, limit: int = 2) -> list[Any]:
    """Everything from there to the head, page by page."""
    found: list[Any] = []
    while True:
        page = caller.read(f"changes/?after={after}&limit={limit}")
        found += page["results"]
        after = page["next_after"]
        if after == page["head"]:
            return found


def test_a_change_has_the_agreed_keys_and_no_others(api: Asking) -> None:
    project = factories.project()
    perform(project, Verb.HOLD, by=None, on="2025-08-01", reason="waiting", note="so be it")
    page = api.read("changes/")
    assert list(page) == ["results", "next_after", "head", "epoch"]
    latest = page["results"][-1]
    assert list(latest) == [
        "rev", "project", "kind", "verb", "from", "to", "effective_on", "recorded_at", "note", "snapshot",
    ]  # fmt: skip
    assert (latest["project"], latest["kind"], latest["verb"]) == (str(project.pk), "moved", "hold")
    assert (latest["from"], latest["to"], latest["effective_on"]) == ("draft", "draft", "2025-08-01")
    assert latest["note"] == "so be it"
    assert latest["recorded_at"].endswith("Z")


def test_changes_come_strictly_by_revision(api: Asking) -> None:
    projects = [factories.project() for _number in range(4)]
    for project in reversed(projects):
        edit(project, by=None, note="x")
    revs = [change["rev"] for change in _walk(api)]
    assert revs == sorted(set(revs))
    assert len(revs) == 8


def test_next_after_is_always_there_and_leads_past_what_one_may_not_see(api: Asking) -> None:
    assert api.read("changes/")["next_after"] == history.current_rev()
    factories.project()
    factories.project(embargoed=True)
    page = api.read("changes/")
    assert len(page["results"]) == 1
    assert page["next_after"] == page["head"] == history.current_rev()
    again = api.read(f"changes/?after={page['next_after']}")
    assert (again["results"], again["next_after"]) == ([], page["head"])


def test_a_full_page_ends_at_its_last_change(api: Asking) -> None:
    for _number in range(3):
        factories.project()
    page = api.read("changes/?limit=2")
    assert page["next_after"] == page["results"][-1]["rev"] < page["head"]


def test_committees_are_no_part_of_the_feed(api: Asking) -> None:
    factories.committee("one")
    factories.committee("two")
    assert api.read("changes/")["results"] == []
    assert api.read("changes/")["next_after"] == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("effective_from=2025-08-01", ["2025-08-01", "2025-09-01"]),
        ("effective_to=2025-08-01", ["2025-07-08", "2025-08-01"]),
        ("effective_from=2025-08-01&effective_to=2025-08-31", ["2025-08-01"]),
        ("effective_from=2026-01-01", []),
    ],
)
def test_changes_are_found_by_the_day_they_took_effect(api: Asking, query: str, found: list[str]) -> None:
    project = factories.project()
    perform(project, Verb.HOLD, by=None, on="2025-08-01", reason="waiting")
    perform(project, Verb.RESUME, by=None, on="2025-09-01", reason="found")
    factories.project(effective_on=None)
    page = api.read(f"changes/?{query}")
    assert [change["effective_on"] for change in page["results"]] == found
    assert page["next_after"] == page["head"]


def test_beyond_the_head_is_410_with_the_way_back(api: Asking) -> None:
    factories.project()
    head = history.current_rev()
    assert api.get(f"changes/?after={head}").status_code == 200
    response = api.get(f"changes/?after={head + 1}")
    assert response.status_code == 410
    problem = response.json()
    assert problem["resync"] == "http://testserver/api/v1/projects/"
    assert (problem["head"], problem["parameter"]) == (head, "after")
    assert api.read(problem["resync"])["results"]


def test_another_epoch_is_410_though_the_revision_exists(api: Asking) -> None:
    factories.project()
    page = api.read("changes/")
    address = f"changes/?after=0&epoch={page['epoch']}"
    assert api.read(address)["results"]
    HistoryHead.objects.update(epoch="00000000-0000-4000-8000-000000000000")
    response = api.get(address)
    assert response.status_code == 410
    assert response.json()["epoch"] == "00000000-0000-4000-8000-000000000000"


def test_a_database_that_was_restored_is_never_vouched_for_by_an_old_etag(api: Asking) -> None:
    project = factories.project()
    for path in ("projects/", f"projects/{project.pk}/", "changes/", "pipeline/", "committees/", "deadlines/"):
        before = api.get(path).headers["ETag"]
        old = history.head().epoch
        HistoryHead.objects.update(epoch="00000000-0000-4000-8000-000000000000")
        assert api.get(path, If_None_Match=before).status_code == 200
        HistoryHead.objects.update(epoch=old)


def test_lifting_an_embargo_shows_what_was_hidden(api: Asking) -> None:
    hidden = factories.project(embargoed=True)
    after = api.read("changes/")["next_after"]
    edit(hidden, by=None, embargoed=False)
    assert [change["project"] for change in api.read(f"changes/?after={after}")["results"]] == [str(hidden.pk)]


def test_what_only_staff_may_know_is_in_no_snapshot_and_no_delta(api: Asking) -> None:
    secretary = factories.secretary()
    project = factories.project(responsible=secretary, by=secretary)
    edit(project, by=secretary, embargoed=True)
    edit(project, by=secretary, embargoed=False, responsible=None)
    told = str([api.read("changes/"), api.read(f"projects/{project.pk}/history/")])
    assert not [word for word in ("responsible", "embargoed", "cancelled_from", "raw") if word in told]


@pytest.mark.django_db(transaction=True)
def test_a_follower_misses_nothing_while_others_write(api: Asking) -> None:
    projects = [factories.project() for _number in range(4)]
    start = history.current_rev()

    def write(number: int) -> None:
        try:
            for turn in range(8):
                edit(projects[number], by=None, note=f"turn {turn}")
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    seen, after = [], start
    while any(writer.is_alive() for writer in writers):
        page = api.read(f"changes/?after={after}&limit=3")
        seen += [change["rev"] for change in page["results"]]
        after = page["next_after"]
    seen += [change["rev"] for change in _walk(api, after)]
    assert seen == list(Change.objects.filter(rev__gt=start).order_by("rev").values_list("rev", flat=True))
    assert len(seen) == 32
