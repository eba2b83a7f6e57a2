"""What becomes of a letter for each thing a mail server may do, and for each thing that changes meanwhile.

The sink's log is the judge of what was sent, the ledger of what we know.
"""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from standards import edits
from standards.clock import database_now
from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.servers.process import free_port
from tests.servers.smtp_sink import RunningSink, running_sink
from tests.tracker.conftest import transport_to
from tracker import lease, mail, outbox, reminders
from tracker.models import Attempt, Notification, Watch, Watcher

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
FIRST, SECOND, THIRD = "a@example.org", "b@example.org", "c@example.org"


@pytest.fixture
def project() -> Project:
    """A project with three watchers, who are owed one reminder each, to be tried in the order of their addresses."""
    project = factories.project(title="A title", target="2026-Q1")
    for address in (FIRST, SECOND, THIRD):
        factories.watch(factories.watcher(address), project)
    reminders.plan(database_now(), date(2026, 3, 1))
    for place, address in enumerate((FIRST, SECOND, THIRD)):
        of_one = Notification.objects.filter(watcher__email=address, state="pending")
        of_one.update(next_at=LONG_AGO + timedelta(seconds=place))
    return project


def deliver(*, seconds: float = 20) -> outbox.Delivered:
    return outbox.deliver(database_now(), seconds=seconds, worker="test")


def of(address: str) -> Notification:
    return Notification.objects.exclude(state="superseded").get(watcher__email=address)


def states() -> dict[str, str]:
    rows = Notification.objects.exclude(reason="nearer").order_by("watcher__email")
    return dict(rows.values_list("watcher__email", "state"))


def tries(address: str) -> list[tuple[str, str]]:
    return list(Attempt.objects.filter(notification=of(address)).order_by("pk").values_list("outcome", "reply"))


def received(sink: RunningSink) -> Counter[str]:
    return Counter(mail.to for mail in sink.accepted)


def time_passes(**by: float) -> None:
    """Everything that waits for a moment has waited that much longer."""
    span = timedelta(**by)
    for name in ("next_at", "lease_until", "begun_at"):
        Notification.objects.update(**{name: F(name) - span})


def waits_for(address: str) -> timedelta:
    """How long after its attempt a letter is tried again."""
    row, tried = of(address), Attempt.objects.filter(notification__watcher__email=address).latest("pk")
    assert row.next_at
    return row.next_at - tried.at


ALL_SENT = {FIRST: "sent", SECOND: "sent", THIRD: "sent"}


def test_each_letter_is_sent_once_and_the_row_proves_it(project: Project, sink: RunningSink) -> None:
    done = deliver()
    assert (done.sent, done.trouble, done.more) == (3, "", False)
    assert received(sink) == Counter([FIRST, SECOND, THIRD])
    row = of(FIRST)
    assert row.message_id in {mail.message_id for mail in sink.accepted}
    assert (row.smtp_reply, row.attempts, row.next_at, row.lease_token) == ("250 OK", 1, None, None)
    assert row.sent_at
    assert len(row.content_hash) == 64
    assert tries(FIRST) == [("sent", "250 OK")]
    assert Attempt.objects.get(notification=row).worker == "test"
    assert deliver().sent == 0
    assert len(sink.accepted) == 3


def test_one_connection_carries_many_letters(project: Project, sink: RunningSink) -> None:
    deliver()
    assert {mail.connection for mail in sink.accepted} == {1}


def test_what_is_not_due_yet_is_left(project: Project, sink: RunningSink) -> None:
    Notification.objects.update(next_at=database_now() + timedelta(minutes=1))
    assert deliver().sent == 0


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_what_the_server_puts_off_is_tried_again_later_and_stops_nobody(
    project: Project, sink: RunningSink, verb: str
) -> None:
    sink.behaviour.replies[verb, SECOND] = "451 4.7.1 Greylisted"
    done = deliver()
    assert (done.sent, done.put_off) == (2, 1)
    assert states() == ALL_SENT | {SECOND: "retry"}
    assert tries(SECOND) == [("deferred", "451 4.7.1 Greylisted")]
    assert timedelta(seconds=48) <= waits_for(SECOND) <= timedelta(seconds=72)
    assert deliver().sent == 0
    sink.behaviour.replies.clear()
    time_passes(seconds=73)
    assert deliver().sent == 1
    assert received(sink) == Counter([FIRST, SECOND, THIRD])
    assert [mail.message_id for mail in sink.accepted if mail.to == SECOND] == [of(SECOND).message_id]
    assert of(SECOND).attempts == 2


def test_the_waits_grow_and_end(project: Project, sink: RunningSink) -> None:
    sink.behaviour.replies["RCPT", SECOND] = "450 Try later"
    minutes = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440, 1440)
    for wait in minutes:
        deliver()
        assert wait * 0.8 <= waits_for(SECOND) / timedelta(minutes=1) <= wait * 1.2
        time_passes(minutes=wait * 1.2)
    deliver()
    assert (of(SECOND).state, of(SECOND).reason, of(SECOND).attempts) == ("failed", "given_up", outbox.ATTEMPTS)
    time_passes(days=30)
    assert deliver().sent == 0
    assert len(tries(SECOND)) == outbox.ATTEMPTS


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
def test_what_the_server_refuses_for_good_is_not_tried_again(project: Project, sink: RunningSink, verb: str) -> None:
    sink.behaviour.replies[verb, SECOND] = "550 5.1.1 No such user"
    done = deliver()
    assert (done.sent, done.failed) == (2, 1)
    assert states() == ALL_SENT | {SECOND: "failed"}
    assert of(SECOND).reason == "refused"
    assert tries(SECOND) == [("refused", "550 5.1.1 No such user")]
    time_passes(days=30)
    assert deliver().sent == 0


def test_a_letter_whose_answer_was_cut_off_is_uncertain_and_sent_again_as_the_same(
    project: Project, sink: RunningSink
) -> None:
    sink.behaviour.drop_after_data = True
    done = deliver()
    assert (done.sent, done.uncertain) == (0, 1)
    assert done.trouble
    (uncertain,) = [address for address, state in states().items() if state == "uncertain"]
    assert timedelta(minutes=9, seconds=59) < waits_for(uncertain) <= timedelta(minutes=10)
    assert sorted(state for state in states().values()) == ["pending", "pending", "uncertain"]
    sink.behaviour.drop_after_data = False
    assert deliver().sent == 2
    time_passes(minutes=11)
    assert deliver().sent == 1
    assert states() == ALL_SENT
    twice = [mail for mail in sink.accepted if mail.to == uncertain]
    assert len(twice) == 2
    assert len({mail.message_id for mail in twice}) == 1
    assert len({mail.message.as_bytes() for mail in twice if mail.message}) == 1


def test_a_connection_that_has_carried_mail_is_replaced_at_once(project: Project, sink: RunningSink) -> None:
    """A server that ends the conversation after so many letters is taken at its word."""
    sink.behaviour.replies["RCPT", SECOND] = "421 Too many letters, call again"
    done = deliver()
    assert done.sent == 2
    assert of(SECOND).state == "pending"
    assert of(SECOND).attempts == 0
    assert not tries(SECOND)
    sink.behaviour.replies.clear()
    time_passes(minutes=1, seconds=1)
    assert deliver().sent == 1
    assert len({mail.connection for mail in sink.accepted}) > 1


@pytest.mark.parametrize("answer", ["550 5.7.1 You may not send", "451 Not now", "421 Going down"])
def test_a_server_that_takes_nothing_from_us_costs_no_letter_an_attempt(
    project: Project, sink: RunningSink, answer: str
) -> None:
    sink.behaviour.replies["MAIL", "*"] = answer
    done = deliver()
    assert done.trouble == answer
    assert (done.sent, done.failed, done.put_off) == (0, 0, 0)
    assert set(states().values()) == {"pending"}
    assert not Attempt.objects.exists()
    sink.behaviour.replies.clear()
    time_passes(minutes=2)
    assert deliver().sent == 3


def test_a_server_that_is_down_costs_no_letter_an_attempt(project: Project, settings: Any) -> None:
    settings.MAIL_TRANSPORT = transport_to(f"smtp://127.0.0.1:{free_port()}")
    done = deliver()
    assert "refused" in done.trouble
    assert states() == dict.fromkeys(ALL_SENT, "pending")
    assert not Attempt.objects.exists()
    assert Notification.objects.filter(next_at__lte=database_now(), state="pending").count() == 3


@contextmanager
def listening(converse: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that talks to one caller after another in its own way; yields its EMAIL_URL."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _address = server.accept()
                except OSError:
                    return
                with caller:
                    converse(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}?timeout=1"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def script(*answers: str) -> Callable[[socket.socket], None]:
    """Greet, answer each line with the next of these, then hang up."""

    def converse(caller: socket.socket) -> None:
        caller.sendall(b"220 hello\r\n")
        lines = caller.makefile("rb")
        for answer in answers:
            if not lines.readline():
                return
            caller.sendall(answer.encode() + b"\r\n")

    return converse


def silence(caller: socket.socket) -> None:
    """Say nothing, until the caller has had enough."""
    caller.recv(1000)


@pytest.mark.parametrize(
    "converse",
    [silence, script(), script("250 hello", "250 ok"), script("250 hello", "250 ok", "250 ok"), script("554 no")],
    ids=["silent", "greets only", "hangs up after MAIL", "hangs up after RCPT", "refuses EHLO"],
)
def test_a_server_that_hangs_or_hangs_up_is_left_alone_for_now(
    project: Project, settings: Any, converse: Callable[[socket.socket], None]
) -> None:
    with listening(converse) as url:
        settings.MAIL_TRANSPORT = transport_to(url)
        done = deliver()
    mail.hang_up()
    assert done.trouble
    assert done.sent == 0
    assert set(states().values()) <= {"pending", "retry"}
    assert list(states().values()).count("pending") >= 2
    assert Notification.objects.filter(state="leased").count() == 0


def test_a_letter_on_which_the_server_always_breaks_off_does_not_hold_up_the_others(
    project: Project, settings: Any, tmp_path: Path
) -> None:
    """First in the queue, it makes every conversation end; the others get theirs in the next round."""
    with running_sink(tmp_path / "log") as sink:
        settings.MAIL_TRANSPORT = transport_to(sink.url)
        sink.behaviour.replies["RCPT", FIRST] = "421 I do not like this one"
        deliver()
        deliver()
        mail.hang_up()
        assert received(sink) == Counter([SECOND, THIRD])


def test_a_dead_connection_is_noticed_before_a_letter_is_risked(
    project: Project, sink: RunningSink, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Notification.objects.exclude(watcher__email=FIRST).update(next_at=database_now() + timedelta(hours=1))
    assert deliver().sent == 1
    monkeypatch.setattr("tracker.mail.sending.IDLE_SECONDS", -1)
    server = mail.transport()._server  # type: ignore[attr-defined]
    server.sock.shutdown(socket.SHUT_RDWR)
    Notification.objects.filter(state="pending").update(next_at=LONG_AGO)
    done = deliver()
    assert (done.sent, done.uncertain, done.put_off, done.trouble) == (2, 0, 0, "")


def test_what_nobody_can_write_fails_alone(
    project: Project, sink: RunningSink, caplog: pytest.LogCaptureFixture
) -> None:
    broken = of(SECOND)
    broken.context = {"language": "en"}
    broken.save()
    done = deliver()
    assert (done.sent, done.failed) == (2, 1)
    assert (of(SECOND).state, of(SECOND).reason) == ("failed", "unwritable")
    assert tries(SECOND) == [("unwritable", "KeyError: 'project'")]
    assert "could not be written" in caplog.text


def test_an_address_with_a_line_break_fails_alone(project: Project, sink: RunningSink) -> None:
    forged = of(SECOND)
    forged.context["to"]["email"] = "b@example.org\r\nRCPT TO:<all@example.org>"
    forged.save()
    assert deliver().sent == 2
    assert received(sink) == Counter([FIRST, THIRD])
    assert of(SECOND).reason == "unwritable"


def move(project: Project) -> None:
    edits.edit(project, by=None, target="2027-Q1")


def stop(project: Project) -> None:
    Watch.objects.filter(watcher__email=SECOND).update(stopped_at=LONG_AGO)


def deactivate(project: Project) -> None:
    Watcher.objects.filter(email=SECOND).update(active=False)


def hold(project: Project) -> None:
    perform(project, "hold", by=None, on="2026-11-01", reason="waits for the ISO text")


def cancel(project: Project) -> None:
    perform(project, "cancel", by=None, on="2026-11-01", reason="taken over by another")


def untarget(project: Project) -> None:
    edits.edit(project, by=None, target=None)


def hide(project: Project) -> None:
    edits.edit(project, by=None, embargoed=True)


def leave_the_committee(project: Project) -> None:
    edits.edit(project, by=None, committees=[])


CHANGES = [
    (move, "superseded", "moved"),
    (untarget, "dropped", "closed"),
    (cancel, "dropped", "closed"),
    (hold, "dropped", "on_hold"),
    (hide, "dropped", "embargoed"),
]


@pytest.mark.parametrize(("change", "state", "reason"), CHANGES, ids=[change.__name__ for change, *_ in CHANGES])
def test_what_a_change_of_the_project_overtakes_is_not_sent(
    project: Project, sink: RunningSink, change: Callable[[Project], None], state: str, reason: str
) -> None:
    change(project)
    done = deliver()
    assert (done.sent, done.withheld, done.failed) == (0, 3, 0)
    assert not sink.accepted
    assert (of(FIRST).state if state != "superseded" else states()[FIRST]) == state
    assert set(Notification.objects.filter(rung="30").values_list("reason", flat=True)) == {reason}
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(("change", "reason"), [(stop, "stopped"), (deactivate, "inactive")])
def test_who_does_not_want_it_any_more_does_not_get_it(
    project: Project, sink: RunningSink, change: Callable[[Project], None], reason: str
) -> None:
    change(project)
    done = deliver()
    assert (done.sent, done.withheld) == (2, 1)
    assert received(sink) == Counter([FIRST, THIRD])
    assert (of(SECOND).state, of(SECOND).reason) == ("dropped", reason)


def test_who_watches_the_committee_too_still_gets_it_until_the_project_leaves_it(sink: RunningSink) -> None:
    project = factories.project(target="2026-Q1")
    who = factories.watcher(FIRST)
    own = factories.watch(who, project)
    factories.watch(who, project.committees.get())
    reminders.plan(database_now(), date(2026, 3, 1))
    own.stopped_at = LONG_AGO
    own.save()
    assert deliver().sent == 1
    reminders.plan(database_now(), date(2026, 4, 10))
    leave_the_committee(project)
    assert deliver().withheld == 1


@pytest.mark.parametrize("change", [move, untarget, cancel, hold, hide, stop, deactivate, lambda project: None])
def test_the_last_question_and_the_reasons_agree(project: Project, change: Callable[[Project], None]) -> None:
    """The statement that lets a letter go says no exactly when there is a reason."""
    held = lease.take(database_now(), 10, "test")
    change(project)
    for row in held.rows:
        current = Notification.objects.select_related("watcher", "deadline", "project").get(pk=row.pk)
        assert held.begin(row, "") == (outbox._why_unwanted(current) is None)


def test_a_round_ends_in_time_and_gives_back_what_it_had_not_begun(project: Project, sink: RunningSink) -> None:
    done = deliver(seconds=0)
    assert (done.sent, done.more) == (0, True)
    assert states() == dict.fromkeys(ALL_SENT, "pending")
    assert not Notification.objects.exclude(lease_token=None).exists()


def test_a_lease_keeps_everybody_else_away(project: Project, sink: RunningSink) -> None:
    held = lease.take(database_now(), 2, "another worker")
    assert deliver().sent == 1
    assert Notification.objects.held_under(held.token).count() == 2


def test_what_a_vanished_worker_had_not_begun_goes_on_at_once(project: Project, sink: RunningSink) -> None:
    lease.take(database_now(), 10, "vanishes")
    assert deliver().sent == 0
    time_passes(seconds=91)
    assert deliver().sent == 3
    assert received(sink) == Counter([FIRST, SECOND, THIRD])
    assert tries(FIRST) == [("vanished", ""), ("sent", "250 OK")]


def test_what_a_vanished_worker_had_begun_may_have_arrived(project: Project, sink: RunningSink) -> None:
    held = lease.take(database_now(), 10, "vanishes")
    row = next(row for row in held.rows if row.watcher.email == SECOND)
    assert held.begin(row, "hash")
    time_passes(seconds=91)
    deliver()
    assert of(SECOND).state == "uncertain"
    assert of(SECOND).attempts == 1
    assert tries(SECOND) == [("vanished", "")]
    assert deliver().sent == 0
    time_passes(minutes=10)
    assert deliver().sent == 1
    assert received(sink)[SECOND] == 1


def test_a_worker_that_vanishes_again_and_again_over_a_letter_ends_with_it(project: Project) -> None:
    for _ in range(outbox.ATTEMPTS):
        time_passes(days=2)
        lease.take(database_now(), 10, "vanishes")
        time_passes(seconds=91)
        outbox.recover()
    assert set(states().values()) == {"failed"}
    assert of(FIRST).reason == "given_up"


def test_a_worker_that_comes_back_changes_nothing_that_somebody_else_holds(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    """It was stopped for longer than its lease; meanwhile another one took over."""
    stopped = lease.take(database_now(), 10, "stopped")
    row = stopped.rows[0]
    time_passes(seconds=91)
    outbox.recover()
    other = lease.take(database_now(), 10, "other")
    assert not stopped.begin(row, "")
    assert not stopped.settle(row, Attempt.Outcome.SENT, "250 OK", state="sent")
    stopped.release()
    assert Notification.objects.held_under(other.token).count() == 3
    assert "somebody else holds it" in caplog.text
    assert Attempt.objects.filter(notification=row, outcome="sent").count() == 1  # what took place is on record


def test_a_lease_that_was_renewed_is_not_taken_back(project: Project) -> None:
    held = lease.take(database_now(), 10, "slow")
    row = held.rows[0]
    time_passes(seconds=91)
    seen = Notification.objects.get(pk=row.pk)
    held.renewed -= lease.RENEW_AFTER + 1
    held.renew()
    assert not lease.take_back(seen, held.now(), "other", state="retry")
    assert outbox.recover() == 0


def test_every_letter_goes_when_there_are_more_than_a_batch(sink: RunningSink) -> None:
    project = factories.project(target="2026-Q1")
    for number in range(outbox.BATCH * 2 + 5):
        factories.watch(factories.watcher(f"w{number}@example.org"), project)
    reminders.plan(database_now(), date(2026, 3, 1))
    assert deliver().sent == outbox.BATCH * 2 + 5
    assert set(received(sink).values()) == {1}
    assert len({mail.connection for mail in sink.accepted}) == 2  # a hundred letters a connection


def test_letters_as_files_are_written_whole_and_once(project: Project, settings: Any, tmp_path: Path) -> None:
    settings.MAIL_TRANSPORT = transport_to(f"file:{tmp_path}/mail")
    assert deliver().sent == 3
    Notification.objects.filter(state="sent").update(state="pending", next_at=LONG_AGO)
    assert deliver().sent == 3
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 3
    assert all(file.suffix == ".eml" for file in files)
    row = of(FIRST)
    (own,) = [file for file in files if str(row.pk) in file.name]
    assert own.name.startswith(f"{row.dated:%Y%m%dT%H%M%S}-a-example.org-")
    assert row.message_id.encode() in own.read_bytes()


def test_a_folder_that_cannot_be_written_is_a_server_that_is_down(
    project: Project, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings.MAIL_TRANSPORT = transport_to(f"file:{tmp_path}/taken")
    done = deliver()
    assert done.trouble
    assert states() == dict.fromkeys(ALL_SENT, "pending")


def test_letters_can_be_printed(project: Project, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MAIL_TRANSPORT = transport_to("console:")
    assert deliver().sent == 3
    assert capsys.readouterr().out.count("Message-ID: ") == 3
