"""What a reader may narrow the projects by: read from the address, refused with a sentence where it makes no sense."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards.models import Committee
from standards.querysets import PATH_SEPARATOR, ProjectQuerySet
from standards.speech import told
from workflows.library import library
from workflows.states import LEVEL_LABELS, STATE_LABELS, Level, State

MOST_WORDS, LONGEST_QUERY = 8, 100
UNKNOWN = {"invalid_choice": gettext_lazy("There is no “%(value)s” to choose here.")}


def _codes(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(code), str(code)) for code in codes]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select; ``depth`` is how far down the tree it stands."""

    value: str
    label: str
    chosen: bool
    depth: int = 0

    @property
    def indent(self) -> str:
        return "\u2003" * self.depth


class ProjectFilter(forms.Form):
    """The filters of the address. Parameters it does not know are left alone: they may be those of a mail program."""

    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=LONGEST_QUERY)
    committee = forms.CharField(label=gettext_lazy("Committee"), required=False, max_length=80)
    track = forms.ChoiceField(
        label=gettext_lazy("Procedure"), required=False, choices=lambda: _codes(library()), error_messages=UNKNOWN
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"), required=False, choices=_codes(Level), error_messages=UNKNOWN
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=_codes(State), error_messages=UNKNOWN
    )
    overdue = forms.BooleanField(label=gettext_lazy("Overdue only"), required=False)
    view = forms.ChoiceField(required=False, choices=_codes(["list"]), error_messages=UNKNOWN)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if len(words.split()) > MOST_WORDS:
            raise forms.ValidationError(_("Search for %(most)d words at most.") % {"most": MOST_WORDS})
        return words

    def clean_committee(self) -> str:
        slug: str = self.cleaned_data["committee"]
        if slug and not any(committee.slug == slug for committee in self._committees):
            raise forms.ValidationError(_("There is no committee “%(slug)s”.") % {"slug": slug})
        return slug

    @property
    def state_wanted(self) -> str:
        state: str = self.cleaned_data["state"]
        return state

    @property
    def as_list(self) -> bool:
        """One state is read as a list; the whole pipeline as a board, unless a list is asked for."""
        return bool(self.state_wanted or self.cleaned_data["view"] or self.cleaned_data["before"])

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data[name] for name in ("q", "committee", "track", "level", "overdue"))

    def narrow(self, projects: ProjectQuerySet, on: date) -> ProjectQuerySet:
        """The projects that all filters leave but that of the state, overdue as of the day ``on``."""
        wanted = self.cleaned_data
        same = {"track_code": wanted["track"], "level": wanted["level"]}
        found = projects.filter(**{name: value for name, value in same.items() if value})
        found = found.in_committee(wanted["committee"]) if wanted["committee"] else found
        found = found.matching(wanted["q"]) if wanted["q"] else found
        return found.overdue(on) if wanted["overdue"] else found

    @cached_property
    def _committees(self) -> list[Committee]:
        """All there are, for the select: a country has them by the hundred, not by the hundred thousand."""
        return list(Committee.objects.in_tree_order().only("slug", "name", "name_zh", "path"))

    @property
    def committee_choices(self) -> list[Choice]:
        chosen = self.data.get("committee")
        return [
            Choice(c.slug, str(c), c.slug == chosen, c.path.strip(PATH_SEPARATOR).count(PATH_SEPARATOR))
            for c in self._committees
        ]

    @property
    def track_choices(self) -> list[Choice]:
        return self._choices("track", {code: told(track.name) for code, track in library().items()})

    @property
    def level_choices(self) -> list[Choice]:
        return self._choices("level", {level: told(LEVEL_LABELS[level]) for level in Level})

    @property
    def state_choices(self) -> list[Choice]:
        return self._choices("state", {state: told(STATE_LABELS[state]) for state in State})

    def _choices(self, name: str, labels: dict[Any, str]) -> list[Choice]:
        return [Choice(str(value), label, str(value) == self.data.get(name)) for value, label in labels.items()]
