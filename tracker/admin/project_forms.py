"""The forms in which staff register a project and edit its facts.

They only collect: what can be taken is decided by ``standards.edits``, whose refusals come back to the fields here.
Dates are text in the form YYYY-MM-DD, as a browser's date field sends them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin import widgets
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from standards.models import Committee, Link, Project, Relation
from standards.numbers import ParsedNumber, parse
from standards.querysets import sees_embargoed
from standards.snapshots import project_snapshot
from tracker.admin.filters import indented
from tracker.admin.finding import Unfound, find_project
from tracker.admin.labels import stage_name, state_name
from workflows.library import Track
from workflows.states import NumberKind, State

JSON = Mapping[str, Any]

PLAIN = ("title", "title_zh", "target", "deliverable", "comment_from", "comment_until", "comment_url",
         "published_on", "in_force_on", "note", "embargoed")  # fmt: skip
FIELD_OF = {"committees": "lead", "links": "link_to", "state": "place", "stage": "place", "effective_on": "on"}
"""Where a refusal is shown, when the form asks for the fact under another name."""


class LongText(forms.CharField):
    """Text of several lines; browsers send CRLF for a line break, which alone is no change."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def day_field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.DateInput(attrs={"type": "date", "class": "vDateField"})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget)


def line_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    widget = widgets.AdminTextInputWidget()
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget, strip=False)


def text_field(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    widget = widgets.AdminTextareaWidget(attrs={"rows": rows})
    return LongText(label=label, required=False, help_text=help_text, widget=widget, strip=False)


class Entered(forms.Form):
    """What every form on a project has: the words for its history entry, and showing a refusal at its field."""

    source = line_field(_("Source"), _("Where this is stated: a document, a letter, a web page."))

    def clean(self) -> dict[str, Any]:
        if "expected_rev" in self.errors:
            self.add_error(None, gettext("This form came back incomplete. Open the page again and repeat your entry."))
        return super().clean() or {}

    def show(self, errors: Mapping[str, str]) -> None:
        """Put each refusal at the field it is about, or above the form."""
        for name, reason in errors.items():
            field = FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, reason)


class FactsForm(Entered):
    """The facts of a project, as one person saw them."""

    title = line_field(_("Title"))
    title_zh = line_field(_("Chinese title"))
    numbers = text_field(
        _("Numbers"), _("One a line, as it is written; a malformed one is kept and marked, never mended."), rows=3
    )
    target = line_field(_("Target"), _("As exactly as it is known: 2026, 2026-H1, 2026-Q1, 2026-03 or 2026-03-31."))
    lead = forms.ChoiceField(label=_("Lead committee"), required=False)
    others = forms.MultipleChoiceField(
        label=_("Further committees"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tree"}),
    )
    responsible = forms.ChoiceField(label=_("Responsible person"), required=False)
    deliverable = line_field(_("Deliverable"))
    comment_from = day_field(_("Comment from"))
    comment_until = day_field(_("Comment until"), _("The last day on which comments are taken."))
    comment_url = line_field(_("Where to comment"), _("A web address, with https://"))
    published_on = day_field(_("Published on"))
    in_force_on = day_field(_("In force on"))
    note = text_field(_("Note"), _("About the project; it stays with it, for staff and visitors."))
    embargoed = forms.BooleanField(
        label=_("Embargoed"), required=False, help_text=_("Shown only to those who may see embargoed projects.")
    )
    links_gone = forms.MultipleChoiceField(
        label=_("Links to take away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    link_rel = forms.ChoiceField(label=_("New link"), required=False)
    link_to = line_field(
        pgettext_lazy("link", "to"), _("A project's number, its address here or its id; or a web address elsewhere.")
    )

    def __init__(self, data: Any = None, *, person: Any, links: Iterable[Link] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._person, self._links = person, list(links)
        self._previous: JSON = self.initial.get("snapshot", {})
        committees = [(committee.slug, indented(committee)) for committee in Committee.objects.in_tree_order()]
        self._choose("lead", [("", "–"), *committees])
        self._choose("others", committees)
        self._choose("responsible", [("", "–"), *people(self.initial.get("responsible"))])
        self._choose("link_rel", [("", "–"), *Relation.choices])
        shown = [(str(link.pk), str(link)) for link in self._links if _may_see(person, link)]
        self._choose("links_gone", shown)
        if not shown:
            del self.fields["links_gone"]
        if not sees_embargoed(person):
            del self.fields["embargoed"]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What this person changed, by the names and in the forms of ``edits.edit``."""
        changed = set(self.changed_data)
        facts: dict[str, Any] = {name: self.cleaned_data[name] for name in PLAIN if name in changed}
        if "numbers" in changed:
            facts["numbers"] = read_numbers(self.cleaned_data["numbers"], self._previous.get("numbers", []))
        if changed & {"lead", "others"}:
            facts["committees"] = self._committees()
        if "responsible" in changed:
            chosen = self.cleaned_data["responsible"]
            facts["responsible"] = get_user_model()._default_manager.get(pk=chosen) if chosen else None  # noqa: SLF001
        if changed & {"links_gone", "link_rel", "link_to"}:
            facts["links"] = self._wanted_links()
        return facts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("others") and not cleaned.get("lead"):
            self.add_error("lead", gettext("Choose the committee that leads."))
        if bool(cleaned.get("link_rel")) != bool((cleaned.get("link_to") or "").strip()):
            self.add_error("link_to", gettext("A link needs both: what it is, and where it leads."))
        elif cleaned.get("link_rel"):
            self._find_link_target(cleaned)
        return cleaned

    def _find_link_target(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["link_target"] = find_project(cleaned["link_to"], self._person)
        except Unfound as error:
            self.add_error("link_to", str(error))

    def _committees(self) -> list[str]:
        """The leading one first, the others in the order they had, new ones last."""
        lead, chosen = self.cleaned_data["lead"], self.cleaned_data["others"]
        before = [slug for slug in self._previous.get("committees", []) if slug in chosen]
        return list(dict.fromkeys(slug for slug in [lead, *before, *chosen] if slug))

    def _wanted_links(self) -> list[tuple[str, Any]]:
        gone = self.cleaned_data.get("links_gone", [])
        kept = [(link.rel, link.other or link.url) for link in self._links if str(link.pk) not in gone]
        new = self.cleaned_data.get("link_rel")
        return [*kept, (new, self.cleaned_data["link_target"])] if new else kept


class EditForm(FactsForm):
    """Editing: with the revision the person saw, and what the history entry shall say."""

    expected_rev = forms.IntegerField(widget=forms.HiddenInput)
    on = day_field(_("As of"), _("The day it became true at the body; empty where that is not known."))
    why = text_field(_("Why"), _("For the history: whoever reads it later will ask."), rows=2)


class RegisterForm(FactsForm):
    """A project that exists at its body and is new here."""

    place = forms.ChoiceField(label=_("Where it stands"))
    on = day_field(_("There since"), _("The day it entered this state at its body; empty where that is not known."))

    def __init__(self, data: Any = None, *, track: Track, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._choose("place", places(track))
        self.fields["source"].required = True
        del self.fields["link_rel"], self.fields["link_to"]

    def place_chosen(self) -> tuple[str, str]:
        """State and stage; the stage is empty where the body has none for the state."""
        state, _slash, stage = self.cleaned_data["place"].partition("/")
        return state, stage


def merged(posted: QueryDict, form: FactsForm, project: Project) -> QueryDict:
    """What was posted, with every field its sender left alone as it is on record now, to be saved on top of that."""
    data, now = posted.copy(), initial_facts(project_snapshot(project))
    for name in form.fields.keys() & now.keys() - set(form.changed_data):
        value = now[name]
        data.setlist(name, value if isinstance(value, list) else [value] if value is not False else [])
    data["expected_rev"] = str(project.rev)
    return data


def changed_twice(before: FactsForm, now: FactsForm) -> list[str]:
    """The fields that the form's sender changed and somebody else changed, too."""
    names = [name for name in before.changed_data if name in before.initial and name in now.fields]
    return [name for name in names if name != "expected_rev" and before.initial[name] != now.initial[name]]


def places(track: Track) -> list[tuple[Any, Any]]:
    """Every place in a procedure as choices: states, and the body's stages inside."""
    return [("", "–"), *((state_name(state), _places_in(state, track)) for state in track.states)]


def _places_in(state: State, track: Track) -> list[tuple[str, str]]:
    name = state_name(state)
    stages = [(f"{state}/{stage.code}", f"{name} – {stage_name(stage)}") for stage in track.stages_in(state)]
    return stages or [(f"{state}/", name)]


def _may_see(person: Any, link: Link) -> bool:
    return link.other is None or not link.other.embargoed or sees_embargoed(person)


def people(present: Any = None) -> list[tuple[str, str]]:
    """Active staff, and whoever is responsible at present."""
    eligible = Q(is_active=True, is_staff=True) | Q(pk=present or None)
    found = get_user_model()._default_manager.filter(eligible).order_by("username")  # noqa: SLF001
    return [(str(person.pk), person.get_full_name() or person.get_username()) for person in found]


def initial_facts(snapshot: JSON) -> dict[str, Any]:
    """The form's first values, from a project's facts as history keeps them."""
    committees = list(snapshot["committees"])
    return {name: snapshot[name] if snapshot[name] is not None else "" for name in PLAIN if name != "target"} | {
        "snapshot": snapshot,
        "numbers": "\n".join(number["raw"] for number in snapshot["numbers"]),
        "target": snapshot["target"]["text"] if snapshot["target"] else "",
        "lead": committees[0] if committees else "",
        "others": committees[1:],
        "responsible": str(snapshot["responsible"] or ""),
    }


def read_numbers(text: str, before: Iterable[JSON]) -> list[ParsedNumber]:
    """The numbers of a text, one a line. A number that was there keeps its kind."""
    kinds = {number["raw"]: NumberKind(number["kind"]) for number in before}
    lines = [line.strip() for line in text.splitlines()]
    return [parse(line, kinds.get(line)) for line in lines if line]
