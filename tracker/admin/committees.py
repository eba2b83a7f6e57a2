"""Committees and bodies under /admin/. A committee is saved by ``edits.record_committee``, with its facts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import widgets
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.edits import record_committee
from standards.models import Body, Committee, CommitteeFact, Project
from standards.querysets import sees_embargoed
from tracker.admin.filters import indented
from tracker.admin.history_page import entries, page_of_history
from tracker.admin.labels import state_name
from tracker.admin.records import Audited
from workflows.states import State


class TreeChoice(forms.ModelChoiceField):
    """Committees as a tree: in the order of their paths, each set in by its depth."""

    def label_from_instance(self, obj: Any) -> str:
        return indented(obj)


class OnePerLine(forms.CharField):
    """A list of texts, one a line."""

    widget = widgets.AdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class CommitteeForm(forms.ModelForm):
    """A committee's own facts, and the source that its history entry shall name."""

    parent = TreeChoice(queryset=Committee.objects.in_tree_order(), required=False, label=_("Part of"))
    aliases = OnePerLine(label=_("Also written"), required=False, help_text=_("One a line."))
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("Where this is stated; for the history."),
        widget=widgets.AdminTextInputWidget(),
    )

    class Meta:
        model = Committee
        fields = ("slug", "name", "name_zh", "body", "parent", "kind", "reference", "aliases",
                  "secretariat_name", "secretariat_email")  # fmt: skip

    def clean_parent(self) -> Committee | None:
        above: Committee | None = self.cleaned_data["parent"]
        own_path = self.instance.path
        if above and own_path and above.path.startswith(own_path):
            raise forms.ValidationError(gettext("A committee cannot stand below itself."))
        return above


class FactInline(admin.StackedInline):
    """What is known of a committee, each statement with its day and source; a wrong one is corrected, not deleted."""

    model = CommitteeFact
    extra = 0
    ordering = ("position", "pk")
    classes = ("collapse",)
    fields = ("key", "kind", ("label", "label_zh"), "value", ("text", "text_zh"), ("starts_on", "ends_on"),
              "stated_on", "source", "position")  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Committee)
class CommitteeAdmin(Audited):
    form = CommitteeForm
    inlines = (FactInline,)
    list_display = ("in_tree", "reference", "kind", "body", "project_count")
    list_display_links = ("in_tree",)
    list_per_page = 200
    list_select_related = ("body",)
    search_fields = ("name", "name_zh", "reference", "slug")
    ordering = ("path",)
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("name", "name_zh", "reference", "slug", "aliases")}),
        (_("Where it belongs"), {"fields": ("body", "parent", "kind")}),
        (_("Secretariat"), {"fields": ("secretariat_name", "secretariat_email")}),
        (_("For the history"), {"fields": ("source",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Committee]:
        shown = None if sees_embargoed(request.user) else Q(assignments__project__embargoed=False)
        return Committee.objects.annotate(project_total=Count("assignments", filter=shown))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    @admin.display(description=_("committee"))
    def in_tree(self, committee: Committee) -> str:
        return indented(committee)

    @admin.display(description=_("own projects"))
    def project_count(self, committee: Any) -> int:
        total: int = committee.project_total
        return total

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved together with its facts, in ``save_related``."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        save_facts = lambda: super(CommitteeAdmin, self).save_related(request, form, formsets, change)  # noqa: E731
        record_committee(form.instance, by=request.user, source=form.cleaned_data["source"], facts=save_facts)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        committee = kwargs.get("obj")
        if committee:
            context["by_state"] = projects_by_state(committee, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        committee = self.get_object(request, object_id)
        if committee is None:
            raise Http404(gettext("There is no committee with this id."))
        changes = page_of_history(committee, request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("History"),
            "subtitle": str(committee),
            "committee": committee,
            "changes": changes,
            "entries": entries(changes.object_list, request.user),
        }
        return TemplateResponse(request, "admin/standards/committee/history.html", context)


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    """Organisations that issue standards. Their slug is in every history entry, so it stays."""

    actions = None
    list_display = ("name", "name_zh", "slug")
    ordering = ("name",)
    fields = ("slug", "name", "name_zh")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def projects_by_state(committee: Committee, reader: Any) -> list[tuple[str, int, str]]:
    """State, number of projects in the committee or below it, and the list of them; in the order of the states."""
    inside = Project.objects.visible_to(reader).in_committee(committee.slug)
    counted = dict(inside.values_list("state").annotate(Count("pk")).order_by())
    return [
        (state_name(state), counted[state.value], _list_url(committee, state)) for state in State if state in counted
    ]


def _list_url(committee: Committee, state: State | None = None) -> str:
    address = f"{reverse('admin:standards_project_changelist')}?committee={committee.slug}"
    return f"{address}&state={state}" if state else address
