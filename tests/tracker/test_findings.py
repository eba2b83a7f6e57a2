"""What looks wrong: found, gone when mended, dismissed for as long as its facts stay, and hidden with its project."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standards.clock import database_now
from standards.edits import edit
from standards.models import Project
from tests import factories
from tests.bulk import many_projects
from tests.tracker.admin_pages import page_of, secretary_client, signed_in, text_of
from tracker.doubt_search import HOUR, Found, ask_daily, search
from tracker.doubts import Doubt
from tracker.jobs import Job
from tracker.tasks import run_jobs
from tracker.work import Cancelled
from workflows.states import State

pytestmark = pytest.mark.django_db

ON = date(2025, 7, 9)
LIST = "/admin/tracker/doubt/"
LOOK = "/admin/tracker/doubt/look/"
Kind = Doubt.Kind
CHINA = ZoneInfo("Asia/Shanghai")


def look(on: date = ON) -> Found:
    return search(on, told=lambda _done, _total: None, stop=lambda: False)


def kinds() -> list[str]:
    return list(Doubt.objects.order_by("kind").values_list("kind", flat=True))


def page_about(doubt: Doubt) -> str:
    return reverse("admin:tracker_doubt_change", args=[doubt.pk])


def sound(**fields: Any) -> Project:
    """A project that nothing is wrong with."""
    return factories.project(**{"target": "2030-Q1"} | fields)


@pytest.fixture
def client() -> Client:
    return secretary_client()


def test_a_sound_register_looks_right() -> None:
    sound(numbers=["20252081-Z-469"])
    assert look() == Found()
    assert kinds() == []


def test_what_looks_wrong_is_kept_once_however_often_it_is_found() -> None:
    factories.project(numbers=["2025039-Z-469"])
    first, second = look(), look()
    assert kinds() == [Kind.MALFORMED_NUMBER, Kind.NO_TARGET]
    assert (first.new, second.new, second.gone) == (2, 0, 0)
    assert second.kinds == {"malformed_number": 1, "no_target": 1}


def test_what_is_mended_is_gone_by_itself() -> None:
    project = factories.project(numbers=["2025039-Z-469"], target="2030")
    look()
    edit(project, by=None, numbers=["20250390-Z-469"])
    assert look().gone == 1
    assert kinds() == []


def test_a_dismissed_entry_stays_dismissed_while_its_facts_stay() -> None:
    project = sound(numbers=["2025039-Z-469"])
    look()
    person = factories.secretary()
    assert Doubt.objects.get().dismiss(by=person, because="so in the report", now=database_now())
    edit(project, by=None, title="Another title")
    look(ON + timedelta(days=1))
    doubt = Doubt.objects.get()
    assert (doubt.dismissed_by, doubt.dismissed_because) == (person, "so in the report")


def test_a_dismissed_entry_comes_back_when_its_facts_change() -> None:
    project = sound(numbers=["2025039-Z-469"])
    look()
    Doubt.objects.get().dismiss(by=None, because="so in the report", now=database_now())
    edit(project, by=None, numbers=["2025040-Z-469"])
    look()
    assert Doubt.objects.get().dismissed_at is None


def test_the_first_reason_stays() -> None:
    factories.project()
    look()
    doubt = Doubt.objects.get()
    assert doubt.dismiss(by=None, because="observed only", now=database_now())
    assert not doubt.dismiss(by=None, because="something else", now=database_now())
    assert Doubt.objects.get().dismissed_because == "observed only"


def test_the_database_takes_no_dismissal_without_a_reason() -> None:
    factories.project()
    look()
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.update(dismissed_at=database_now())


def test_a_search_given_up_takes_nothing_away() -> None:
    project = factories.project(numbers=["2025039-Z-469"])
    look()
    edit(project, by=None, numbers=["20250390-Z-469"], target="2030")
    with pytest.raises(Cancelled):
        search(ON, told=lambda _done, _total: None, stop=lambda: True)
    assert kinds() == [Kind.MALFORMED_NUMBER, Kind.NO_TARGET]


def test_a_second_search_costs_the_same_queries_for_two_sizes() -> None:
    counts = []
    for more in (50, 3000):
        many_projects(more)
        look()
        with CaptureQueriesContext(connection) as queries:
            assert look().kinds
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


# Every day


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=CHINA).astimezone(UTC)


def test_the_search_is_asked_for_once_a_day_and_a_lost_tick_loses_no_day() -> None:
    assert ask_daily(at(HOUR)) is not None
    Job.objects.update(created_at=at(HOUR))
    assert ask_daily(at(HOUR, 30)) is None
    assert ask_daily(at(23)) is None
    assert ask_daily(at(HOUR) + timedelta(days=1, hours=9)) is not None


def test_before_its_hour_the_day_is_still_the_one_before() -> None:
    assert ask_daily(at(HOUR) - timedelta(hours=4))
    Job.objects.update(created_at=at(HOUR) - timedelta(hours=4))
    assert ask_daily(at(HOUR) - timedelta(minutes=1)) is None
    assert ask_daily(at(HOUR))


def test_the_tick_does_the_daily_search() -> None:
    factories.project(numbers=["2025039-Z-469"])
    run_jobs()
    job = Job.objects.get()
    assert (job.kind, job.state, job.by) == (Job.Kind.DOUBTS, Job.State.DONE, None)
    assert job.result["kinds"]["malformed_number"] == 1
    run_jobs()
    assert Job.objects.count() == 1


# In the admin


def rows(client: Client, **parameters: str) -> list[Doubt]:
    response = client.get(LIST, parameters)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_a_row_says_what_is_wrong_and_leads_to_where_it_is_mended(client: Client) -> None:
    project = sound(title="Trustworthy datasets", numbers=["2025039-Z-469"])
    look()
    page = client.get(LIST).content.decode()
    words = text_of(client.get(LIST))
    assert "Malformed number" in words
    assert words.count("“2025039-Z-469” has seven digits") == 1
    assert f'<a href="{page_of(project)}#id_numbers">Correct the number</a>' in page
    assert 'id="id_numbers"' in client.get(page_of(project)).content.decode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.DOUBTFUL_NUMBER, "“GB/T 45401.1”: It has no year, so it names no particular edition."),
        (Kind.SAME_NUMBER, "“20252081-Z-469” is a number of this project as well: First 20252081-Z-469"),
        (Kind.SAME_TITLE, "no valid number to tell the two apart, and no link: Twin"),
        (Kind.NO_TARGET, "No time is planned for its publication."),
        (Kind.STAGE_OVERDUE, "At stage 20 Drafting since 8 Jul 2020; the procedure gives it 10 months"),
        (Kind.NO_PUBLISHED_NUMBER, "no well-formed number of a published standard is on record."),
    ],
)
def test_each_kind_says_why(client: Client, kind: str, words: str) -> None:
    sound(title="First", numbers=["20252081-Z-469"])
    sound(title="Second", numbers=["20252081-Z-469"])
    sound(title="Doubtful", numbers=["GB/T 45401.1"])
    factories.project(title="Twin"), factories.project(title="Twin", state=State.PUBLISHED)
    sound(title="Slow", effective_on=date(2020, 7, 8))
    look()
    response = client.get(LIST, {"kind": kind})
    assert {doubt.kind for doubt in response.context["cl"].result_list} == {kind}
    assert words in text_of(response)


def test_the_list_is_narrowed_by_committee_with_its_groups(client: Client) -> None:
    above = factories.committee("sac-tc28")
    factories.committee("sac-tc28-sc42", parent=above)
    inside = factories.project(committees=["sac-tc28-sc42"])
    factories.project(committees=["sac-tc260"])
    look()
    assert [doubt.project for doubt in rows(client, committee="sac-tc28")] == [inside]


def test_an_entry_is_dismissed_with_a_reason_and_taken_up_again(client: Client) -> None:
    factories.project()
    look()
    doubt = Doubt.objects.get()
    answer = client.post(page_about(doubt), {"because": "Observed only: ISO plans it."}, follow=True)
    assert "Dismissed. It comes back" in text_of(answer)
    assert rows(client) == []
    assert [row.dismissed_because for row in rows(client, dismissed="yes")] == ["Observed only: ISO plans it."]
    client.post(page_about(doubt), {"reopen": "1"})
    assert rows(client) == [doubt]
    assert Doubt.objects.get().dismissed_because == ""


def test_no_reason_no_dismissal(client: Client) -> None:
    factories.project()
    look()
    answer = client.post(page_about(Doubt.objects.get()), {"because": "  "})
    assert "This field is required" in text_of(answer)
    assert Doubt.objects.open().count() == 1


def test_whoever_may_not_change_projects_looks_and_decides_nothing() -> None:
    factories.project()
    look()
    reader = signed_in(factories.person("reader", ["view_project"], is_staff=True))
    doubt = Doubt.objects.get()
    assert "Whoever may change the project" in text_of(reader.get(page_about(doubt)))
    assert reader.post(page_about(doubt), {"because": "I say so"}).status_code == 403
    assert Doubt.objects.open().count() == 1


def test_whoever_may_see_no_projects_sees_no_list() -> None:
    nobody = signed_in(factories.person("nobody", [], is_staff=True))
    assert nobody.get(LIST).status_code == 403
    assert nobody.post(LOOK).status_code == 403


def test_doubts_about_embargoed_projects_are_for_those_who_may_know_of_them(client: Client) -> None:
    secret = factories.project(title="Secret", embargoed=True, numbers=["20252081-Z-469"])
    factories.project(title="Open", numbers=["20252081-Z-469"], target="2030")
    look()
    assert Doubt.objects.filter(project=secret).exists()
    assert "Secret" in text_of(client.get(LIST))
    mover = signed_in(factories.mover())
    assert rows(mover) == []
    assert "Secret" not in text_of(mover.get(LIST))
    for doubt in Doubt.objects.all():
        assert mover.get(page_about(doubt)).status_code == 404


def test_what_was_mended_meanwhile_is_said_so(client: Client) -> None:
    assert client.get("/admin/tracker/doubt/4711/change/").status_code == 404
    assert client.get("/admin/tracker/doubt/nonsense/change/").status_code == 404


def test_a_small_register_is_searched_while_one_waits(client: Client) -> None:
    factories.project(effective_on=None)
    answer = client.post(LOOK, follow=True)
    assert "1 new entry looks wrong; 0 are mended." in text_of(answer)
    assert "Last searched" in text_of(answer)


def test_looking_changes_nothing_and_searching_takes_a_post(client: Client) -> None:
    factories.project()
    client.get(LIST)
    assert client.get(LOOK).status_code == 405
    assert not Job.objects.exists()


def test_a_large_register_is_searched_by_a_worker(client: Client) -> None:
    many_projects(2001)
    answer = client.post(LOOK, follow=True)
    assert "It starts within half a minute." in text_of(answer)
    client.post(LOOK)
    job = Job.objects.get()
    assert job.state == Job.State.WAITING
    run_jobs()
    words = text_of(client.get(reverse("admin:tracker_job_change", args=[job.pk])))
    assert "No target" in words
    assert "Done" in words


def test_the_list_costs_the_same_queries_for_one_entry_and_for_many(client: Client) -> None:
    counts = []
    for more in (150, 400):
        many_projects(more)
        look()
        with CaptureQueriesContext(connection) as queries:
            assert rows(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert not [query for query in queries if "COUNT(*)" in query["sql"] and "LIMIT" not in query["sql"]]
