"""The machine: every verb there is, and between which states it may ever move a project.

Tracks (``workflows/tracks/*.toml``) narrow this machine and can never widen it; ``standards.checks`` proves that at
start-up. Nobody calls these methods but ``standards.transitions.perform``: they change the instance and save nothing.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from workflows.states import STATE_LABELS, State

PUBLIC_STATES = (State.PUBLISHED, State.WITHDRAWN)
UNDER_WAY = (State.PROPOSAL, State.DRAFT, State.PUBLIC_COMMENT, State.APPROVAL)
ENDED = (State.CANCELLED, State.WITHDRAWN)


def is_running(project: Any) -> bool:
    return not project.on_hold


def is_on_hold(project: Any) -> bool:
    return bool(project.on_hold)


class Pipeline(FSMModelMixin, models.Model):
    """Where a project stands, and the verbs that move it."""

    state = FSMField(
        _("state"),
        max_length=20,
        default=State.PROPOSAL,
        choices=[(state.value, STATE_LABELS[state].en) for state in State],
        protected=True,
        editable=False,
        db_index=True,
    )
    on_hold = models.BooleanField(_("on hold"), default=False, editable=False)
    cancelled_from = models.CharField(max_length=20, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @transition(field=state, source=State.PROPOSAL, target=State.DRAFT, conditions=[is_running])
    def start_draft(self) -> None:
        """Drafting begins."""

    @transition(field=state, source=[State.PROPOSAL, State.DRAFT], target=State.PUBLIC_COMMENT, conditions=[is_running])
    def open_comment(self) -> None:
        """The draft goes to the public; from proposal only on the fast track of an adoption."""

    @transition(field=state, source=[State.PUBLIC_COMMENT, State.APPROVAL], target=State.DRAFT, conditions=[is_running])
    def return_to_draft(self) -> None:
        """Back to the drafters; a new round begins."""

    @transition(
        field=state,
        source=[State.PROPOSAL, State.DRAFT, State.PUBLIC_COMMENT],
        target=State.APPROVAL,
        conditions=[is_running],
    )
    def submit(self) -> None:
        """Handed in for approval; from proposal only for a conversion or revision."""

    @transition(
        field=state,
        source=[State.DRAFT, State.PUBLIC_COMMENT, State.APPROVAL],
        target=State.PUBLISHED,
        conditions=[is_running],
    )
    def publish(self) -> None:
        """The standard is out."""

    @transition(field=state, source=[*UNDER_WAY, State.PUBLISHED], target=None, conditions=[is_running])
    def advance(self) -> None:
        """To another stage of the same state."""

    @transition(field=state, source=list(UNDER_WAY), target=None, conditions=[is_running])
    def hold(self) -> None:
        """The clock stops."""
        self.on_hold = True

    @transition(field=state, source=list(UNDER_WAY), target=None, conditions=[is_on_hold])
    def resume(self) -> None:
        """The clock runs again."""
        self.on_hold = False

    @transition(field=state, source=list(UNDER_WAY), target=State.CANCELLED)
    def cancel(self) -> None:
        """Given up before publication."""
        self.cancelled_from = str(self.state)
        self.on_hold = False

    @transition(field=state, source=State.CANCELLED, target=RETURN_VALUE(*UNDER_WAY))
    def reinstate(self) -> State:
        """Taken up again, where it was cancelled."""
        back = State(self.cancelled_from or State.PROPOSAL)
        self.cancelled_from = ""
        return back

    @transition(field=state, source=State.PUBLISHED, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """No longer in force."""
