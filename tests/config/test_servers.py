import os
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis as Client

from tests.servers.postgres import running_postgres
from tests.servers.process import start, stop, wait_until
from tests.servers.redis import running_redis
from tests.servers.smtp_sink import RunningSink, read_log

MESSAGE = "Message-ID: <1@tracker.test>\r\nSubject: due\r\n\r\nSoon.\r\n"


def send(port: int, *to: str, message: str = MESSAGE) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail("tracker@tracker.test", to, message)


def test_the_sink_writes_down_each_recipient_of_a_message(smtp_sink: RunningSink) -> None:
    send(smtp_sink.port, "a@example.org", "b@example.org")
    assert [(mail.message_id, mail.to) for mail in smtp_sink.accepted] == [
        ("<1@tracker.test>", "a@example.org"),
        ("<1@tracker.test>", "b@example.org"),
    ]
    first = smtp_sink.accepted[0].message
    assert first is not None
    assert first["Subject"] == "due"


def test_the_sink_tells_connections_apart(smtp_sink: RunningSink) -> None:
    send(smtp_sink.port, "a@example.org")
    send(smtp_sink.port, "a@example.org")
    assert [mail.connection for mail in smtp_sink.accepted] == [1, 2]


@pytest.mark.parametrize(
    ("verb", "address", "refusal"),
    [
        ("MAIL", "tracker@tracker.test", smtplib.SMTPSenderRefused),
        ("RCPT", "bad@example.org", smtplib.SMTPRecipientsRefused),
        ("DATA", "bad@example.org", smtplib.SMTPDataError),
        ("DATA", "*", smtplib.SMTPDataError),
    ],
)
def test_the_sink_refuses_where_it_is_told_to(
    smtp_sink: RunningSink, verb: str, address: str, refusal: type[Exception]
) -> None:
    smtp_sink.behaviour.replies[verb, address] = "451 4.7.1 come back later"
    with pytest.raises(refusal):
        send(smtp_sink.port, "bad@example.org")
    assert smtp_sink.accepted == []


def test_one_refused_recipient_leaves_the_other(smtp_sink: RunningSink) -> None:
    smtp_sink.behaviour.replies["RCPT", "bad@example.org"] = "550 5.1.1 nobody here"
    send(smtp_sink.port, "bad@example.org", "good@example.org")
    assert [mail.to for mail in smtp_sink.accepted] == ["good@example.org"]


def test_a_message_can_be_taken_and_the_connection_cut_without_a_reply(smtp_sink: RunningSink) -> None:
    smtp_sink.behaviour.drop_after_data = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink.port, "a@example.org")
    assert [mail.to for mail in smtp_sink.accepted] == ["a@example.org"]


def test_the_sink_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    log, output = tmp_path / "sink.jsonl", tmp_path / "output"
    command = [sys.executable, "-m", "tests.servers.smtp_sink", "--log", str(log)]
    process = start([*command, "--reply", "RCPT:bad@example.org=550 no"], output)
    try:
        wait_until(lambda: output.read_text().endswith("\n"), process, output)
        port = int(output.read_text().rsplit(":", 1)[1])
        send(port, "a@example.org", "bad@example.org")
    finally:
        stop(process, signal.SIGKILL)
    assert [(mail.to, mail.message) for mail in read_log(log)] == [("a@example.org", None)]


def test_a_redis_that_stops_and_starts_has_forgotten_everything() -> None:
    with running_redis() as server:
        with Client.from_url(server.url) as client:
            client.set("task", "waiting")
        server.stop()
        server.start()
        with Client.from_url(server.url) as client:
            assert client.get("task") is None


@pytest.mark.postgres
def test_a_postgres_that_is_stopped_at_once_has_kept_what_was_committed() -> None:
    with running_postgres() as server:
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("CREATE TABLE promise (id int)")
        server.stop(signal.SIGQUIT)
        server.start()
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT count(*) FROM promise").fetchone() == (0,)
        folder = server.folder
    assert not folder.exists()


def test_a_server_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.servers.process import start;"
        "print(start(['/bin/sleep', '600'], Path(sys.argv[1])).pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        wait_for_command(server, "sleep")
        starter.kill()
    assert ends(server)


def wait_for_command(pid: int, name: str) -> None:
    deadline = time.monotonic() + 10
    while name not in Path(f"/proc/{pid}/comm").read_text():
        assert time.monotonic() < deadline, f"{pid} never became {name}"
        time.sleep(0.02)


def ends(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False
