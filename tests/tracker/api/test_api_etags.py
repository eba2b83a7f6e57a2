"""304: for whom, when, what it costs, and that it never vouches for a body that has changed."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from standards.edits import edit, record_committee
from standards.models import CommitteeFact, Project
from standards.refusals import Refused
from standards.transitions import legal_verbs, perform
from tests import factories
from tests.tracker.api.asking import Asking
from tracker.api.release import fingerprint
from tracker.tokens import ApiToken, revoke
from workflows.states import FACTS, State

pytestmark = pytest.mark.django_db

FIXED = ("tracks/", "tracks/gb/", "schema/")


def _addresses(project: Project) -> list[str]:
    """One of every read there is, with and without parameters."""
    one = f"projects/{project.pk}/"
    return [
        "projects/",
        "projects/?state=draft,approval&limit=3&count=1",
        "projects/?ordering=-title&committee=sac-tc28-sc42",
        "projects/?overdue=1",
        "projects/?overdue=0&ordering=target",
        one,
        f"{one}history/",
        f"{one}deadlines/",
        f"{one}transitions/",
        "pipeline/",
        "pipeline/?track=gb-z",
        "deadlines/",
        "deadlines/?overdue=1",
        "committees/",
        "committees/sac-tc28-sc42/",
        "changes/",
        "changes/?after=2&effective_from=2025-01-01",
        *FIXED,
    ]


def _small(queries: Any) -> list[str]:
    """The statements of a poll, checked to be few and to touch no list."""
    statements = [query["sql"] for query in queries]
    assert len(statements) <= 2, statements
    assert all(statement.startswith("SELECT") for statement in statements), statements
    lists = ("standards_number", "standards_projectcommittee", "standards_deadline", "standards_change")
    assert not [statement for statement in statements for name in lists if f'"{name}"' in statement]
    return statements


@pytest.mark.parametrize("token", [lambda: "", lambda: factories.api_token(factories.secretary(), write=True)])
def test_an_unchanged_poll_is_304_for_two_small_queries_at_most(token: Callable[[], str]) -> None:
    project = factories.project(target="2020")
    caller = Asking(token())
    for path in _addresses(project):
        before = caller.get(path)
        assert before.status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            again = caller.get(path, If_None_Match=before.headers["ETag"])
        assert (again.status_code, again.content) == (304, b""), path
        _small(queries)


def test_what_a_poll_asks_the_database() -> None:
    project = factories.project()
    caller = Asking(factories.api_token(factories.secretary()))
    for path, table in (("projects/", "standards_historyhead"), (f"projects/{project.pk}/", "standards_project")):
        tag = caller.get(path).headers["ETag"]
        with CaptureQueriesContext(connection) as queries:
            caller.get(path, If_None_Match=tag)
        token, version = _small(queries)
        assert "tracker_apitoken" in token
        assert f'FROM "{table}"' in version


def test_a_304_repeats_the_headers_of_the_200() -> None:
    project = factories.project()
    for caller in (Asking(), Asking(factories.api_token())):
        for path in _addresses(project):
            full = caller.get(path)
            none = caller.get(path, If_None_Match=full.headers["ETag"])
            for name in ("ETag", "Cache-Control", "Vary", "RateLimit-Policy"):
                assert none.headers[name] == full.headers[name], (path, name)
            assert {"Accept", "Accept-Encoding", "Authorization"} <= set(full.headers["Vary"].split(", "))
            private = bool(caller.token)
            assert full.headers["Cache-Control"].startswith("private, no-cache" if private else "public, max-age=")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"other", {}', 304),
        ('"other",W/{} ', 304),
        ("*", 304),
        ('"other"', 200),
        ('W/"other"', 200),
        ("{}x", 200),
        ("abc", 200),
        ("", 200),
        ('"', 200),
        ("\x00", 200),
        ('"' * 3000, 200),
    ],
)
def test_if_none_match_is_read_as_the_rfc_says(api: Asking, form: str, status: int) -> None:
    factories.project()
    tag = api.get("projects/").headers["ETag"]
    assert api.get("projects/", If_None_Match=form.format(tag)).status_code == status


def test_a_tag_from_before_compression_matches_after_it(api: Asking) -> None:
    for _number in range(3):
        factories.project()
    packed = api.get("projects/", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"].startswith("W/")
    assert api.get("projects/", If_None_Match=packed.headers["ETag"]).status_code == 304
    assert api.get("projects/", If_None_Match=packed.headers["ETag"], Accept_Encoding="gzip").status_code == 304


def test_the_same_question_in_other_words_has_the_same_tag(api: Asking) -> None:
    factories.project()
    ways = [
        "projects/?state=draft,approval&track=gb",
        "projects/?track=gb&state=approval&state=draft",
        "projects/?track=gb&state=approval,draft&limit=50&count=0&ordering=-rev",
    ]
    tags = {api.get(way).headers["ETag"] for way in ways}
    assert len(tags) == 1


def test_every_question_has_a_tag_of_its_own(api: Asking) -> None:
    project = factories.project()
    addresses = [
        *_addresses(project),
        "projects/?limit=2",
        "projects/?limit=3",
        "changes/?after=1",
        "pipeline/?body=sac",
    ]
    tags = [api.get(path).headers["ETag"] for path in addresses]
    assert len(set(tags)) == len(addresses)


def test_another_kind_of_reader_has_another_tag(api: Asking) -> None:
    project = factories.project()
    insider = Asking(factories.api_token(factories.secretary()))
    outsider = Asking(factories.api_token())
    for path in ("projects/", f"projects/{project.pk}/", "changes/", "pipeline/", "deadlines/"):
        public, known, hidden = (caller.get(path).headers["ETag"] for caller in (api, outsider, insider))
        assert public == known
        assert public != hidden
        assert api.get(path, If_None_Match=hidden).status_code == 200
        assert insider.get(path, If_None_Match=public).status_code == 200


def test_a_right_that_is_taken_away_shows_on_the_next_poll() -> None:
    factories.project(embargoed=True)
    user = factories.person(permissions=["view_embargoed"])
    caller = Asking(factories.api_token(user))
    full = caller.get("projects/")
    assert len(full.json()["results"]) == 1
    user.user_permissions.clear()
    after = caller.get("projects/", If_None_Match=full.headers["ETag"])
    assert (after.status_code, after.json()["results"]) == (200, [])


def test_a_projects_tag_follows_the_project_alone(api: Asking) -> None:
    project = factories.project()
    tag = api.get(f"projects/{project.pk}/").headers["ETag"]
    edit(factories.project(), by=None, note="x")
    assert api.get(f"projects/{project.pk}/", If_None_Match=tag).status_code == 304
    edit(project, by=None, note="x")
    assert api.get(f"projects/{project.pk}/", If_None_Match=tag).status_code == 200


def test_an_embargo_on_a_linked_project_changes_what_is_shown_of_this_one(api: Asking) -> None:
    other = factories.project()
    project = factories.project(links=[("related_to", other)])
    for ends in (project, other):
        far = other if ends == project else project
        for embargoed in (True, False):
            path = f"projects/{ends.pk}/"
            before = api.get(path)
            edit(far, by=None, embargoed=embargoed)
            after = api.get(path, If_None_Match=before.headers["ETag"])
            assert after.status_code == 200
            assert after.json()["links"] != before.json()["links"]


def test_at_midnight_only_what_speaks_of_today_is_new(api: Asking, time_machine: Any) -> None:
    project = factories.project(target="2026-03-31")
    time_machine.move_to("2026-03-31T23:59:00+08:00", tick=False)
    before = {path: api.get(path) for path in _addresses(project)}
    time_machine.move_to("2026-04-01T00:00:00+08:00", tick=False)
    new = {path for path in before if api.get(path, If_None_Match=before[path].headers["ETag"]).status_code == 200}
    assert new == {path for path in before if "overdue" in path or "transitions" in path}
    assert before["projects/?overdue=1"].json()["results"] == []
    assert len(api.read("projects/?overdue=1")["results"]) == 1


def test_another_release_is_another_tag(api: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    project = factories.project()
    before = {path: api.get(path).headers["ETag"] for path in _addresses(project)}
    monkeypatch.setattr("tracker.api.conditions.release", lambda: "another")
    for path, tag in before.items():
        assert api.get(path, If_None_Match=tag).status_code == 200, path


def test_a_release_is_known_by_its_code_and_procedures(tmp_path: Path) -> None:
    for name in ("workflows/tracks/gb.toml", "standards/models.py", "tracker/api/urls.py", "tracker/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "tracker/notes.txt").write_text("altered")
    assert fingerprint(tmp_path) == first
    for name in ("workflows/tracks/gb.toml", "tracker/api/urls.py"):
        (tmp_path / name).write_text("altered")
        assert fingerprint(tmp_path) != first
        first = fingerprint(tmp_path)


def test_another_address_of_the_site_is_another_tag(api: Asking, settings: Any) -> None:
    factories.project()
    before = api.get("projects/").headers["ETag"]
    settings.BASE_URL = "https://standards.example.org"
    after = api.get("projects/", If_None_Match=before)
    assert after.status_code == 200
    assert after.json()["results"][0]["url"].startswith("https://standards.example.org/")


def test_a_committees_new_fact_or_another_wording_of_it_is_news(api: Asking) -> None:
    committee = factories.committee()
    fact = CommitteeFact(
        committee=committee, key="experts", kind="count", value=62, stated_on=date(2025, 7, 8), source="report line 9"
    )
    for alter in (
        {},
        {"value": 63},
        {"text": "as of the plenary"},
        {"label": "Experts"},
        {"ends_on": date(2025, 7, 10)},
    ):
        before = api.get("committees/").headers["ETag"]
        for name, value in alter.items():
            setattr(fact, name, value)
        record_committee(committee, by=None, source="test", facts=fact.save)
        after = api.get("committees/", If_None_Match=before)
        assert after.status_code == 200, alter
        assert after.json()["results"][0]["facts"][0]["value"] == fact.value


class _World:
    """Readers of every kind, and everything that may happen between two polls."""

    def __init__(self, seed: int, time_machine: Any) -> None:
        self.dice = random.Random(seed)
        self.time_machine, self.now = time_machine, timezone.now()
        self.member = factories.person()
        self.callers = [
            Asking(),
            Asking(factories.api_token(self.member, write=True)),
            Asking(factories.api_token(factories.secretary(), write=True)),
        ]
        self.projects = [self._project() for _number in range(4)]

    def _project(self) -> Project:
        target = self.dice.choice(["2026-11-24", "2026-11", "2026-Q4", "2025", None])
        state = self.dice.choice([State.PROPOSAL, State.DRAFT, State.PUBLIC_COMMENT])
        return factories.project(self.dice.choice(["gb-t", "gb-z", "iso-iec-is"]), state, target=target)

    def happen(self) -> None:
        acts = [self.edit, self.edit, self.move, self.move, self.embargo, self.link, self.role, self.midnight, self.add]
        self.dice.choice(acts)()

    def any(self) -> Project:
        return Project.objects.get(pk=self.dice.choice(self.projects).pk)

    def add(self) -> None:
        if len(self.projects) < 8:
            self.projects.append(self._project())

    def edit(self) -> None:
        name = self.dice.choice(["title", "note", "target"])
        fields: dict[str, Any] = {name: "2027-Q1" if name == "target" else f"Text {self.dice.random()}"}
        edit(self.any(), by=None, **fields)

    def move(self) -> None:
        project = self.any()
        verb = self.dice.choice(legal_verbs(project))
        facts: dict[str, Any] = {"reason": "so"} if "reason" in {fact.name for fact in FACTS[verb]} else {}
        try:
            perform(project, verb, by=None, on="2026-01-01", override="as decided", **facts)
        except Refused:
            return

    def embargo(self) -> None:
        project = self.any()
        edit(project, by=None, embargoed=not project.embargoed)

    def link(self) -> None:
        one, other = self.any(), self.any()
        if one != other:
            edit(one, by=None, links=self.dice.choice([[], [("related_to", other)]]))

    def role(self) -> None:
        rights = self.dice.choice([[], ["view_embargoed"], ["move_project"], ["view_embargoed", "move_project"]])
        self.member.user_permissions.set(Permission.objects.filter(codename__in=rights))

    def midnight(self) -> None:
        self.now += timedelta(hours=self.dice.choice([5, 13, 24]))
        self.time_machine.move_to(self.now, tick=False)


@pytest.mark.parametrize("seed", range(2))
def test_a_304_never_lies(seed: int, time_machine: Any, settings: Any) -> None:
    """Whatever happens by the doors: where a poll is told 304, a fresh render is byte for byte what it holds."""
    settings.API_REQUESTS_A_MINUTE = {"anonymous": 10**6, "token": 10**6}
    time_machine.move_to("2026-11-23T10:00:00+08:00", tick=False)
    world = _World(seed, time_machine)
    held: dict[tuple[int, str], tuple[str, bytes]] = {}
    told = {200: 0, 304: 0}
    for _turn in range(25):
        world.happen()
        for number, caller in enumerate(world.callers):
            for path in world.dice.sample(_addresses(world.any()), 3):
                _poll(caller, path, number, held, told)
    assert told[304] > 20
    assert told[200] > 20


def _poll(
    caller: Asking, path: str, number: int, held: dict[tuple[int, str], tuple[str, bytes]], told: dict[int, int]
) -> None:
    tag, body = held.pop((number, path), ('"none"', b""))
    answer = caller.get(path, If_None_Match=tag)
    told[answer.status_code] = told.get(answer.status_code, 0) + 1
    if answer.status_code == 304:
        assert caller.get(path).content == body, path
        held[number, path] = (tag, body)
    if answer.status_code == 200:
        held[number, path] = (answer.headers["ETag"], answer.content)


def test_a_revoked_token_is_forgotten_at_once_in_the_middle_of_polling() -> None:
    caller = Asking(factories.api_token())
    tag = caller.get("projects/").headers["ETag"]
    assert caller.get("projects/", If_None_Match=tag).status_code == 304
    revoke(ApiToken.objects.get(), timezone.now())
    assert caller.get("projects/", If_None_Match=tag).status_code == 401
