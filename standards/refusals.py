"""Why a change was not made: one exception for each kind of no, each with a sentence for a person.

A refusal is raised before anything is written, or rolls back what was. After one, fetch the project again: the
instance in memory may be ahead of the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards.speech import told_day
from workflows.states import Gate


@dataclass(frozen=True, slots=True)
class ShutGate:
    """A fact that must hold before a verb and does not: which, and what to do about it."""

    gate: Gate
    reason: str


class Refused(Exception):
    """A change that was asked for and not made. ``str()`` of it is a sentence for the person who asked."""

    title = gettext_lazy("Not done")


class Illegal(Refused):
    """The procedure has no such move from where the project stands."""

    title = gettext_lazy("The procedure does not allow this move")


class GatesShut(Refused):
    """The move exists, and facts it needs are missing; ``shut`` names every one of them."""

    title = gettext_lazy("Something must be true first")

    def __init__(self, shut: Sequence[ShutGate]) -> None:
        self.shut = tuple(shut)
        super().__init__(" ".join(gate.reason for gate in self.shut))


class NotPermitted(Refused):
    """The person may not do this."""

    title = gettext_lazy("You may not do this")


class BadFacts(Refused):
    """Values that cannot be taken; ``errors`` maps each field to the reason."""

    title = gettext_lazy("Something in the form cannot be taken")

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{field}: {reason}" for field, reason in self.errors.items()))


class Stale(Refused):
    """Somebody changed the project since the caller looked at it."""

    title = gettext_lazy("Somebody else changed this project")

    def __init__(self, *, expected: int, actual: int, by: str, what: str, at: datetime) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(
            _(
                "This project was changed after you opened it: %(what)s, by %(by)s, recorded %(at)s. "
                "Look at it again (it is at revision %(actual)d, you saw %(expected)d) and decide anew."
            )
            % {
                "what": what,
                "by": by,
                "at": f"{told_day(at.date())} {at:%H:%M} UTC",
                "actual": actual,
                "expected": expected,
            }
        )
