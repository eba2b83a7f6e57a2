"""Jobs: who may take them up, what becomes of them when somebody dies, and how they end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from standards.clock import database_now
from standards.refusals import Refused
from tests import factories
from tests.tracker.admin_pages import signed_in, text_of
from tracker import work
from tracker.jobs import FILE_LIMIT, FileTooLarge, Job, JobFile, JobRow, ask_for, attach, cancel, tidy
from tracker.work import Cancelled, LeaseLost, Outcome, Turn, run, run_here, run_next, take

pytestmark = pytest.mark.django_db

State = Job.State


def waiting(**fields: Any) -> Job:
    return ask_for(Job.Kind.DOUBTS, **{"by": None} | fields)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def ask_again(turn: Turn) -> bool:
    """What ``cancelled`` answers a moment later."""
    turn.asked -= work.ASK_AFTER + 1
    return turn.cancelled()


Doing = Callable[[Turn], Outcome]


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Doing], None]:
    """Gives jobs of one kind something else to do."""
    return lambda what: monkeypatch.setitem(work.DOERS, Job.Kind.DOUBTS, what)


def finish(_turn: Turn) -> Outcome:
    return Outcome({"said": "all is well"})


def test_every_kind_of_job_has_somebody_who_does_it() -> None:
    assert set(work.DOERS) == set(Job.Kind)


def test_a_waiting_job_is_done_and_says_what_came_of_it(doing: Any) -> None:
    doing(finish)
    job = waiting()
    assert run_next(database_now()) == job
    job = fresh(job)
    assert (job.state, job.result, job.attempts) == (State.DONE, {"said": "all is well"}, 1)
    assert None not in (job.started_at, job.finished_at)
    assert job.lease_token is None


def test_the_longest_waiting_job_comes_first(doing: Any) -> None:
    doing(finish)
    older, newer = waiting(created_at=database_now() - timedelta(hours=1)), waiting()
    assert [run_next(database_now()), run_next(database_now()), run_next(database_now())] == [older, newer, None]


def test_one_job_is_run_at_a_time() -> None:
    waiting(), waiting()
    assert take(database_now()) is not None
    assert take(database_now()) is None


def test_a_job_that_its_owner_waits_for_is_done_beside_another(doing: Any) -> None:
    doing(finish)
    waiting()
    assert take(database_now())
    assert run_here(waiting()).state == State.DONE


def test_a_job_somebody_holds_is_not_done_a_second_time(doing: Any) -> None:
    doing(finish)
    job = waiting()
    take(database_now(), job)
    assert run_here(job).state == State.RUNNING


def test_a_job_left_behind_is_taken_up_once_its_lease_has_lapsed(doing: Any) -> None:
    doing(finish)
    job = waiting()
    take(database_now())
    assert run_next(database_now() + work.LEASE - timedelta(seconds=5)) is None
    assert run_next(database_now() + work.LEASE + timedelta(seconds=5)) == job
    assert (fresh(job).state, fresh(job).attempts) == (State.DONE, 2)


def test_whoever_was_given_up_for_dead_writes_nothing_any_more(doing: Any) -> None:
    job = waiting()
    slow = take(database_now())
    assert slow
    doing(finish)
    run_next(database_now() + work.LEASE * 2)
    with pytest.raises(LeaseLost):
        slow.cancelled()
    assert slow.end(State.FAILED, problem="too late") is False
    assert fresh(job).state == State.DONE


def test_a_worker_that_lost_its_job_leaves_it_to_the_other(doing: Any) -> None:
    def lose(turn: Turn) -> Outcome:
        Job.objects.filter(pk=turn.job.pk).update(lease_token=uuid4())
        with pytest.raises(LeaseLost):
            ask_again(turn)
        ask_again(turn)
        raise AssertionError("not reached")

    doing(lose)
    assert run_here(waiting()).state == State.RUNNING


def test_a_job_that_kills_its_workers_is_given_up(doing: Any) -> None:
    doing(finish)
    job = waiting(attempts=work.ATTEMPTS)
    run_next(database_now())
    assert fresh(job).state == State.FAILED
    assert "Tell whoever runs the tracker" in fresh(job).problem


def test_a_job_that_takes_very_long_makes_room_and_goes_on(doing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(turn: Turn) -> Outcome:
        turn.progress(5, 10)
        turn.begun -= work.TURN + 1
        turn.cancelled()
        raise AssertionError("not reached")

    doing(long)
    job = waiting()
    run_next(database_now())
    job = fresh(job)
    assert (job.state, job.attempts, job.done, job.total) == (State.WAITING, 0, 5, 10)
    assert job.finished_at is None


def test_progress_is_seen_while_the_job_runs(doing: Any) -> None:
    def halfway(turn: Turn) -> Outcome:
        turn.told -= work.RENEW_AFTER + 1
        turn.progress(50, 100)
        seen = fresh(turn.job)
        assert (seen.done, seen.total, seen.state) == (50, 100, State.RUNNING)
        return Outcome({})

    doing(halfway)
    run_next(database_now()) if waiting() else None
    assert Job.objects.get().state == State.DONE


def test_progress_renews_the_lease(doing: Any) -> None:
    job = waiting()
    turn = take(database_now())
    assert turn
    Job.objects.update(lease_until=database_now())
    turn.told -= work.RENEW_AFTER + 1
    turn.progress(1, 2)
    until = fresh(job).lease_until
    assert until is not None
    assert until > database_now() + work.LEASE / 2


def test_a_job_that_nobody_works_on_is_cancelled_at_once() -> None:
    for state in (State.WAITING, State.ASKING):
        job = waiting(state=state)
        assert cancel(job)
        assert fresh(job).state == State.CANCELLED
        assert fresh(job).finished_at


def test_a_running_job_is_cancelled_at_its_next_pause(doing: Any) -> None:
    def work_on(turn: Turn) -> Outcome:
        cancel(turn.job)
        assert fresh(turn.job).state == State.RUNNING
        assert ask_again(turn)
        raise Cancelled({"written": 3})

    doing(work_on)
    job = run_here(waiting())
    assert (job.state, job.result) == (State.CANCELLED, {"written": 3})


def test_a_job_cancelled_while_its_worker_was_dead_is_not_begun_again(doing: Any) -> None:
    doing(finish)
    job = waiting()
    take(database_now())
    cancel(job)
    run_next(database_now() + work.LEASE * 2)
    assert fresh(job).state == State.CANCELLED


def test_a_job_that_is_over_cannot_be_cancelled(doing: Any) -> None:
    doing(finish)
    job = run_here(waiting())
    assert cancel(job) is False
    assert fresh(job).state == State.DONE


def test_a_refusal_is_what_its_owner_is_told(doing: Any) -> None:
    def refuse(_turn: Turn) -> Outcome:
        raise Refused("There is no heading in the first 20 rows.")

    doing(refuse)
    job = run_here(waiting())
    assert (job.state, job.problem) == (State.FAILED, "There is no heading in the first 20 rows.")


def test_a_fault_is_logged_and_its_owner_is_told_no_secrets(doing: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_turn: Turn) -> Outcome:
        raise RuntimeError("password=hunter2")

    doing(fail)
    job = run_here(waiting())
    assert job.state == State.FAILED
    assert "hunter2" not in job.problem
    assert "hunter2" in caplog.text


def test_a_job_speaks_the_language_of_whoever_asked_for_it(doing: Any) -> None:
    def speak(_turn: Turn) -> Outcome:
        return Outcome({"language": translation.get_language(), "yes": gettext("yes")})

    doing(speak)
    with translation.override("zh-hans"):
        job = waiting()
    assert run_here(job).result["language"] == "zh-hans"
    assert translation.get_language() == django_settings.LANGUAGE_CODE


def test_a_question_lets_go_of_the_job_until_a_person_decides(doing: Any) -> None:
    doing(lambda _turn: Outcome({"new": 3}, State.ASKING))
    job = run_here(waiting())
    assert (job.state, job.result, job.finished_at) == (State.ASKING, {"new": 3}, None)
    assert run_next(database_now()) is None


def test_a_job_is_in_somebodys_hands_only_while_it_runs() -> None:
    job = waiting()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=State.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(lease_token=uuid4())


def test_a_file_that_is_too_large_is_refused_with_what_to_do() -> None:
    with pytest.raises(FileTooLarge, match="larger than 50 MB"):
        attach(waiting(), "register.xlsx", b"x" * (FILE_LIMIT + 1))


def test_people_see_their_own_jobs_and_those_of_others_only_with_permission() -> None:
    one, other = factories.secretary(), factories.secretary()
    own, others = waiting(by=one), waiting(by=other)
    assert set(Job.objects.visible_to(one)) == {own}
    one.user_permissions.add(Permission.objects.get(codename="view_job"))
    assert set(Job.objects.visible_to(type(one).objects.get(pk=one.pk))) == {own, others}


def test_run_writes_down_what_came_of_a_taken_job(doing: Any) -> None:
    doing(finish)
    waiting()
    turn = take(database_now())
    assert turn
    assert run(turn).state == State.DONE


# Afterwards


def ended(days_ago: int, **fields: Any) -> Job:
    at = database_now() - timedelta(days=days_ago)
    job = waiting(**{"state": State.DONE, "created_at": at, "finished_at": at, "result": {"new": 1}} | fields)
    attach(job, "register.csv", b"x")
    JobRow.objects.create(job=job, number=2, rank=0, outcome="new")
    return job


def test_old_files_and_rows_are_let_go_and_what_came_of_them_stays() -> None:
    person = factories.secretary()
    old, fresh_one = ended(91, by=person), ended(89, by=person)
    tidy(database_now())
    assert [row.job for row in JobRow.objects.all()] == [file.job for file in JobFile.objects.all()] == [fresh_one]
    assert fresh(old).result == {"new": 1}


def test_old_nightly_searches_are_let_go_and_those_that_somebody_asked_for_stay() -> None:
    nightly, asked_for = ended(91), ended(91, by=factories.secretary())
    tidy(database_now())
    assert set(Job.objects.all()) == {asked_for}
    assert nightly not in Job.objects.all()


def test_what_nobody_decides_on_is_given_up_after_a_month() -> None:
    forgotten = waiting(state=State.ASKING, created_at=database_now() - timedelta(days=31))
    young = waiting(state=State.ASKING, created_at=database_now() - timedelta(days=29))
    tidy(database_now())
    assert (fresh(forgotten).state, fresh(young).state) == (State.CANCELLED, State.ASKING)


# In the admin


def page_of(job: Job, name: str = "change") -> str:
    return reverse(f"admin:tracker_job_{name}", args=[job.pk])


def test_the_page_of_a_job_says_how_far_it_is_and_looks_again() -> None:
    person = factories.secretary()
    job = waiting(by=person)
    client = signed_in(person)
    assert "It starts within half a minute." in text_of(client.get(page_of(job)))
    turn = take(database_now())
    assert turn
    turn.told -= work.RENEW_AFTER + 1
    turn.progress(1200, 7000)
    page = client.get(page_of(job)).content.decode()
    assert '<progress aria-label="Progress" value="1200" max="7000">' in page
    assert "1,200 of 7,000" in page
    assert 'data-look-again="3"' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    turn.end(State.DONE, result={"kinds": {"no_target": 3}, "new": 3, "gone": 0})
    page = client.get(page_of(job)).content.decode()
    assert "data-look-again" not in page
    assert "refresh" not in page
    assert 'href="/admin/tracker/doubt/?kind=no_target"' in page


def test_why_a_job_failed_stands_on_its_page() -> None:
    person = factories.secretary()
    job = waiting(by=person, state=State.FAILED, problem="There is <no> heading.")
    page = signed_in(person).get(page_of(job)).content.decode()
    assert "There is &lt;no&gt; heading." in page


def test_a_job_is_given_up_by_a_post() -> None:
    person = factories.secretary()
    job, client = waiting(by=person), signed_in(person)
    assert client.get(page_of(job, "cancel")).status_code == 405
    assert fresh(job).state == State.WAITING
    assert "It is being given up." in text_of(client.post(page_of(job, "cancel"), follow=True))
    assert fresh(job).state == State.CANCELLED
    assert "It was over already." in text_of(client.post(page_of(job, "cancel"), follow=True))


def test_strangers_neither_see_nor_give_up_a_job() -> None:
    job = waiting(by=factories.secretary(), subject="secret.csv")
    stranger = signed_in(factories.secretary())
    for name in ("change", "errors"):
        assert stranger.get(page_of(job, name)).status_code == 404
    assert stranger.post(page_of(job, "cancel")).status_code == 404
    assert "secret.csv" not in text_of(stranger.get("/admin/tracker/job/"))
    assert fresh(job).state == State.WAITING
    assert stranger.get("/admin/tracker/job/nonsense/change/").status_code == 404


def test_who_may_do_nothing_with_projects_has_no_jobs() -> None:
    assert signed_in(factories.person("nobody", [], is_staff=True)).get("/admin/tracker/job/").status_code == 403


def test_the_list_of_jobs_is_narrowed_by_state_and_kind() -> None:
    person = factories.secretary()
    done, failed = waiting(by=person, state=State.DONE), waiting(by=person, state=State.FAILED)
    client = signed_in(person)
    for query, expected in (("", {done, failed}), ("state=done", {done}), ("kind=register", set())):
        assert set(client.get(f"/admin/tracker/job/?{query}").context["cl"].result_list) == expected
