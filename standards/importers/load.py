"""From records to rows: what is not there yet is made, what is there already belongs to the staff and is left alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from standards import edits
from standards.importers.entries import CommitteeRecord, FactRecord, ProjectRecord, Records
from standards.models import Body, Committee, CommitteeFact, Origin, Project


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each were made; the rest was there before."""

    bodies: int
    committees: int
    facts: int
    projects: int


@transaction.atomic
def load(records: Records, *, by: Any) -> Loaded:
    """Bring the records in, all or nothing. Run again it adds what is new in them and changes nothing else.

    A project is known again by its source's key (``Origin``), a committee by its slug, a fact by its key. Raises
    ``Refused`` where a door refuses a record.
    """
    bodies = sum(_load_body(record.slug, record.name, record.name_zh) for record in records.bodies)
    committees = sum(_load_committee(record, by) for record in _parents_first(records.committees))
    facts = sum(_load_facts(committee, records.facts, by) for committee in Committee.objects.in_tree_order())
    made = [record for record in records.projects if _load_project(record, by)]
    for record in made:
        _link(record, by)
    return Loaded(bodies, committees, facts, len(made))


def _load_body(slug: str, name: str, name_zh: str) -> bool:
    _body, created = Body.objects.get_or_create(slug=slug, defaults={"name": name, "name_zh": name_zh})
    return created


def _parents_first(committees: Iterable[CommitteeRecord]) -> list[CommitteeRecord]:
    by_slug = {record.slug: record for record in committees}

    def depth(record: CommitteeRecord) -> int:
        return 1 + depth(by_slug[record.parent]) if record.parent in by_slug else 0

    return sorted(by_slug.values(), key=depth)


def _load_committee(record: CommitteeRecord, by: Any) -> bool:
    if Committee.objects.filter(slug=record.slug).exists():
        return False
    committee = Committee(
        slug=record.slug,
        name=record.name,
        name_zh=record.name_zh,
        kind=record.form,
        reference=record.reference,
        aliases=list(record.aliases),
        secretariat_name=record.secretariat,
        body=Body.objects.get(slug=record.body),
        parent=Committee.objects.get(slug=record.parent) if record.parent else None,
    )
    edits.record_committee(committee, by=by, source="the committees that come with the tracker")
    return True


def _load_facts(committee: Committee, records: Iterable[FactRecord], by: Any) -> int:
    known = set(committee.facts.values_list("key", flat=True))
    new = [r for r in records if r.committee == committee.slug and r.qualified_key not in known]
    if new:
        save = partial(_save_facts, committee, new, len(known))
        edits.record_committee(committee, by=by, source=new[0].source.cite(()), facts=save)
    return len(new)


def _save_facts(committee: Committee, records: Iterable[FactRecord], start: int) -> None:
    CommitteeFact.objects.bulk_create(
        CommitteeFact(
            committee=committee,
            key=record.qualified_key,
            kind=record.kind,
            label=record.label,
            label_zh=record.label_zh,
            value=record.value,
            text=record.text,
            text_zh=record.text_zh,
            starts_on=record.starts_on,
            ends_on=record.ends_on,
            stated_on=record.stated_on,
            source=record.cited,
            position=position,
        )
        for position, record in enumerate(records, start)
    )


def _load_project(record: ProjectRecord, by: Any) -> bool:
    if Origin.objects.filter(source=record.source.slug, key=record.key).exists():
        return False
    edits.register(
        track=record.track,
        state=record.state,
        stage=record.stage,
        title=record.title,
        title_zh=record.title_zh,
        level=record.level,
        deliverable=record.deliverable,
        body=record.body,
        numbers=record.numbers,
        committees=record.committees,
        target=record.target,
        published_on=record.published_on,
        effective_on=record.effective_on,
        stated_on=record.source.stated_on,
        note=record.note,
        source=record.cited,
        origin=(record.source.slug, record.key),
        by=by,
    )
    return True


def _link(record: ProjectRecord, by: Any) -> None:
    if not record.links:
        return
    wanted = [(link.rel, _loaded(record, link.key)) for link in record.links]
    edits.edit(_loaded(record, record.key), by=by, source=record.cited, links=wanted)


def _loaded(record: ProjectRecord, key: str) -> Project:
    return Origin.objects.select_related("project").get(source=record.source.slug, key=key).project
