"""Fixtures of the tests about mail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import environment
from tests.servers.smtp_sink import RunningSink
from tracker.mail import hang_up


def transport_to(url: str) -> environment.MailTransport:
    """The transport that this EMAIL_URL means."""
    return environment.mail_transport({"EMAIL_URL": url}, Path("/"), "http://tracker.test")


@pytest.fixture
def sink(smtp_sink: RunningSink, settings: Any) -> Iterator[RunningSink]:
    """An SMTP server to which this process sends its mail."""
    settings.MAIL_TRANSPORT = transport_to(smtp_sink.url)
    yield smtp_sink
    hang_up()
