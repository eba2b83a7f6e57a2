"""The shipped records: bodies, committees and what a source says of projects and committees, read from TOML.

`bodies.toml` and `committees.toml` are shared; every other file of the folder is one source, a report or a list, and
each of its entries names the lines of that source it comes from. Reading is strict and touches no database.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from standards.importers.entries import (
    BadRecords,
    BodyRecord,
    CommitteeForm,
    CommitteeRecord,
    FactRecord,
    LinkRecord,
    PrintedTitle,
    ProjectRecord,
    Records,
    Rel,
    SourceRecord,
    Statement,
)
from standards.importers.fields import (
    MOST_LINES,
    day,
    distinct_texts,
    entries,
    entry_key,
    folded,
    known,
    lines_of,
    names,
    number,
    optional_text,
    rows,
    span,
    standing,
    target,
    value,
)
from workflows.procedure import Track
from workflows.states import Level
from workflows.table import Finding, Table

__all__ = [
    "SHIPPED",
    "BadRecords",
    "BodyRecord",
    "CommitteeRecord",
    "FactRecord",
    "ProjectRecord",
    "Records",
    "SourceRecord",
    "read",
]

SHIPPED = Path(__file__).parent.with_name("data")
BODIES, COMMITTEES = "bodies.toml", "committees.toml"


def read(folder: Path = SHIPPED) -> Records:
    """Read and check every file of the folder. Raises BadRecords with all that is wrong, not only the first fault."""
    missing = [name for name in (BODIES, COMMITTEES) if not (folder / name).is_file()]
    findings = [Finding(name, "", "is missing; bodies and committees are shared by all sources") for name in missing]
    tops = {path.name: _top(path, findings) for path in sorted(folder.glob("*.toml"))}
    records = _Reader(tops).records()
    if findings:
        raise BadRecords(*findings)
    return records


def _top(path: Path, findings: list[Finding]) -> Table:
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name, findings)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        findings.append(Finding(path.name, "", f"cannot be read as TOML in UTF-8: {error}"))
        return _nothing(path.name)


def _nothing(file: str) -> Table:
    """Stands for a file that could not be read; what is missing in it is not reported again."""
    return Table({}, file, [])


class _Reader:
    """One reading of a folder.

    A reference is checked against every name that stands in the files, so that a fault in a committee is not reported
    again at each of its projects.
    """

    def __init__(self, tops: dict[str, Table]) -> None:
        self.of_bodies = tops.pop(BODIES, _nothing(BODIES))
        self.of_committees = tops.pop(COMMITTEES, _nothing(COMMITTEES))
        self.of_sources = tops
        self.bodies = names(self.of_bodies, "bodies", "slug")
        self.committees = names(self.of_committees, "committees", "slug")
        self.spellings: dict[str, str] = {}

    def records(self) -> Records:
        bodies = tuple(_body(table) for table in entries(self.of_bodies, "bodies", "slug"))
        committees = tuple(self._committee(table) for table in entries(self.of_committees, "committees", "slug"))
        sources = {name: _source(top) for name, top in self.of_sources.items()}
        projects = tuple(self._project(table, sources[name]) for name, table in self._each("projects"))
        facts = tuple(self._fact(table, sources[name]) for name, table in self._each("facts"))
        for top in (self.of_bodies, self.of_committees, *self.of_sources.values()):
            top.close()
        return Records(bodies, committees, tuple(sources.values()), projects, facts)

    def _each(self, key: str) -> Iterator[tuple[str, Table]]:
        for name, top in self.of_sources.items():
            for table in entries(top, key, "key") if top.has(key) else ():
                yield name, table

    def _committee(self, table: Table) -> CommitteeRecord:
        record = CommitteeRecord(
            slug=table.text("slug"),
            reference=optional_text(table, "reference"),
            name=table.text("name"),
            name_zh=optional_text(table, "name_zh"),
            form=table.choice("kind", CommitteeForm, "kind of committee"),
            body=known(table, "body", self.bodies, BODIES),
            parent=known(table, "parent", self.committees, COMMITTEES) if table.has("parent") else "",
            aliases=distinct_texts(table, "aliases") if table.has("aliases") else (),
            secretariat=optional_text(table, "secretariat"),
        )
        self._refuse_circle(table, record)
        self._refuse_shared_spelling(table, record)
        table.close()
        return record

    def _refuse_circle(self, table: Table, record: CommitteeRecord) -> None:
        listed = self.of_committees.values["committees"]
        parents = {str(row.get("slug")): str(row.get("parent", "")) for row in listed if isinstance(row, dict)}
        above, passed = record.parent, set[str]()
        while above and above not in passed:
            passed.add(above)
            above = parents.get(above, "")
        if record.slug in passed:
            table.find("parent", "leads back to the committee itself")

    def _refuse_shared_spelling(self, table: Table, record: CommitteeRecord) -> None:
        for spelling in filter(None, (record.reference, record.name, *record.aliases)):
            owner = self.spellings.setdefault(folded(spelling), record.slug)
            if owner != record.slug:
                table.find("aliases", f"'{spelling}' is {owner} already; a spelling stands for one committee")

    def _project(self, table: Table, source: SourceRecord) -> ProjectRecord:
        lines = lines_of(table)
        note = optional_text(table, "note")
        procedure, state, stage = standing(table)
        record = ProjectRecord(
            source=source,
            key=entry_key(table, lines),
            lines=lines,
            title=table.text("title"),
            title_zh=optional_text(table, "title_zh"),
            printed=tuple(_printed(row, lines) for row in rows(table, "printed")),
            track=procedure.code if procedure else "",
            level=procedure.level if procedure else Level.NATIONAL,
            body=self._body_of(table, procedure),
            deliverable=optional_text(table, "deliverable") or (procedure.deliverable if procedure else ""),
            state=state,
            stage=stage,
            numbers=tuple(number(row, note) for row in rows(table, "numbers")),
            committees=self._committees_of(table),
            target=target(table),
            effective_on=day(table, "effective_on"),
            published_on=day(table, "published_on"),
            note=note,
            links=tuple(self._link(row, table, source) for row in rows(table, "links")),
        )
        table.close()
        return record

    def _body_of(self, table: Table, procedure: Track | None) -> str:
        if table.has("body"):
            return known(table, "body", self.bodies, BODIES)
        if procedure and procedure.body not in self.bodies:
            table.find("track", f"is a procedure of the body '{procedure.body}', which {BODIES} does not have")
        return procedure.body if procedure else ""

    def _committees_of(self, table: Table) -> tuple[str, ...]:
        slugs = distinct_texts(table, "committees")
        for slug in slugs:
            if slug not in self.committees:
                table.find("committees", f"'{slug}' is not in {COMMITTEES}")
        return slugs

    def _link(self, row: Table, table: Table, source: SourceRecord) -> LinkRecord:
        top = self.of_sources[f"{source.slug}.toml"]
        keys = names(top, "projects", "key")
        record = LinkRecord(row.choice("rel", Rel, "relation"), known(row, "key", keys, top.file))
        if record.key == table.values.get("key"):
            row.find("key", "is the project itself; a link leads to another one")
        row.close()
        return record

    def _fact(self, table: Table, source: SourceRecord) -> FactRecord:
        lines = lines_of(table)
        kind = table.choice("kind", Statement, "kind of fact")
        starts_on, ends_on = span(table)
        record = FactRecord(
            source=source,
            key=entry_key(table, lines),
            lines=lines,
            committee=known(table, "committee", self.committees, COMMITTEES),
            kind=kind,
            label=table.text("label"),
            label_zh=optional_text(table, "label_zh"),
            value=value(table, needed=kind is Statement.COUNT),
            text=table.text("text"),
            text_zh=optional_text(table, "text_zh"),
            starts_on=starts_on,
            ends_on=ends_on,
            stated_on=day(table, "stated_on") or source.stated_on,
        )
        table.close()
        return record


def _body(table: Table) -> BodyRecord:
    record = BodyRecord(table.text("slug"), table.text("name"), optional_text(table, "name_zh"))
    table.close()
    return record


def _source(top: Table) -> SourceRecord:
    table = top.table("source")
    stated_on = day(table, "stated_on")
    if table.values and not stated_on:
        table.find("stated_on", "is missing; give the day for which the statements of this source hold")
    record = SourceRecord(
        slug=top.file.removesuffix(".toml"),
        title=table.text("title"),
        publisher=table.text("publisher"),
        dated=table.text("dated"),
        stated_on=stated_on or date.min,
        meeting_from=day(table, "meeting_from"),
        meeting_until=day(table, "meeting_until"),
    )
    table.close()
    return record


def _printed(row: Table, lines: tuple[int, ...]) -> PrintedTitle:
    record = PrintedTitle(row.count("line", MOST_LINES), row.text("text"))
    if record.line not in lines:
        row.find("line", f"is {record.line}, which is none of the lines of this entry")
    row.close()
    return record
