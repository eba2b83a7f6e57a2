"""An SMTP server that writes down what it accepts, and misbehaves on demand.

Before it answers 250 to a message it appends one JSON line for each recipient to its log: ``message_id``, ``to``,
``from``, ``connection`` (a number for each connection) and, if bodies are kept, ``message``. The log is the judge of
what was delivered: it outlives both sides. In a test use the fixture ``smtp_sink``; as a process of its own run
``python -m tests.servers.smtp_sink --port N --log FILE``.
"""

import argparse
import asyncio
import base64
import email
import email.message
import email.policy
import itertools
import json
import logging
import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every step
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)


@dataclass
class Behaviour:
    """How the sink answers; may be changed while it runs.

    ``replies`` maps ``("MAIL" | "RCPT" | "DATA", address)`` to the line to answer with; the address is the sender for
    MAIL, a recipient for RCPT and DATA, and ``"*"`` stands for every one. ``delay`` is seconds before the reply to a
    message. With ``drop_after_data`` a message is written down and the connection cut without a reply.
    """

    replies: dict[tuple[str, str], str] = field(default_factory=dict)
    delay: float = 0.0
    drop_after_data: bool = False

    def reply(self, verb: str, *addresses: str) -> str | None:
        found = (self.replies.get((verb, address)) for address in (*addresses, "*"))
        return next((line for line in found if line), None)


class Sink:
    """The server's side of each conversation."""

    def __init__(self, log: Path, behaviour: Behaviour, *, keep_bodies: bool) -> None:
        self.behaviour = behaviour
        self.keep_bodies = keep_bodies
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._numbers = itertools.count(1)

    def close(self) -> None:
        os.close(self._log)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.number = next(self._numbers)  # type: ignore[attr-defined]
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.behaviour.reply("MAIL", address)
        if refusal:
            return refusal
        envelope.mail_from = address
        return OK

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.behaviour.reply("RCPT", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.behaviour.delay:
            await asyncio.sleep(self.behaviour.delay)
        refusal = self.behaviour.reply("DATA", *envelope.rcpt_tos)
        if refusal:
            return refusal
        self._write(session, envelope)
        if self.behaviour.drop_after_data:
            cast(asyncio.Transport, server.transport).abort()
        return OK

    def _write(self, session: Session, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        found = _MESSAGE_ID.search(content)
        entry: dict[str, Any] = {
            "message_id": found[1].decode("ascii", "replace") if found else "",
            "from": envelope.mail_from,
            "connection": getattr(session, "number", 0),
        }
        if self.keep_bodies:
            entry["message"] = base64.b64encode(content).decode()
        lines = (json.dumps({**entry, "to": to}) + "\n" for to in envelope.rcpt_tos)
        os.write(self._log, "".join(lines).encode())


@dataclass(frozen=True)
class Accepted:
    """One message for one recipient, as the log has it; ``message`` is there when bodies are kept."""

    message_id: str
    sender: str
    to: str
    connection: int
    message: email.message.EmailMessage | None


def read_log(log: Path) -> list[Accepted]:
    """What the sink accepted, in order."""
    return [_accepted(json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []


def _accepted(entry: Mapping[str, Any]) -> Accepted:
    content = base64.b64decode(entry["message"]) if "message" in entry else None
    message = email.message_from_bytes(content, policy=email.policy.default) if content is not None else None
    return Accepted(entry["message_id"], entry["from"], entry["to"], entry["connection"], message)


def port_of(server: asyncio.AbstractServer | None) -> int:
    """The port a started server was given."""
    port: int = cast(asyncio.Server, server).sockets[0].getsockname()[1]
    return port


class RunningSink:
    """A sink in a thread: its address, its behaviour (change it at will) and what it has accepted."""

    def __init__(self, log: Path, behaviour: Behaviour, controller: Controller) -> None:
        self.log = log
        self.behaviour = behaviour
        self._controller = controller

    @property
    def port(self) -> int:
        return port_of(self._controller.server)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def accepted(self) -> list[Accepted]:
        return read_log(self.log)


@contextmanager
def running_sink(log: Path, *, keep_bodies: bool = True) -> Iterator[RunningSink]:
    """A sink on a free port in a thread of this process."""
    behaviour = Behaviour()
    sink = Sink(log, behaviour, keep_bodies=keep_bodies)
    controller = _FreePortController(sink, hostname="127.0.0.1", port=0, ready_timeout=30)
    controller.start()
    try:
        yield RunningSink(log, behaviour, controller)
    finally:
        controller.stop()
        sink.close()


class _FreePortController(Controller):
    """aiosmtpd looks whether it can be reached at the port asked for; here that is the port it was given."""

    def _trigger_server(self) -> None:
        self.port = port_of(self.server)
        super()._trigger_server()  # type: ignore[no-untyped-call]


async def serve(sink: Sink, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ended.set)
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", port)
    print(f"smtp://127.0.0.1:{port_of(server)}", flush=True)
    await ended.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="An SMTP server that writes down what it accepts.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    parser.add_argument("--log", type=Path, required=True, help="one JSON line for each message and recipient")
    parser.add_argument("--bodies", action="store_true", help="keep whole messages in the log")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before the reply to a message")
    parser.add_argument("--drop-after-data", action="store_true", help="take the message, cut the connection")
    parser.add_argument("--reply", action="append", default=[], metavar="VERB:ADDRESS=LINE")
    options = parser.parse_args()
    behaviour = Behaviour(dict(map(_reply, options.reply)), options.delay, options.drop_after_data)
    asyncio.run(serve(Sink(options.log, behaviour, keep_bodies=options.bodies), options.port))


def _reply(text: str) -> tuple[tuple[str, str], str]:
    place, _, line = text.partition("=")
    verb, _, address = place.partition(":")
    return (verb.upper(), address), line


if __name__ == "__main__":
    main()
