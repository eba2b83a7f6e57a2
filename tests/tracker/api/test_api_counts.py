"""``pipeline/``, ``committees/`` and ``tracks/``."""

from datetime import date
from typing import Any

import pytest

from standards.edits import record_committee
from standards.models import Committee, CommitteeFact
from tests import factories
from tests.tracker.api.asking import Asking
from workflows.library import library
from workflows.states import FACTS, State, Verb

pytestmark = pytest.mark.django_db


def _tree() -> None:
    """tc with sc, sc with two groups; projects in each of them, one in both groups, one elsewhere too."""
    tc = factories.committee("tc")
    sc = factories.committee("sc", tc)
    factories.committee("wg1", sc)
    factories.committee("wg2", sc)
    factories.committee("elsewhere")
    factories.project(committees=["tc"], state=State.PROPOSAL)
    factories.project(committees=["wg1"])
    factories.project(committees=["wg1", "wg2"])
    factories.project(committees=["wg1", "wg2", "sc"])
    factories.project(committees=["wg2", "elsewhere"], state=State.PUBLISHED)
    factories.project(committees=[], track="sector")


def _counted(told: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        row["committee"]: (row["total"], *(row["states"][state] for state in ("proposal", "draft", "published")))
        for row in told["committees"]
    }


def test_a_committee_counts_its_groups_projects_and_each_project_once(api: Asking) -> None:
    _tree()
    told = api.read("pipeline/")
    assert told["total"] == 6
    assert (told["states"]["proposal"], told["states"]["draft"], told["states"]["published"]) == (1, 4, 1)
    assert _counted(told) == {
        "tc": (5, 1, 3, 1),
        "sc": (4, 0, 3, 1),
        "wg1": (3, 0, 3, 0),
        "wg2": (3, 0, 2, 1),
        "elsewhere": (1, 0, 0, 1),
    }


def test_the_pipeline_agrees_with_the_list_for_every_committee_and_state(api: Asking) -> None:
    _tree()
    for row in api.read("pipeline/")["committees"]:
        for state, number in row["states"].items():
            assert api.read(f"projects/?committee={row['committee']}&state={state}&count=1")["count"] == number
        assert api.read(f"projects/?committee={row['committee']}&count=1")["count"] == row["total"]


def test_every_state_is_counted_also_where_there_is_none(api: Asking) -> None:
    factories.committee("empty")
    told = api.read("pipeline/")
    assert told["total"] == 0
    assert list(told["states"]) == list(State)
    assert told["committees"][0]["states"] == dict.fromkeys(State, 0)


def test_committees_are_listed_below_what_they_are_part_of(api: Asking) -> None:
    _tree()
    rows = api.read("pipeline/")["committees"]
    assert [(row["committee"], row["parent"]) for row in rows] == [
        ("elsewhere", None),
        ("tc", None),
        ("sc", "tc"),
        ("wg1", "sc"),
        ("wg2", "sc"),
    ]


@pytest.mark.parametrize(
    ("query", "total", "listed"),
    [
        ("committee=sc", 4, {"sc", "wg1", "wg2"}),
        ("state=published", 1, {"tc", "sc", "wg1", "wg2", "elsewhere"}),
        ("track=sector", 1, {"tc", "sc", "wg1", "wg2", "elsewhere"}),
        ("level=international", 0, {"tc", "sc", "wg1", "wg2", "elsewhere"}),
        ("committee=wg1&state=draft,proposal", 3, {"wg1"}),
    ],
)
def test_the_pipeline_is_counted_for_a_part_of_the_projects(
    api: Asking, query: str, total: int, listed: set[str]
) -> None:
    _tree()
    told = api.read(f"pipeline/?{query}")
    assert told["total"] == total
    assert set(_counted(told)) == listed


def test_a_committee_is_told_with_its_place_and_its_sourced_facts(api: Asking) -> None:
    parent = factories.committee("sac-tc28", name="Information technology")
    committee = factories.committee("sac-tc28-sc42", parent, name="Artificial intelligence", name_zh="人工智能")
    committee.aliases, committee.reference = ["SC42"], "SAC/TC28/SC42"

    def facts() -> None:
        CommitteeFact.objects.create(
            committee=committee, key="experts", kind="count", label="Experts", label_zh="专家", value=62,
            stated_on=date(2025, 7, 8), source="report line 9", position=2,
        )  # fmt: skip
        CommitteeFact.objects.create(
            committee=committee, key="plenary", kind="meeting", text="Plenary", starts_on=date(2025, 7, 8),
            ends_on=date(2025, 7, 9), stated_on=date(2025, 7, 8), source="report line 1", position=1,
        )  # fmt: skip

    record_committee(committee, by=None, facts=facts)
    told = api.read("committees/sac-tc28-sc42/")
    assert [fact["key"] for fact in told["facts"]] == ["plenary", "experts"]
    assert told["facts"][1] == {
        "key": "experts",
        "kind": "count",
        "label": "Experts",
        "label_zh": "专家",
        "value": 62,
        "text": "",
        "text_zh": "",
        "from": None,
        "until": None,
        "stated_on": "2025-07-08",
        "source": "report line 9",
    }
    del told["facts"]
    assert told == {
        "slug": "sac-tc28-sc42",
        "url": "http://testserver/api/v1/committees/sac-tc28-sc42/",
        "html_url": "http://testserver/committees/sac-tc28-sc42/",
        "name": "Artificial intelligence",
        "name_zh": "人工智能",
        "kind": "sc",
        "reference": "SAC/TC28/SC42",
        "aliases": ["SC42"],
        "body": "sac",
        "parent": "sac-tc28",
        "rev": Committee.objects.get(slug="sac-tc28-sc42").rev,
    }


def test_committees_come_as_a_tree_in_pages(api: Asking) -> None:
    _tree()
    first = api.read("committees/?limit=3")
    second = api.read(first["next"])
    slugs = [committee["slug"] for page in (first, second) for committee in page["results"]]
    assert slugs == ["elsewhere", "tc", "sc", "wg1", "wg2"]
    assert second["next"] is None


def test_a_secretariats_address_is_not_told(api: Asking) -> None:
    factories.committee("sc", secretariat_name="Somebody", secretariat_email="somebody@example.org")
    assert "somebody" not in str(api.read("committees/")).lower()


def test_every_procedure_is_told_with_its_stages_verbs_and_reminders(api: Asking) -> None:
    told = {track["code"]: track for track in api.read("tracks/")["results"]}
    assert set(told) == set(library())
    for code, track in library().items():
        assert told[code] == api.read(f"tracks/{code}/")
        assert [stage["code"] for stage in told[code]["stages"]] == [stage.code for stage in track.stages]
        assert [verb["verb"] for verb in told[code]["verbs"]] == [str(verb) for verb in track.rules]
        for verb in told[code]["verbs"]:
            rule = track.rules[Verb(verb["verb"])]
            assert set(verb["from"]) == rule.sources
            assert (verb["to"], verb["gates"]) == (rule.target, [str(gate) for gate in rule.gates])
            assert [fact["name"] for fact in verb["facts"]] == [fact.name for fact in FACTS[rule.verb]]
        assert set(told[code]["ladders"]) == set(track.ladders)


def test_durations_are_iso_8601(api: Asking) -> None:
    told = api.read("tracks/gb-z/")
    assert told["stages"][1] == {
        "code": "10", "state": "proposal", "name": "Project approval", "name_zh": "立项阶段", "limit": "P3M",
    }  # fmt: skip
    assert told["ladders"]["target"]["before"] == [90, 30, 7, 1]
