"""What a standard's identifier says, part by part."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from workflows.states import NumberKind

Natural: TypeAlias = tuple[tuple[int, int, str], ...]
SortKey: TypeAlias = tuple[str, tuple[str, ...], Natural, tuple[Natural, ...], int, int, tuple[str, ...], str]


class Family(StrEnum):
    """Whose rules an identifier follows; empty where no rule known here fits."""

    UNKNOWN = ""
    PLAN = "plan"
    APPLICATION = "application"
    SECTOR_PLAN = "sector_plan"
    NATIONAL = "national"
    SAMPLE = "sample"
    SECTOR = "sector"
    LOCAL = "local"
    MILITARY = "military"
    ASSOCIATION = "association"
    ENTERPRISE = "enterprise"
    ISO = "iso"
    IEC = "iec"
    IEEE = "ieee"
    CEN = "cen"


# Printed Chinese standards put an em dash before the year (GB/T 1.1, cover page); lists and databases put a hyphen.
_EM_DASHED = frozenset(
    {
        Family.NATIONAL,
        Family.SAMPLE,
        Family.SECTOR,
        Family.LOCAL,
        Family.MILITARY,
        Family.ASSOCIATION,
        Family.ENTERPRISE,
    }
)
_HYPHEN_BEFORE_YEAR = re.compile(r"-(?=(?:19|20)[0-9]{2}(?:/|$))")
_RUNS = re.compile(r"[0-9]+|[^0-9]+")


def natural(text: str) -> Natural:
    """A key that puts 9 before 10 and digits before letters."""
    return tuple((0, int(run), "") if run[0] in "0123456789" else (1, 0, run.lower()) for run in _RUNS.findall(text))


@dataclass(frozen=True, slots=True)
class Supplement:
    """A text that amends, corrects, explains or extends another: `Amd 1:2016`, `Cor 2:2006`, `XG1-2019`, `A11:2019`.

    `merged` is true where a plus sign says that the text is already worked into the base (`EN 196-3:2005+A1:2008`).
    """

    kind: str
    number: str = ""
    stage: str = ""
    round: int | None = None
    year: int | None = None
    month: int | None = None
    merged: bool = False

    @property
    def identity(self) -> str:
        """What stays the same while the supplement goes from draft to publication, and its year."""
        return f"{self.kind} {self.number}:{self.year or ''}"


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """One identifier of a standard or of a project, read.

    `raw` is what was given, to the letter. `value` is the official form with hyphens, single spaces and half-width
    letters; where `valid` is false it is the raw text tidied (no control characters, at most 200 characters), and
    `problem` says in a sentence what is wrong and what a right one looks like. `warnings` tell what was mended or
    looks doubtful in a valid one. Two are equal when kind, value and validity are.

    `year` and `month` are those in the designation. An IEEE draft's own date is `draft_year` and `draft_month`.
    `publishers` are the letters in front: ("ISO", "IEC"), ("GB",), ("SJ",), ("CESA",), ("DB11",). `nature` is T
    (recommended), Z (guiding), Q (mandatory, in plan numbers) or empty. `department` is the last group of a plan
    number. `adopts` is the second half of the double number of an identical adoption (GB/T 20000.2).
    """

    kind: NumberKind
    family: Family = field(compare=False)
    raw: str = field(compare=False)
    value: str
    valid: bool
    problem: str = field(default="", compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)
    publishers: tuple[str, ...] = field(default=(), compare=False)
    stage: str = field(default="", compare=False)
    type: str = field(default="", compare=False)
    number: str = field(default="", compare=False)
    parts: tuple[str, ...] = field(default=(), compare=False)
    round: int | None = field(default=None, compare=False)
    year: int | None = field(default=None, compare=False)
    month: int | None = field(default=None, compare=False)
    edition: str = field(default="", compare=False)
    presentation: str = field(default="", compare=False)
    supplements: tuple[Supplement, ...] = field(default=(), compare=False)
    nature: str = field(default="", compare=False)
    department: str = field(default="", compare=False)
    draft: str = field(default="", compare=False)
    draft_year: int | None = field(default=None, compare=False)
    draft_month: int | None = field(default=None, compare=False)
    adopts: "ParsedNumber | None" = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.value

    @property
    def print_form(self) -> str:
        """As the cover prints it: for Chinese standards with an em dash before the year, for all others the value."""
        if not self.valid or self.family not in _EM_DASHED:
            return self.value
        adopted = f"/{self.adopts.value}" if self.adopts else ""
        return _HYPHEN_BEFORE_YEAR.sub("—", self.value.removesuffix(adopted)) + adopted

    @property
    def sort_key(self) -> SortKey:
        """Orders by family, publishers, number, parts and year, each group of digits as a number; then by value."""
        return (
            self.family,
            self.publishers,
            natural(self.number),
            tuple(natural(part) for part in self.parts),
            self.year or 0,
            self.month or 0,
            tuple(each.identity for each in self.supplements),
            self.value,
        )

    @property
    def match_key(self) -> str:
        """Equal for two spellings of one number; empty, and so matching nothing, where the number is not valid.

        Leaves out what changes while the number stays: stage letters, rounds, IEEE drafts and their dates, the
        standard an identical adoption names, value-added forms. Keeps the kind, and the year: another year is
        another edition.
        """
        if not self.valid:
            return ""
        said = (self.kind, self.family, *self.publishers, self.type, self.nature, self.number, *self.parts)
        edition = "" if self.year else self.edition
        dated = (self.department, str(self.year or ""), str(self.month or ""), edition)
        return "|".join((*said, *dated, *(each.identity for each in self.supplements))).lower()
