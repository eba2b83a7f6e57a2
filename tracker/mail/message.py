"""A letter as bytes for the wire: the same bytes for the same letter, however often it is tried.

Headers are folded here and not by the standard library's policy, which cuts a long address inside ``List-Unsubscribe``
into encoded words that no mail program reads as an address.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from uuid import UUID

POLICY = SMTP.clone(refold_source="none", cte_type="7bit")
LINE_LENGTH = 76

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def one_line(text: str) -> str:
    """The text in one line, without anything that ends a header or turns the direction of writing round."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where there are any, with an ellipsis where something is gone."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:-—") + "…"


def unstructured(name: str, value: str) -> str:
    """A header of free text, folded, in encoded words where it is not plain ASCII."""
    text = one_line(value)
    return _folded(name, text, "us-ascii" if _is_plain(text) else "utf-8")


def mailbox(name: str, display_name: str, address: str) -> str:
    """A header of one person. Raises ``ValueError`` for an address that holds a line break or is not plain ASCII."""
    if one_line(address) != address or not address.isascii():
        raise ValueError(f"“{one_line(address)}” is no address a mail can be sent to.")
    shown = one_line(display_name)
    return formataddr((shown, address)) if _is_plain(shown) else f"{_folded(name, shown, 'utf-8')} <{address}>"


def _is_plain(text: str) -> bool:
    """Plain ASCII that nobody would take for an encoded word."""
    return text.isascii() and "=?" not in text


def _folded(name: str, text: str, charset: str) -> str:
    return Header(text, charset, maxlinelen=LINE_LENGTH, header_name=name).encode(linesep="\r\n")


def message_id_for(key: UUID, sender: str) -> str:
    return f"<{key}@{domain_of(sender)}>"


@cache
def domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def moment(value: datetime) -> str:
    return format_datetime(value)


def assemble(headers: Mapping[str, str], text: str, html: str, *, language: str, boundary: str) -> EmailMessage:
    """A message with a text and an HTML part. ``headers`` are folded already and stand in this order."""
    message = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        message.set_raw(name, value)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message.set_boundary(boundary)
    message["Content-Language"] = language
    return message
