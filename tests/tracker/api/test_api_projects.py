"""``projects/``: what a project looks like, and which projects a question finds."""

from datetime import date
from typing import Any

import pytest

from standards.edits import edit
from tests import factories
from tests.tracker.api.asking import Asking, titles
from workflows.states import State

pytestmark = pytest.mark.django_db

KEYS = [
    "id", "url", "html_url", "title", "title_zh", "level", "deliverable", "track", "body", "state", "stage", "round",
    "since", "numbers", "committees", "target", "next_deadline", "comment", "published_on", "in_force_on", "on_hold",
    "note", "links", "rev", "updated_at",
]  # fmt: skip


def test_a_project_has_the_same_keys_in_the_same_order_alone_and_in_the_list(api: Asking) -> None:
    project = factories.project()
    alone = api.read(f"projects/{project.pk}/")
    listed = api.read("projects/")["results"][0]
    assert list(alone) == KEYS
    assert alone == listed


def test_a_project_is_told_with_all_its_facts(api: Asking) -> None:
    other = factories.project(title="The older text")
    project = factories.project(
        title="Artificial intelligence—Terms",
        title_zh="人工智能 术语",
        target="2026-Q1",
        numbers=["20252081-Z-469", "2025039-Z-469"],
        comment_from="2025-09-01",
        comment_until="2025-10-31",
        comment_url="https://example.org/comment",
        note="Second round.",
        links=[("related_to", other)],
    )
    told = api.read(f"projects/{project.pk}/")
    project.refresh_from_db()
    assert told == {
        "id": str(project.pk),
        "url": f"http://testserver/api/v1/projects/{project.pk}/",
        "html_url": f"http://testserver/projects/{project.pk}/",
        "title": "Artificial intelligence—Terms",
        "title_zh": "人工智能 术语",
        "level": "national",
        "deliverable": "GB/Z",
        "track": "gb-z",
        "body": "sac",
        "state": "draft",
        "stage": {"code": "20", "name": "Drafting", "name_zh": "起草阶段"},
        "round": 1,
        "since": "2025-07-08",
        "numbers": [
            {"kind": "plan", "value": "20252081-Z-469", "valid": True},
            {"kind": "plan", "value": "2025039-Z-469", "valid": False},
        ],
        "committees": ["sac-tc28-sc42"],
        "target": {"text": "2026-Q1", "precision": "quarter", "start": "2026-01-01", "due": "2026-03-31"},
        "next_deadline": {"kind": "target", "basis": "plan", "precision": "quarter", "due": "2026-03-31"},
        "comment": {"from": "2025-09-01", "until": "2025-10-31", "url": "https://example.org/comment"},
        "published_on": None,
        "in_force_on": None,
        "on_hold": False,
        "note": "Second round.",
        "links": [{"rel": "related_to", "project": str(other.pk)}],
        "rev": project.rev,
        "updated_at": f"{project.updated_at:%Y-%m-%dT%H:%M:%S.%f}Z",
    }


def test_the_address_in_a_project_leads_to_it(api: Asking) -> None:
    project = factories.project()
    assert api.read(api.read(f"projects/{project.pk}/")["url"])["id"] == str(project.pk)


@pytest.mark.parametrize("path", ["{}/", "{}/history/", "{}/deadlines/", "{}/transitions/"])
def test_an_unknown_id_is_404(api: Asking, path: str) -> None:
    response = api.get("projects/" + path.format("00000000-0000-0000-0000-000000000000"))
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def _pipeline() -> None:
    """Five projects that differ in everything a filter can ask for."""
    parent = factories.committee("sac-tc28")
    child = factories.committee("sac-tc28-sc42", parent)
    factories.committee("wg1", child)
    factories.committee("elsewhere")
    make = factories.project
    make(title="a", state=State.PROPOSAL, committees=["sac-tc28"], target="2026-03", effective_on=date(2025, 1, 1))
    make(title="b", committees=["wg1"], target="2026-Q4", numbers=["20252081-Z-469"], deliverable="GB/Z-special")
    make(title="c", track="gb-t", state=State.APPROVAL, committees=["elsewhere", "wg1"], target="2025-12-31")
    make(title="d", track="sector", state=State.PUBLIC_COMMENT, committees=["elsewhere"], title_zh="人工智能 测试")
    make(title="e", track="ieee", state=State.DRAFT, stage="invitation", committees=["elsewhere"], numbers=["P2807.4"])


FILTERS = [
    ("", "abcde"),
    ("state=proposal", "a"),
    ("state=proposal,approval", "ac"),
    ("state=proposal&state=approval", "ac"),
    ("state=proposal,approval&state=approval", "ac"),
    ("stage=20", "b"),
    ("stage=20,invitation", "be"),
    ("track=gb-t", "c"),
    ("track=gb-t,sector", "cd"),
    ("level=international", "e"),
    ("level=sector&level=international", "de"),
    ("deliverable=GB%2FZ-special", "b"),
    ("committee=sac-tc28", "abc"),
    ("committee=sac-tc28-sc42", "bc"),
    ("committee=wg1", "bc"),
    ("committee=elsewhere", "cde"),
    ("body=ieee-sa", "e"),
    ("body=sac", "abc"),
    ("number=20252081-Z-469", "b"),
    ("number=20252081-z-469", "b"),
    ("number=+20252081－Z－469", "b"),
    ("number=p2807.4", "e"),
    ("number=P2807", ""),
    ("q=人工智能", "d"),
    ("q=%E4%BA%BA%E5%B7%A5+%E6%B5%8B%E8%AF%95", "d"),
    ("q=2807", "e"),
    ("q=100%25", ""),
    ("target_after=2026-03-31", "ab"),
    ("target_after=2026-04-01", "b"),
    ("target_before=2026-03-31", "ac"),
    ("target_before=2026-03-30", "c"),
    ("target_after=2026-01-01&target_before=2026-06-30", "a"),
    ("state=draft&track=ieee", "e"),
    ("state=withdrawn", ""),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_a_filter_finds(api: Asking, query: str, found: str) -> None:
    _pipeline()
    assert "".join(sorted(titles(api.read(f"projects/?{query}")))) == found


@pytest.mark.parametrize(
    ("on", "overdue", "not_overdue"),
    [
        ("2026-03-31", "c", "abde"),
        ("2026-04-01", "ac", "bde"),
        ("2027-01-01", "abc", "de"),
        ("2025-12-31", "", "abcde"),
    ],
)
def test_overdue_means_past_the_last_day(
    api: Asking, time_machine: Any, on: str, overdue: str, not_overdue: str
) -> None:
    _pipeline()
    time_machine.move_to(f"{on}T12:00:00+08:00", tick=False)
    assert "".join(sorted(titles(api.read("projects/?overdue=1")))) == overdue
    assert "".join(sorted(titles(api.read("projects/?overdue=0")))) == not_overdue
    assert "".join(sorted(titles(api.read("projects/?overdue=true")))) == overdue


def test_today_is_the_secretariats_day_and_not_utcs(api: Asking, time_machine: Any) -> None:
    factories.project(title="a", target="2026-03-31")
    time_machine.move_to("2026-03-31T15:59:00+00:00", tick=False)
    assert titles(api.read("projects/?overdue=1")) == []
    time_machine.move_to("2026-03-31T16:00:00+00:00", tick=False)
    assert titles(api.read("projects/?overdue=1")) == ["a"]


def test_a_project_that_is_done_is_not_overdue(api: Asking) -> None:
    factories.project(title="a", state=State.PUBLISHED, target="2020")
    assert titles(api.read("projects/?overdue=1")) == []


ORDERS = {
    "rev": "abcd",
    "-rev": "dcba",
    "title": "abcd",
    "-title": "dcba",
    "since": "badc",
    "-since": "abdc",
    "target": "dbac",
    "-target": "abdc",
}


@pytest.mark.parametrize(("ordering", "expected"), ORDERS.items())
def test_an_ordering_puts_what_has_no_date_last(api: Asking, ordering: str, expected: str) -> None:
    make = factories.project
    make(title="a", effective_on=date(2025, 2, 1), target="2026-12")
    make(title="b", effective_on=date(2025, 1, 1), target="2026-06")
    make(title="c", effective_on=None)
    make(title="d", effective_on=None, target="2026-05")
    found = "".join(titles(api.read(f"projects/?ordering={ordering}")))
    ties = {"since": ("badc", "bacd"), "-since": ("abdc", "abcd")}
    assert found in ties.get(ordering, (expected,))


def test_without_an_ordering_the_latest_changed_is_first(api: Asking) -> None:
    first, _second = factories.project(title="a"), factories.project(title="b")
    edit(first, by=None, note="looked at again")
    assert titles(api.read("projects/")) == ["a", "b"]


def test_a_page_holds_fifty_unless_told_otherwise(api: Asking) -> None:
    for _number in range(51):
        factories.project()
    page = api.read("projects/")
    assert len(page["results"]) == 50
    assert list(page) == ["next", "previous", "results"]
    assert len(api.read("projects/?limit=1")["results"]) == 1
    assert len(api.read("projects/?limit=200")["results"]) == 51


@pytest.mark.parametrize(("query", "count"), [("count=1", 5), ("count=1&limit=2", 5), ("count=true&state=draft", 2)])
def test_the_count_is_told_on_demand_and_is_of_all_pages(api: Asking, query: str, count: int) -> None:
    _pipeline()
    assert api.read(f"projects/?{query}")["count"] == count
    assert "count" not in api.read(f"projects/?{query.replace('count=1', 'count=0').replace('true', 'false')}")


def test_next_and_previous_lead_on_and_back(api: Asking) -> None:
    for title in "abcde":
        factories.project(title=title)
    first = api.read("projects/?ordering=title&limit=2")
    second = api.read(first["next"])
    third = api.read(second["next"])
    assert [titles(page) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert (first["previous"], third["next"]) == (None, None)
    assert titles(api.read(third["previous"])) == ["c", "d"]
    back = api.read(second["previous"])
    assert titles(back) == ["a", "b"]
    assert back["previous"] is None
    assert titles(api.read(back["next"])) == ["c", "d"]


def test_a_page_after_a_cursor_is_not_moved_by_what_is_written_before_it(api: Asking) -> None:
    for title in "bcd":
        factories.project(title=title)
    first = api.read("projects/?ordering=title&limit=1")
    factories.project(title="a")
    assert titles(api.read(first["next"])) == ["c"]


def test_a_cursor_holds_for_another_page_size_and_for_a_count(api: Asking) -> None:
    for title in "abcd":
        factories.project(title=title)
    following = api.read("projects/?ordering=title&limit=1")["next"].replace("limit=1", "limit=2")
    page = api.read(following + "&count=1")
    assert (titles(page), page["count"]) == (["b", "c"], 4)


@pytest.mark.parametrize(
    "other",
    [
        "projects/?ordering=-title",
        "projects/?ordering=title&state=draft",
        "projects/?ordering=title&q=a",
        "projects/?ordering=rev",
        "projects/",
        "deadlines/",
        "committees/",
    ],
)
def test_a_cursor_of_another_list_is_refused(api: Asking, other: str) -> None:
    factories.project(title="a")
    factories.project(title="b")
    cursor = api.read("projects/?ordering=title&limit=1")["next"].partition("cursor=")[2]
    response = api.get(f"{other}{'&' if '?' in other else '?'}cursor={cursor}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "cursor"


def test_a_cursor_of_the_longest_title_in_chinese_fits_an_address(api: Asking) -> None:
    for number in range(2):
        factories.project(title="".join(chr(0x4E00 + (number * 1000 + i) * 7 % 20000) for i in range(1000)))
    following = api.read("projects/?ordering=title&limit=1")["next"]
    assert len(following) < 2000
    assert len(api.read(following)["results"]) == 1


def test_addresses_begin_with_the_sites_own_and_not_with_the_hosts_header(api: Asking) -> None:
    factories.project()
    body = api.client.get("/api/v1/projects/?limit=1", headers={"Host": "localhost"}).json()
    assert body["results"][0]["url"].startswith("http://testserver/")


# Embargo


def test_an_embargoed_project_is_not_there_for_the_public(api: Asking) -> None:
    hidden = factories.project(embargoed=True, target="2020", title="Secret")
    factories.project(title="Open")
    assert api.get(f"projects/{hidden.pk}/").status_code == 404
    for below in ("history", "deadlines", "transitions"):
        assert api.get(f"projects/{hidden.pk}/{below}/").status_code == 404
    page = api.read("projects/?count=1")
    assert (page["count"], titles(page)) == (1, ["Open"])
    assert api.read("pipeline/")["total"] == 1
    assert api.read("pipeline/")["committees"][0]["total"] == 1
    assert api.read("deadlines/")["results"] == []
    assert [change["project"] for change in api.read("changes/")["results"]] != [str(hidden.pk)]
    assert str(hidden.pk) not in str(api.read("changes/"))


def test_an_embargoed_project_is_there_for_whoever_may_see_it() -> None:
    hidden = factories.project(embargoed=True, target="2020")
    insider = Asking(factories.api_token(factories.person(permissions=["view_embargoed"])))
    stranger = Asking(factories.api_token(factories.secretary(is_active=True)))
    for caller in (insider, stranger):
        assert caller.get(f"projects/{hidden.pk}/").status_code == 200
        assert caller.read("pipeline/")["total"] == 1
        assert len(caller.read("deadlines/")["results"]) == 1
        assert len(caller.read("changes/")["results"]) == 1
    assert Asking(factories.api_token(factories.mover())).get(f"projects/{hidden.pk}/").status_code == 404


def test_a_link_to_an_embargoed_project_is_shown_nowhere(api: Asking) -> None:
    hidden = factories.project(embargoed=True)
    project = factories.project(links=[("related_to", hidden), ("related_to", "https://example.org/")])
    assert api.read(f"projects/{project.pk}/")["links"] == [{"rel": "related_to", "url": "https://example.org/"}]
    assert str(hidden.pk) not in str(api.read(f"projects/{project.pk}/history/"))
    assert str(hidden.pk) not in str(api.read("changes/"))


def test_a_project_in_two_groups_is_listed_once(api: Asking) -> None:
    _pipeline()
    assert titles(api.read("projects/?committee=sac-tc28&state=approval")) == ["c"]
