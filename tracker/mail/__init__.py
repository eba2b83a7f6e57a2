"""Mail: the letters there are, and the only code that sends them.

``compose`` writes the letter of a notification; ``transport().send`` hands it over and says in which way it failed.
"""

from tracker.mail.letters import compose, deadline_reminder
from tracker.mail.message import message_id_for
from tracker.mail.sending import (
    CutOff,
    Deferred,
    Envelope,
    NotSent,
    Refused,
    Transport,
    TurnedAway,
    Uncertain,
    Unreachable,
    Withheld,
    envelope_for,
    hang_up,
    transport,
)

__all__ = [
    "CutOff",
    "Deferred",
    "Envelope",
    "NotSent",
    "Refused",
    "Transport",
    "TurnedAway",
    "Uncertain",
    "Unreachable",
    "Withheld",
    "compose",
    "deadline_reminder",
    "envelope_for",
    "hang_up",
    "message_id_for",
    "transport",
]
