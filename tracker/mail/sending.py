"""Handing letters over: to a mail server, into a folder, or to the terminal.

Each transport has one method, ``send(envelope, go)``. It asks ``go()`` at the last moment at which nothing has been
said yet that could not be taken back; no sends nothing. It returns the answer of whoever took the letter, or raises
one of the ways in which a letter is not, or perhaps, sent.
"""

import os
import re
import smtplib
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail.utils import DNS_NAME

if TYPE_CHECKING:
    from config.environment import MailTransport

MAILS_A_CONNECTION = 100
SECONDS_A_CONNECTION = 60
IDLE_SECONDS = 5
"""After this long without a word a connection is asked whether it still stands."""
STEP_SECONDS = 30
"""The longest wait for an answer to one command."""
DATA_SECONDS = 60
"""The longest wait for the answer to a whole message; with one step before it, shorter than a lease."""

_BREAK = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9.-]+")


class NotSent(Exception):
    """A letter that was not handed over; ``str()`` is what the other side said of it."""


class Unreachable(NotSent):
    """The server takes no mail from us now, whoever it is for: nothing is wrong with the letter."""


class TurnedAway(Unreachable):
    """The server ended the conversation, or refuses us as a sender, while this letter was at hand."""


class CutOff(NotSent):
    """The connection broke while the letter was announced: the server has not got it."""


class Deferred(NotSent):
    """The server will not take this letter now; later it may."""


class Refused(NotSent):
    """The server will never take this letter."""


class Uncertain(NotSent):
    """The connection broke after the letter was on its way: the server may have it."""


class Withheld(Exception):
    """``go()`` said no."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter and where it goes. ``name`` is a file name, the same each time for the same letter."""

    sender: str
    recipient: str
    content: bytes
    name: str


Go = Callable[[], bool]


class Transport(Protocol):
    settings: "MailTransport"

    @property
    def may_reopen(self) -> bool: ...

    def send(self, envelope: Envelope, go: Go) -> str: ...

    def close(self) -> None: ...


def envelope_for(message: EmailMessage, recipient: str, dated: datetime) -> Envelope:
    """The message ready for the wire. Raises ``UnicodeError`` or ``ValueError`` where it cannot be written as bytes."""
    key = message["Message-ID"].strip("<>").partition("@")[0]
    name = f"{dated:%Y%m%dT%H%M%S}-{_UNSAFE_IN_NAME.sub('-', recipient)[:60]}-{key}.eml"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Envelope(sender, recipient, message.as_bytes(), name)


class Smtp:
    """One connection, kept for up to 100 letters or a minute, made anew when it is gone."""

    def __init__(self, settings: "MailTransport") -> None:
        self.settings = settings
        self._patience = min(settings.timeout, STEP_SECONDS)
        self._server: smtplib.SMTP | None = None
        self._opened = self._used = 0.0
        self._carried = 0

    def send(self, envelope: Envelope, go: Go) -> str:
        server = self._ready()
        try:
            self._announce(server, envelope)
            _ask(go)
            self._start_data(server)
        except (Withheld, Deferred, Refused):
            self._forget(server)
            raise
        except TurnedAway:
            self.close()
            raise
        except OSError as error:
            raise self._broken(CutOff, error) from error
        return self._hand_over(server, envelope.content)

    def close(self) -> None:
        if self._server:
            with suppress(OSError):
                _wait(self._server, 1)
                self._server.quit()
            self._server.close()
            self._server = None

    @property
    def may_reopen(self) -> bool:
        """Whether the latest connection took a letter before it broke; then another one may be tried at once."""
        return self._carried > 0

    def _ready(self) -> smtplib.SMTP:
        now = time.monotonic()
        if self._server and (self._carried >= MAILS_A_CONNECTION or now - self._opened > SECONDS_A_CONNECTION):
            self.close()
        if self._server and now - self._used > IDLE_SECONDS and not self._still_there(self._server):
            self.close()
        if not self._server:
            self._carried = 0
            self._server = self._open()
            self._opened = time.monotonic()
        self._used = time.monotonic()
        return self._server

    def _open(self) -> smtplib.SMTP:
        try:
            return self._greeted()
        except OSError as error:
            raise Unreachable(f"{self.settings.host}:{self.settings.port}: {error}") from error

    def _greeted(self) -> smtplib.SMTP:
        chosen = self.settings
        name = DNS_NAME.get_fqdn()
        if chosen.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                chosen.host, chosen.port, name, timeout=self._patience, context=context
            )
        else:
            server = smtplib.SMTP(chosen.host, chosen.port, name, timeout=self._patience)
        try:
            if chosen.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if chosen.user:
                server.login(chosen.user, chosen.password)
            server.ehlo_or_helo_if_needed()
        except OSError:
            server.close()
            raise
        return server

    def _still_there(self, server: smtplib.SMTP) -> bool:
        try:
            return bool(server.noop()[0] == 250)
        except OSError:
            return False

    def _announce(self, server: smtplib.SMTP, envelope: Envelope) -> None:
        code, reply = server.mail(envelope.sender)
        if code != 250:
            raise TurnedAway(_said(code, reply))
        _judge(*server.rcpt(envelope.recipient))

    def _start_data(self, server: smtplib.SMTP) -> None:
        code, reply = server.docmd("DATA")
        if code != 354:
            _judge(code, reply)
            raise CutOff(_said(code, reply))

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> str:
        try:
            _wait(server, DATA_SECONDS)
            server.send(_for_the_wire(content))
            code, reply = server.getreply()
            _wait(server, self._patience)
        except OSError as error:
            raise self._broken(Uncertain, error) from error
        self._used = time.monotonic()
        try:
            _judge(code, reply)
        except TurnedAway:
            self.close()
            raise
        self._carried += 1
        return _said(code, reply)

    def _forget(self, server: smtplib.SMTP) -> None:
        """Take back what was announced; where that fails, the connection is of no use any more."""
        with suppress(OSError):
            if server.rset()[0] == 250:
                return
        self.close()

    def _broken(self, kind: type[NotSent], error: Exception) -> NotSent:
        self.close()
        return kind(str(error) or type(error).__name__)


class Folder:
    """Each letter a file; a letter written twice is one file."""

    def __init__(self, settings: "MailTransport") -> None:
        self.settings = settings
        self.folder = settings.folder or Path()

    def send(self, envelope: Envelope, go: Go) -> str:
        _ask(go)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / f".{envelope.name}.{os.getpid()}"
            draft.write_bytes(envelope.content)
            draft.replace(self.folder / envelope.name)
        except OSError as error:
            raise Unreachable(str(error)) from error
        return f"250 written to {envelope.name}"

    @property
    def may_reopen(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is kept open."""


class Console:
    """Each letter printed."""

    def __init__(self, settings: "MailTransport") -> None:
        self.settings = settings

    def send(self, envelope: Envelope, go: Go) -> str:
        _ask(go)
        sys.stdout.write(f"{envelope.content.decode()}\n{'-' * 79}\n")
        sys.stdout.flush()
        return "250 printed"

    @property
    def may_reopen(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is kept open."""


_KINDS: dict[str, Callable[["MailTransport"], Transport]] = {"smtp": Smtp, "file": Folder, "console": Console}
_of_this_thread = threading.local()


def transport() -> Transport:
    """The transport of this thread, as ``settings.MAIL_TRANSPORT`` says; an open connection is used again."""
    chosen: MailTransport = settings.MAIL_TRANSPORT
    present: Transport | None = getattr(_of_this_thread, "transport", None)
    if present is None or present.settings != chosen:
        hang_up()
        present = _of_this_thread.transport = _KINDS[chosen.kind](chosen)
    return present


def hang_up() -> None:
    """Close this thread's connection, if there is one."""
    present: Transport | None = getattr(_of_this_thread, "transport", None)
    if present:
        present.close()


def _ask(go: Go) -> None:
    if not go():
        raise Withheld


def _wait(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock:
        server.sock.settimeout(seconds)


def _judge(code: int, reply: bytes) -> None:
    """Raise what an answer means, unless it is a yes."""
    said = _said(code, reply)
    if code == 421:
        raise TurnedAway(said)
    if code // 100 == 4:
        raise Deferred(said)
    if code // 100 == 5:
        raise Refused(said)
    if code // 100 != 2:
        raise CutOff(said)


def _said(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode(errors='replace').split())}"


def _for_the_wire(content: bytes) -> bytes:
    """Every line ended by CRLF, a leading dot doubled, and the lone dot that ends it all (RFC 5321, section 4.5.2)."""
    lines = _LEADING_DOT.sub(b"..", _BREAK.sub(b"\r\n", content))
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")
