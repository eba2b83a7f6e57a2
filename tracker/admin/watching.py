"""Watchers under /admin/: who gets mail, and what they watch. A watch is stopped, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.clock import database_now
from standards.models import Committee, Project
from standards.querysets import sees_embargoed
from tracker.admin.committees import TreeChoice
from tracker.admin.finding import Unfound, find_project
from tracker.admin.paging import LongList
from tracker.models import Watch, Watcher, known_zones
from tracker.templatetags.pages import moment


def zone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(known_zones())]


class WatcherForm(forms.ModelForm):
    """A watcher, with the time zones there are to choose from."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Reminders come in the morning on the clocks there."), choices=zone_choices
    )

    class Meta:
        model = Watcher
        fields = ("email", "name", "language", "time_zone", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("time_zone", self.instance.time_zone)


class WatchForm(forms.ModelForm):
    """One watch: a new one is chosen, an old one can be stopped."""

    named = forms.CharField(
        label=_("Project"),
        required=False,
        max_length=300,
        help_text=_("Its number, or the address of its page."),
    )
    committee = TreeChoice(
        queryset=Committee.objects.in_tree_order(), required=False, label=_("or committee with its groups")
    )
    stop = forms.BooleanField(label=_("Stop"), required=False)

    class Meta:
        model = Watch
        fields = ("committee",)

    def __init__(self, *args: Any, reader: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        if self.instance.pk:
            self.fields["named"].disabled = self.fields["committee"].disabled = True
            self.initial["named"] = str(self.instance.project or "")
        if not self.instance.pk or self.instance.stopped_at:
            self.fields["stop"].disabled = True

    def clean_named(self) -> Project | None:
        if self.instance.pk:
            project: Project | None = self.instance.project
            return project
        text = self.cleaned_data["named"]
        try:
            found = find_project(text, self.reader) if text else None
        except Unfound as unfound:
            raise forms.ValidationError(str(unfound)) from None
        if isinstance(found, str):
            raise forms.ValidationError(gettext("This address leads elsewhere; give one of a project here."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [cleaned.get("named"), cleaned.get("committee")]
        if not self.instance.pk and not self.errors and sum(map(bool, chosen)) != 1:
            raise forms.ValidationError(gettext("Choose either a project or a committee to watch."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        watch = super().save(commit=False)
        if not watch.pk:
            watch.project, watch.since = self.cleaned_data["named"], database_now()
        elif self.cleaned_data["stop"]:
            watch.stopped_at = database_now()
        if commit:
            watch.save()
        return watch


class WatchFormSet(BaseInlineFormSet):
    """All watches of one watcher; the same thing is watched once at a time."""

    reader: Any = None

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "reader": self.reader}

    def clean(self) -> None:
        super().clean()
        seen: set[Any] = set()
        for form in self.forms:
            subject = _subject(form)
            if subject is None:
                continue
            if subject in seen:
                form.add_error(None, gettext("This is watched already."))
            seen.add(subject)


def _subject(form: Any) -> Any:
    """What the form's watch is on, if it will run; None for one that is empty, wrong or stopped."""
    data = getattr(form, "cleaned_data", {})
    if form.instance.stopped_at or data.get("stop"):
        return None
    return data.get("named") or data.get("committee")


class WatchInline(admin.TabularInline):
    """Without watches on projects that the reader may not know of."""

    model = Watch
    form = WatchForm
    formset = WatchFormSet
    fields = ("named", "committee", "began", "ended", "stop")
    readonly_fields = ("began", "ended")
    extra = 1
    verbose_name = _("watch")
    verbose_name_plural = _("watches")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Watch]:
        watches = Watch.objects.select_related("project", "committee").order_by("stopped_at", "pk")
        return watches if sees_embargoed(request.user) else watches.exclude(project__embargoed=True)

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        made: Any = super().get_formset(request, obj, **kwargs)
        made.reader = request.user
        return made

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("since"))
    def began(self, watch: Watch) -> str:
        return moment(watch.since) if watch.pk else "–"

    @admin.display(description=_("stopped"))
    def ended(self, watch: Watch) -> str:
        return moment(watch.stopped_at) if watch.stopped_at else "–"


@admin.register(Watcher)
class WatcherAdmin(LongList):
    """Whoever was ever written to stays on record: set inactive, they get no more mail."""

    form = WatcherForm
    inlines = (WatchInline,)
    list_display = ("email", "name", "language", "time_zone", "watching", "active")
    list_filter = ("active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Watcher]:
        return Watcher.objects.annotate(running=Count("watches", filter=Q(watches__stopped_at=None)))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("watches"))
    def watching(self, watcher: Any) -> int:
        running: int = watcher.running
        return running
