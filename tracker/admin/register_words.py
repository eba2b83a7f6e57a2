"""What an upload would do with each row, in words for the person at the screen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.importers.plan import Action
from standards.models import Change, Committee, Project
from standards.speech import told
from tracker.admin.labels import state_name, target_with_day, verb_name
from tracker.admin.telling import FACT_LABELS, FactChange
from tracker.jobs import Job, JobRow
from tracker.wording import day_in_words

JSON = Mapping[str, Any]

ACTION_LABELS: Mapping[str, Any] = {
    Action.BAD: _("with errors"),
    Action.FLAGGED: _("to be looked at"),
    Action.REPEATED: _("repeated in the file"),
    Action.NEW: _("new"),
    Action.MOVED: _("moved"),
    Action.CHANGED: _("changed"),
    Action.UNCHANGED: _("unchanged"),
}

COLUMN_LABELS: Mapping[str, Any] = {
    "number": _("number"),
    "title": _("English title"),
    "title_zh": _("Chinese title"),
    "nature": _("nature (recommended, GB/Z, TS …)"),
    "committee": _("committee"),
    "stage": _("stage or state"),
    "target": _("planned publication"),
    "effective_on": _("at this stage since"),
    "published_on": _("published on"),
    "in_force_on": _("in force on"),
    "note": _("note"),
    "source_id": _("id in this register"),
    "track": _("procedure"),
    "body": _("issuing body"),
}
"""What the columns known to the importer are called, in the order in which they are offered."""

_DAYS = ("published_on", "in_force_on")


@dataclass(frozen=True, slots=True)
class Told:
    """One row. ``url`` leads to its project where there is one; ``move`` says from where to where, or where it begins.

    ``similar`` are (words, address) of what may be the same.
    """

    line: int
    action: str
    action_label: str
    label: str
    url: str
    move: str
    facts: tuple[FactChange, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    similar: tuple[tuple[str, str], ...] = ()
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the slugs and ids of some rows stand for, for one reader, fetched in two or three queries."""

    committees: Mapping[str, str] = field(default_factory=dict)
    visible: frozenset[str] = frozenset()
    made: Mapping[int, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job, rows: Sequence[JobRow], reader: Any) -> "Names":
        """Names for everything these rows mention; ``made`` are the projects that their writing has brought."""
        slugs = {slug for row in rows for slug in _slugs(row.content)}
        made = _made(job, rows)
        ids = {each for row in rows for each in _ids(row.content)} | set(map(str, made.values()))
        return cls(
            {committee.slug: str(committee) for committee in Committee.objects.filter(slug__in=slugs)} if slugs else {},
            frozenset(map(str, Project.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))),
            made,
        )


def _slugs(content: JSON) -> Iterable[str]:
    for slugs in content.get("changes", {}).get("committees", ()):
        yield from slugs or ()
    yield from content.get("fresh", {}).get("committees", ())


def _ids(content: JSON) -> Iterable[str]:
    yield from filter(None, [content.get("project"), *(each["project"] for each in content.get("similar", ()))])


def _made(job: Job, rows: Sequence[JobRow]) -> dict[int, UUID]:
    """The new projects by their rows: the history of each names file and row."""
    new = {f"{job.subject[:200]}, row {row.number}": row.number for row in rows if row.outcome == Action.NEW}
    if not new or "revs" not in job.result:
        return {}
    first, last = job.result["revs"]
    changes = Change.objects.filter(rev__gt=first, rev__lte=last, kind=Change.Kind.REGISTERED, source__in=list(new))
    return {new[source]: project for source, project in changes.values_list("source", "project_id") if project}


def told_rows(job: Job, rows: Sequence[JobRow], reader: Any) -> list[Told]:
    """The rows in words, for one reader."""
    names = Names.of(job, rows, reader)
    return [_told(row, names) for row in rows]


def _told(row: JobRow, names: Names) -> Told:
    content = row.content
    project = content.get("project")
    label = str(ACTION_LABELS.get(row.outcome, row.outcome))
    if project and project not in names.visible:
        return Told(row.number, row.outcome, label, gettext("a project you may not see"), "", "")
    made = str(names.made.get(row.number) or project or "")
    return Told(
        line=row.number,
        action=row.outcome,
        action_label=label,
        label=content.get("label", ""),
        url=_url(made) if made in names.visible else "",
        move=_move(content),
        facts=tuple(_facts(content, names)),
        problems=tuple(content.get("problems", ())),
        warnings=tuple(content.get("warnings", ())),
        similar=tuple(_similar(content, names)),
        same_as=content.get("same_as"),
    )


def _url(project: str) -> str:
    return reverse("admin:standards_project_change", args=[project])


def _move(content: JSON) -> str:
    if move := content.get("move"):
        words = {
            "way": " → ".join([_place(move["from"]), *map(verb_name, move["verbs"]), _place(move["to"])]),
            "day": told(day_in_words(date.fromisoformat(move["on"]))),
        }
        return gettext("%(way)s, on %(day)s") % words
    return _place(content) if content.get("fresh") and content.get("state") else ""


def _place(place: JSON) -> str:
    return " ".join(filter(None, (state_name(place["state"]), place.get("stage"))))


def _facts(content: JSON, names: Names) -> Iterable[FactChange]:
    for name, (old, new) in _in_order(content.get("changes", {})):
        is_list = isinstance(new, list)
        yield FactChange(_label(name), _values(name, old, names), _values(name, new, names), is_list)
    for name, new in _in_order(content.get("fresh", {})):
        if new:
            yield FactChange(_label(name), (), _values(name, new, names), isinstance(new, list))


def _in_order(facts: JSON) -> list[tuple[str, Any]]:
    """The facts in the order in which facts are read; the database gives them back in one of its own."""
    known = list(FACT_LABELS)
    return sorted(facts.items(), key=lambda fact: known.index(fact[0]) if fact[0] in known else len(known))


def _label(name: str) -> str:
    return gettext("id in this register") if name == "origin" else str(FACT_LABELS.get(name, name))


def _values(name: str, value: Any, names: Names) -> tuple[str, ...]:
    if value in (None, "", []):
        return ()
    tellers: Mapping[str, Callable[[str], str]] = {
        "committees": lambda slug: names.committees.get(slug, slug),
        "target": target_with_day,
        **{day: lambda text: told(day_in_words(date.fromisoformat(text))) for day in _DAYS},
    }
    tell = tellers.get(name, str)
    return tuple(tell(str(each)) for each in (value if isinstance(value, list) else [value]))


def _similar(content: JSON, names: Names) -> Iterable[tuple[str, str]]:
    for each in content.get("similar", ()):
        if each["project"] is None:
            yield gettext("row %(line)s: %(label)s") % {"line": each["line"], "label": each["label"]}, ""
        elif each["project"] in names.visible:
            yield each["label"], _url(each["project"])


def action_name(action: str) -> str:
    return capfirst(str(ACTION_LABELS.get(action, action)))
