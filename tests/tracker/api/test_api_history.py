"""A project's history and deadlines, and the open deadlines of all projects."""

from typing import Any

import pytest

from standards.edits import edit
from standards.transitions import perform
from tests import factories
from tests.tracker.api.asking import Asking, titles
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db


def test_the_history_tells_the_latest_first_with_what_changed(api: Asking) -> None:
    project = factories.project(note="")
    secretary = factories.secretary("li.wei", first_name="Wei", last_name="Li", email="li@example.org")
    edit(project, by=secretary, note="Checked.", why="As the minutes say", source="minutes line 4")
    latest, first = api.read(f"projects/{project.pk}/history/")["results"]
    assert list(latest) == [
        "rev", "project", "kind", "verb", "from", "to", "effective_on", "recorded_at", "note",
        "source", "by", "override", "overridden", "delta", "snapshot",
    ]  # fmt: skip
    assert latest["delta"] == {"note": ["", "Checked."]}
    assert (latest["kind"], latest["verb"], latest["from"], latest["to"]) == ("edited", None, None, "draft")
    assert (latest["note"], latest["source"]) == ("As the minutes say", "minutes line 4")
    assert (first["kind"], first["by"], latest["by"]) == ("registered", "tracker", "secretariat")
    assert latest["rev"] > first["rev"]


def test_nobodys_name_or_address_is_in_the_history(api: Asking) -> None:
    secretary = factories.secretary("li.wei", first_name="Wei", last_name="Li", email="li@example.org")
    project = factories.project(by=secretary, responsible=secretary)
    edit(project, by=secretary, note="x", responsible=None)
    perform(project, Verb.HOLD, by=secretary, on="2025-08-01", reason="waiting")
    told = str([api.read(f"projects/{project.pk}/{below}") for below in ("", "history/", "deadlines/")])
    assert not [word for word in ("li.wei", "Wei", "li@example", "responsible") if word in told]


def test_an_override_is_told_with_its_reason_and_gates(api: Asking) -> None:
    project = factories.project(state=State.PUBLIC_COMMENT, track="gb-t")
    perform(project, Verb.SUBMIT, by=factories.secretary(), on="2025-08-01", override="the board decided")
    latest = api.read(f"projects/{project.pk}/history/")["results"][0]
    assert (latest["override"], latest["overridden"]) == ("the board decided", ["comment_period_over"])
    assert (latest["verb"], latest["from"], latest["to"]) == ("submit", "public_comment", "approval")


def test_a_snapshot_says_what_the_projects_page_said(api: Asking) -> None:
    project = factories.project(target="2026-Q1", numbers=["20252081-Z-469"])
    period: dict[str, Any] = {"from": "2025-08-01", "until": "2025-10-01"}
    perform(project, Verb.OPEN_COMMENT, by=None, on="2025-08-01", **period)
    now = api.read(f"projects/{project.pk}/")
    snapshot = api.read(f"projects/{project.pk}/history/")["results"][0]["snapshot"]
    assert snapshot == {name: now[name] for name in snapshot}
    assert set(now) - set(snapshot) == {"id", "url", "html_url", "next_deadline", "rev", "updated_at"}


def test_the_history_comes_in_pages(api: Asking) -> None:
    project = factories.project()
    for number in range(4):
        edit(project, by=None, note=f"note {number}")
    first = api.read(f"projects/{project.pk}/history/?limit=3")
    second = api.read(first["next"])
    revs = [entry["rev"] for page in (first, second) for entry in page["results"]]
    assert len(revs) == 5
    assert revs == sorted(revs, reverse=True)


def test_all_deadlines_of_a_project_are_told_met_and_dropped_ones_too(api: Asking) -> None:
    project = factories.project(target="2026-Q1")
    edit(project, by=None, target=None)
    edit(project, by=None, target="2026-Q2")
    told = api.read(f"projects/{project.pk}/deadlines/")["results"]
    assert [(deadline["due"], deadline["status"]) for deadline in told] == [
        ("2026-03-31", "dropped"),
        ("2026-06-30", "open"),
    ]


def test_open_deadlines_are_told_the_earliest_first(api: Asking) -> None:
    for target in ("2026-Q3", "2026-Q1", "2026-Q2"):
        factories.project(title=target, target=target)
    factories.project(title="none")
    factories.project(title="done", state=State.PUBLISHED, target="2026-Q1")
    told = api.read("deadlines/")["results"]
    assert [deadline["title"] for deadline in told] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert list(told[0]) == [
        "project", "title", "title_zh", "kind", "basis", "precision", "text", "start", "due", "status", "closed_on",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("due_after=2026-06-30", "bc"),
        ("due_after=2026-07-01", "c"),
        ("due_before=2026-06-30", "ab"),
        ("due_after=2026-04-01&due_before=2026-08-01", "b"),
        ("overdue=1", "a"),
        ("overdue=0", "bc"),
        ("committee=parent", "ab"),
        ("committee=child", "a"),
        ("kind=target", "abc"),
        ("limit=2", "ab"),
    ],
)
def test_deadlines_are_filtered(api: Asking, time_machine: Any, query: str, found: str) -> None:
    factories.committee("child", factories.committee("parent"))
    factories.project(title="a", target="2026-Q1", committees=["child"])
    factories.project(title="b", target="2026-Q2", committees=["parent"])
    factories.project(title="c", target="2026-Q3", committees=["other"])
    time_machine.move_to("2026-04-01T09:00:00+08:00", tick=False)
    assert "".join(titles(api.read(f"deadlines/?{query}"))) == found


def test_the_deadlines_of_one_project_are_found_by_its_id(api: Asking) -> None:
    project = factories.project(title="a", target="2026-Q1")
    factories.project(title="b", target="2026-Q1")
    assert titles(api.read(f"deadlines/?project={project.pk}")) == ["a"]
