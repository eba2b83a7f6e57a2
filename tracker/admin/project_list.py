"""The list of projects: what each column says, and how a project is found."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.models import Deadline, Number, Project
from standards.number_faults import told_fault
from standards.numbers import parse
from standards.querysets import ProjectQuerySet
from standards.speech import told
from tracker.admin.filters import FILTERS
from tracker.admin.labels import stage_of, state_name, target_name, track_name
from tracker.admin.paging import LongList
from tracker.admin.records import Audited
from tracker.templatetags.pages import deliverable
from tracker.wording import day_in_words

SHOWN_NUMBERS = 3


class ProjectList(LongList, Audited):
    """The list's part of the project's admin."""

    list_display = ("titled", "numbered", "standing", "committee", "planned", "since_day", "procedure")
    list_display_links = ("titled",)
    list_filter = FILTERS
    search_fields = ("title",)
    search_help_text = _("A number in any spelling (GBT45401.1, 20252081–Z–469) or words of the title")
    ordering = ("-rev",)

    def get_queryset(self, request: HttpRequest) -> ProjectQuerySet:
        return Project.objects.visible_to(request.user).for_list()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[ProjectQuerySet, bool]:
        return found(queryset, search_term), False

    @admin.display(description=_("title"), ordering="title")
    def titled(self, project: Project) -> str:
        return str(project)

    @admin.display(description=_("number"), empty_value="–")
    def numbered(self, project: Project) -> SafeString | None:
        numbers = list(project.numbers.all())
        more = len(numbers) - SHOWN_NUMBERS
        rows = [number_in_list(number) for number in numbers[:SHOWN_NUMBERS]]
        if more > 0:
            rows.append(format_html('<span class="quiet">{}</span>', gettext("and %(more)d more") % {"more": more}))
        return format_html_join("", "<div>{}</div>", ([row] for row in rows)) or None

    @admin.display(description=_("state and stage"), ordering="state")
    def standing(self, project: Project) -> SafeString:
        hold = format_html(' <span class="flag hold">{}</span>', gettext("on hold")) if project.on_hold else ""
        hidden = format_html(' <span class="flag">{}</span>', gettext("embargoed")) if project.embargoed else ""
        return format_html(
            '<span class="state state-{}">{}</span>{}{}<div class="quiet">{}</div>',
            project.state, state_name(project.state), hold, hidden, stage_of(project),
        )  # fmt: skip

    @admin.display(description=_("lead committee"), empty_value="–")
    def committee(self, project: Project) -> SafeString | None:
        committees = [assignment.committee for assignment in project.assignments.all()]
        if not committees:
            return None
        others = gettext("and %(more)d more") % {"more": len(committees) - 1} if committees[1:] else ""
        return format_html('{}<div class="quiet">{}</div>', committees[0], others)

    @admin.display(description=_("due"), ordering=F("target_due").asc(nulls_last=True), empty_value="–")
    def planned(self, project: Project) -> SafeString | None:
        deadlines: list[Deadline] = project.open_deadlines  # type: ignore[attr-defined]
        return due_in_list(deadlines[0], localdate()) if deadlines else None

    @admin.display(description=_("since"), ordering=F("since").asc(nulls_last=True), empty_value="–")
    def since_day(self, project: Project) -> str | None:
        return told(day_in_words(project.since)) if project.since else None

    @admin.display(description=_("procedure"), ordering="track_code")
    def procedure(self, project: Project) -> SafeString:
        return format_html('{}<div class="quiet">{}</div>', deliverable(project), track_name(project.track_code))


def found(queryset: ProjectQuerySet, term: str) -> ProjectQuerySet:
    """Projects with every word in title or number, the number read in any spelling."""
    if not term.strip():
        return queryset
    number = parse(term).value
    return queryset.matching(term) | queryset.matching(number) | queryset.numbered(term)


def number_in_list(number: Number) -> SafeString:
    if number.valid:
        return format_html('<span class="number">{}</span>', number.value)
    return format_html(
        '<span class="number" title="{}">{}</span> <span class="flag bad">{}</span>',
        told_fault(number.problem), number.raw, gettext("malformed"),
    )  # fmt: skip


def due_in_list(deadline: Deadline, today: date) -> SafeString:
    """The planned time in words with its last day; a deadline that has passed says so in words."""
    words, day = target_name(deadline.text), told(day_in_words(deadline.due))
    passed = (
        format_html('<div><span class="flag late">{}</span></div>', gettext("overdue")) if deadline.due < today else ""
    )
    last = format_html('<div class="quiet">{}</div>', day) if words != day else ""
    return format_html('<span class="due">{}</span>{}{}', words, last, passed)
