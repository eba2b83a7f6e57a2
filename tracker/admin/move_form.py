"""The form in which staff move a project by one verb."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.guards import OPENED_BY
from standards.models import Project
from standards.speech import told
from standards.transitions import Option
from tracker.admin.finding import Unfound, find_project
from tracker.admin.labels import stage_name
from tracker.admin.project_forms import Entered, day_field, line_field, text_field
from workflows.library import Stage, Track
from workflows.states import Fact, FactKind, Verb


class MoveForm(Entered):
    """Day, facts, note and source of a move; ``perform`` decides what of it can be taken."""

    on = day_field(_("Done on"), _("The day it happened at the body, not the day you record it."))
    note = text_field(_("Note"), _("For the history, and for watchers."), rows=3)
    expected_rev = forms.IntegerField(widget=forms.HiddenInput)
    override = text_field(
        _("Reason for passing the shut gates"), _("Kept in the history beside the name of each gate."), rows=2
    )

    def __init__(self, data: Any = None, *, project: Project, option: Option, person: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._person = person
        self._asked = {fact.name: fact for fact in option.facts}
        for fact in option.facts:
            self.fields[fact.name] = _field(fact, project, option)
        self.order_fields(["on", *self._asked, "note", "source"])

    @property
    def fact_names(self) -> list[str]:
        return list(self._asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, fact in self._asked.items():
            if fact.kind == FactKind.PROJECT and cleaned.get(name):
                cleaned[name] = self._project_id(name, cleaned[name])
        return cleaned

    def _project_id(self, name: str, text: str) -> str:
        try:
            found = find_project(text, self._person)
        except Unfound as error:
            self.add_error(name, str(error))
            return ""
        return str(found.pk) if isinstance(found, Project) else text

    def facts(self) -> dict[str, str]:
        """The facts that were given, by the names of ``FACTS``."""
        return {name: self.cleaned_data[name] for name in self._asked if self.cleaned_data.get(name)}


def first_facts(project: Project, facts: tuple[Fact, ...]) -> dict[str, Any]:
    """What is on record already, so that nobody types it again."""
    known = {
        "from": project.comment_from,
        "until": project.comment_until,
        "url": project.comment_url,
        "published_on": project.published_on,
        "in_force_on": project.in_force_on,
    }
    return {fact.name: _plain(known[fact.name]) for fact in facts if known.get(fact.name)}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _field(fact: Fact, project: Project, option: Option) -> forms.Field:
    label = told(fact.label)
    if fact.kind == FactKind.DATE:
        return day_field(label)
    if fact.kind == FactKind.STAGE:
        return _stage_field(fact, project, option)
    if fact.kind == FactKind.TEXT:
        return text_field(label, rows=2)
    return line_field(label, _hints(project).get(fact.name, ""))


def _hints(project: Project) -> Mapping[str, Any]:
    return {
        "number": gettext("If it brings one; a published number looks like %(example)s.")
        % {"example": project.track.published_example},
        "url": gettext("A web address, with https://"),
        "successor": gettext("The number, address or id of the project that takes its place, if any."),
    }


def _stage_field(fact: Fact, project: Project, option: Option) -> forms.ChoiceField:
    stages = [stage for stage in project.track.stages_in(option.to) if _may_enter(stage, project, option)]
    usual = _usual_stage(project.track, project, option)
    first = "–" if fact.required else gettext("As the procedure says: %(stage)s") % {"stage": stage_name(usual) or "–"}
    choices = [("", first), *((stage.code, stage_name(stage)) for stage in stages)]
    return forms.ChoiceField(label=told(fact.label), choices=choices, required=False)


def _may_enter(stage: Stage, project: Project, option: Option) -> bool:
    return option.verb != Verb.ADVANCE or stage.code != project.stage_code


def _usual_stage(track: Track, project: Project, option: Option) -> Stage | None:
    """Where the move leads when nobody names a stage."""
    rule = track.rules[option.verb]
    return track.stage(rule.stage) if rule.stage else track.first_stage(option.to, near=project.stage_code)


def gates_opened_here(option: Option) -> set[str]:
    """The gates of this move that facts of its own form can open."""
    asked = {fact.name for fact in option.facts}
    return {gate.value for gate, openers in OPENED_BY.items() if openers & asked}
