"""What the shipped records are, once read: frozen data with no tie to the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from standards.numbers import ParsedNumber
from workflows.states import Level, State
from workflows.table import Finding


class CommitteeForm(StrEnum):
    """What a committee is; a joint group belongs to several committees and to none of them alone."""

    TC = "tc"
    SC = "sc"
    WG = "wg"
    JOINT = "joint"


class Statement(StrEnum):
    """What a source says of a committee."""

    COUNT = "count"
    MEETING = "meeting"
    ORGANISATION = "organisation"
    NEXT_STEP = "next_step"
    ISSUE = "issue"
    TAKEAWAY = "takeaway"


class Rel(StrEnum):
    """What a project has to do with another one."""

    POSSIBLE_DUPLICATE = "possible_duplicate_of"
    SUPERSEDED_BY = "superseded_by"
    SUPERSEDES = "supersedes"
    RELATED = "related_to"


class BadRecords(ValueError):
    """Records that are refused. `findings` has everything wrong with them, by file, entry, field and reason."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class BodyRecord:
    slug: str
    name: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class CommitteeRecord:
    """`reference` is the designation ("SAC/TC28/SC42"), `aliases` are other spellings; no other committee has them."""

    slug: str
    reference: str
    name: str
    name_zh: str
    form: CommitteeForm
    body: str
    parent: str
    aliases: tuple[str, ...]
    secretariat: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Where records come from. `slug` is the file's name; `stated_on` the day its statements hold for."""

    slug: str
    title: str
    publisher: str
    dated: str
    stated_on: date
    meeting_from: date | None
    meeting_until: date | None

    def cite(self, lines: Collection[int]) -> str:
        """How a history entry names its source: publisher, title and date, then the lines if it is about some."""
        places = "".join(f", L{line}" for line in lines)
        return f"{self.publisher}, {self.title}, {self.dated}{places}"


@dataclass(frozen=True, slots=True)
class PrintedTitle:
    """A title to the letter as that line prints it, where it differs from the record's title."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """`key` is that of another project of the same source."""

    rel: Rel
    key: str


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """One project as its source shows it; `(source.slug, key)` identifies it for good.

    `level` is the track's, `body` and `deliverable` too unless the record has its own; `committees` are slugs, the
    leading one first; `target` is a text in the canonical form of `parse_target`, or empty. Unknown dates are None.
    """

    source: SourceRecord
    key: str
    lines: tuple[int, ...]
    title: str
    title_zh: str
    printed: tuple[PrintedTitle, ...]
    track: str
    level: Level
    body: str
    deliverable: str
    state: State
    stage: str
    numbers: tuple[ParsedNumber, ...]
    committees: tuple[str, ...]
    target: str
    effective_on: date | None
    published_on: date | None
    note: str
    links: tuple[LinkRecord, ...]

    @property
    def cited(self) -> str:
        return self.source.cite(self.lines)


@dataclass(frozen=True, slots=True)
class FactRecord:
    """One statement about a committee, true as of `stated_on`; `qualified_key` identifies it for good.

    `starts_on` and `ends_on` bound what it speaks of (the same day for one day), None where it has no time of its own.
    """

    source: SourceRecord
    key: str
    lines: tuple[int, ...]
    committee: str
    kind: Statement
    label: str
    label_zh: str
    value: int | None
    text: str
    text_zh: str
    starts_on: date | None
    ends_on: date | None
    stated_on: date

    @property
    def cited(self) -> str:
        return self.source.cite(self.lines)

    @property
    def qualified_key(self) -> str:
        return f"{self.source.slug}:{self.key}"


@dataclass(frozen=True, slots=True)
class Records:
    """Everything of a folder, in the order of its files; parents may come after their children."""

    bodies: tuple[BodyRecord, ...]
    committees: tuple[CommitteeRecord, ...]
    sources: tuple[SourceRecord, ...]
    projects: tuple[ProjectRecord, ...]
    facts: tuple[FactRecord, ...]
