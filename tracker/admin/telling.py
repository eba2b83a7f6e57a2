"""Facts as history keeps them (codes, slugs, ids), told to people: names, words and dates in their language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.models import Committee, Project, Relation
from standards.speech import labelled, told, with_aside
from tracker.admin.labels import level_name, stage_name, state_name, target_with_day, track_name
from tracker.wording import day_in_words
from workflows.library import UnknownStage, UnknownTrack, track
from workflows.states import NUMBER_KIND_LABELS, NumberKind

JSON = Mapping[str, Any]

FACT_LABELS: Mapping[str, Any] = {
    "title": _("title"),
    "title_zh": _("Chinese title"),
    "state": _("state"),
    "stage": _("stage"),
    "since": _("in this state since"),
    "on_hold": _("on hold"),
    "cancelled_from": _("cancelled from"),
    "round": _("round"),
    "numbers": _("numbers"),
    "target": _("target"),
    "comment_from": _("comment from"),
    "comment_until": _("comment until"),
    "comment_url": _("where to comment"),
    "published_on": _("published on"),
    "in_force_on": _("in force on"),
    "committees": _("committees"),
    "responsible": _("responsible person"),
    "links": _("links"),
    "note": _("note"),
    "track": _("procedure"),
    "level": _("level"),
    "deliverable": _("deliverable"),
    "body": _("body"),
    "embargoed": _("embargoed"),
    "name": _("name"),
    "name_zh": _("Chinese name"),
    "parent": _("part of"),
    "kind": _("kind"),
    "reference": _("reference"),
    "aliases": _("also written"),
    "facts": _("facts"),
    "slug": _("slug"),
}


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact before and after; lists also say what came and what went. Empty tuples: there was nothing."""

    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    is_list: bool = False

    @property
    def gone(self) -> list[str]:
        return [value for value in self.old if value not in self.new]

    @property
    def come(self) -> list[str]:
        return [value for value in self.new if value not in self.old]

    @property
    def reordered(self) -> bool:
        return self.is_list and not self.gone and not self.come


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact as it is."""

    label: str
    values: tuple[str, ...]


def fact_names(delta: JSON) -> list[str]:
    """What the changed facts are called, in the order in which facts are read."""
    return [str(FACT_LABELS.get(name, name)) for name in _in_order(delta)]


def _in_order(facts: JSON, leave_out: Iterable[str] = ()) -> list[str]:
    known = [name for name in FACT_LABELS if name in facts]
    return [name for name in [*known, *sorted(facts.keys() - FACT_LABELS.keys())] if name not in leave_out]


@dataclass(frozen=True, slots=True)
class Names:
    """What the slugs and ids in some histories stand for, for one reader, fetched in three queries."""

    committees: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def in_facts(cls, all_facts: Iterable[JSON], reader: Any) -> "Names":
        """Names for everything these facts mention; a project the reader may not know of stays without one."""
        facts = list(all_facts)
        slugs = {slug for one in facts for slug in [*(one.get("committees") or ()), one.get("parent")] if slug}
        ids = {one["responsible"] for one in facts if one.get("responsible")}
        linked = {link["project"] for one in facts for link in one.get("links") or () if link.get("project")}
        return cls(
            {committee.slug: str(committee) for committee in Committee.objects.filter(slug__in=slugs)} if slugs else {},
            {person.pk: person_name(person) for person in _people(ids)} if ids else {},
            {str(p.pk): str(p) for p in Project.objects.visible_to(reader).filter(pk__in=linked)} if linked else {},
        )


def _people(ids: set[int]) -> Iterable[Any]:
    return get_user_model()._default_manager.filter(pk__in=ids)  # noqa: SLF001 - Django's name for it


def person_name(person: Any) -> str:
    """A user's name; the tracker itself where there is no user."""
    if person is None:
        return gettext("the tracker")
    return str(person.get_full_name() or person.get_username())


class Teller:
    """Tells facts of one subject; ``track_code`` says whose stage codes they are."""

    def __init__(self, names: Names, track_code: str = "") -> None:
        self._names, self._track_code = names, track_code
        self._tellers: Mapping[str, Callable[[Any], Iterable[str]]] = {
            "state": _one(state_name),
            "cancelled_from": _one(state_name),
            "stage": _one(self._stage),
            "level": _one(level_name),
            "track": _one(track_name),
            "target": lambda target: [target_with_day(target["text"])],
            "numbers": partial(map, _number),
            "committees": partial(map, self._committee),
            "parent": _one(self._committee),
            "responsible": _one(self._person),
            "links": partial(map, self._link),
            "facts": partial(map, _committee_fact),
            "aliases": partial(map, str),
            **{name: _one(_day) for name in ("since", "comment_from", "comment_until", "published_on", "in_force_on")},
        }

    def tell(self, name: str, value: Any) -> tuple[str, ...]:
        """The value in words: one for plain facts, one for each entry of a list, none for nothing."""
        if isinstance(value, bool):
            return (gettext("yes") if value else gettext("no"),)
        if value in (None, "", []):
            return ()
        return tuple(self._tellers.get(name, _one(str))(value))

    def changes(self, delta: JSON, leave_out: Iterable[str] = ()) -> Iterator[FactChange]:
        """Every changed fact of a delta, in the order in which facts are read."""
        for name in _in_order(delta, leave_out):
            old, new = delta[name]
            is_list = isinstance(old, list) or isinstance(new, list)
            label = str(FACT_LABELS.get(name, name))
            yield FactChange(label, self.tell(name, old), self.tell(name, new), is_list)

    def lines(self, facts: JSON, leave_out: Iterable[str] = ()) -> Iterator[FactLine]:
        """Every fact that says something, in the order in which facts are read."""
        for name in _in_order(facts, leave_out):
            if values := self.tell(name, facts[name]):
                yield FactLine(str(FACT_LABELS.get(name, name)), values)

    def _stage(self, code: str) -> str:
        try:
            return stage_name(track(self._track_code).stage(code))
        except (UnknownTrack, UnknownStage):
            return code

    def _committee(self, slug: str) -> str:
        return self._names.committees.get(slug, slug)

    def _person(self, pk: int) -> str:
        return self._names.people.get(pk, f"#{pk}")

    def _link(self, link: JSON) -> str:
        relation = Relation(link["rel"]).label if link["rel"] in Relation.values else link["rel"]
        if "project" not in link:
            return labelled(relation, link["url"])
        return labelled(relation, self._names.projects.get(link["project"]) or gettext("a project you may not see"))


def _one(tell: Callable[[Any], str]) -> Callable[[Any], list[str]]:
    return lambda value: [tell(value)]


def _day(value: str) -> str:
    return told(day_in_words(date.fromisoformat(value)))


def _number(number: JSON) -> str:
    kind = number["kind"]
    label = told(NUMBER_KIND_LABELS[NumberKind(kind)]) if kind in set(NumberKind) else kind
    said = label if number["valid"] else with_aside(label, gettext("malformed"))
    return f"{number['raw']} – {said}"


def _committee_fact(fact: JSON) -> str:
    return str(fact["key"]) if fact.get("value") is None else labelled(fact["key"], fact["value"])
