"""Which project each row is about: the source's own id, then an equal number, then an equal title; likeness suggests.

(1) The id under which the source brought the project before, or this tracker's own id of it. (2) An equal well-formed
number; or a project number that is the same but for its stage letters, where one project and one row have it. (3) An
equal folded title with the same part, kind of deliverable and committee, where no well-formed number of one contradicts
one of the other, and exactly one project has it. Rows of one file are matched with each other in the same way, so that
a file imported twice gives what it gave once.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from standards.importers import known
from standards.importers.groups import Groups
from standards.importers.known import Known, NumberKey
from standards.importers.likeness import TitleKey, differ, title_keys
from standards.importers.plan import Similar
from standards.importers.wanted import Wanted
from standards.numbers import ParsedNumber
from standards.titles import FoldedTitle, fold_title
from workflows.states import NumberKind

MOST_SIMILAR = 5


class How(StrEnum):
    """By what a row was told."""

    ID = "id"
    NUMBER = "number"
    TITLE = "title"


@dataclass(slots=True)
class Match:
    """What a row is about: a project, an earlier row of the file (by its place among the rows), or nothing known.

    ``trouble`` is why nobody can tell: then nothing is done with the row.
    """

    project: UUID | None = None
    row: int | None = None
    how: How | None = None
    trouble: str = ""
    similar: tuple[Similar, ...] = ()

    @property
    def open(self) -> bool:
        return self.project is None and self.row is None and not self.trouble


class Matcher:
    """Matches the rows of one file. ``matches`` runs parallel to ``rows``; bad rows match nothing."""

    def __init__(self, rows: Sequence[Wanted], source: str, groups: Groups) -> None:
        self.rows, self.source, self.groups = rows, source, groups
        self.matches = [Match() for _row in rows]
        self.known: dict[UUID, Known] = {}

    def run(self) -> list[Match]:
        self._by_id_and_number()
        self._within_the_file()
        self._by_undated_number()
        self._by_title()
        self.fetch(match.project for match in self.matches if match.project)
        return self.matches

    def fetch(self, pks: Iterable[UUID]) -> None:
        self.known |= known.projects([pk for pk in dict.fromkeys(pks) if pk not in self.known])

    def _sound(self) -> Iterable[tuple[int, Wanted]]:
        return ((index, row) for index, row in enumerate(self.rows) if not row.problems)

    def open_rows(self) -> list[tuple[int, Wanted]]:
        return [(index, row) for index, row in self._sound() if self.matches[index].open]

    def _by_id_and_number(self) -> None:
        ids = known.by_source_id(self.source, {row.source_id for _i, row in self._sound() if row.source_id})
        numbers = known.by_number({key for _i, row in self._sound() for key in number_keys(row.valid_numbers)})
        for index, row in self._sound():
            found = set().union(*(numbers.get(key, ()) for key in number_keys(row.valid_numbers)))
            if row.source_id in ids:
                self.matches[index] = Match(ids[row.source_id], how=How.ID)
            elif len(found) > 1:
                self.matches[index].trouble = self._several(found)
            elif found:
                self.matches[index] = Match(found.pop(), how=How.NUMBER)

    def _several(self, pks: Collection[UUID]) -> str:
        self.fetch(pks)
        labels = sorted(self.known[pk].title for pk in pks if not self.known[pk].embargoed)
        words = {"count": len(pks), "titles": "; ".join(label[:80] for label in labels[:3])}
        return (
            _("its numbers are those of %(count)d projects (%(titles)s): give the project's id in source_id.") % words
        )

    def _within_the_file(self) -> None:
        """An id or a number that an earlier row has too makes it the same project as that row."""
        firsts: dict[NumberKey | str, int] = {}
        for index, row in self._sound():
            keys: list[NumberKey | str] = [row.source_id] if row.source_id else []
            keys += number_keys(row.valid_numbers)
            earlier = next((firsts[key] for key in keys if key in firsts), None)
            if earlier is not None and self.matches[index].open:
                self.matches[index] = self.same_as(earlier, How.NUMBER)
            for key in keys:
                firsts.setdefault(key, index)

    def same_as(self, earlier: int, how: How) -> Match:
        match = self.matches[earlier]
        return Match(match.project, match.row if match.row is not None else earlier, how, match.trouble)

    def _by_undated_number(self) -> None:
        rows = {key: index for index, row in self.open_rows() for key in undated_keys(row.valid_numbers)}
        shares = Counter(key for _i, row in self._sound() for key in undated_keys(row.valid_numbers))
        taken = {match.project for match in self.matches}
        for key, pks in known.by_undated_number(rows.keys()).items():
            if len(pks) == 1 and shares[key] == 1 and not pks & taken:
                self.matches[rows[key]] = Match(next(iter(pks)), how=How.NUMBER)

    def _by_title(self) -> None:
        titles = _Titles(self)
        for index, row in self._sound():
            if self.matches[index].open:
                self.matches[index] = titles.match(row)
            if self.matches[index].open:
                titles.add_row(index, row)


class _Titles:
    """The third step: projects, and rows that will be projects, by their titles."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher, self.groups = matcher, matcher.groups
        self.told = {match.project for match in matcher.matches if match.project}
        self.by_key: dict[TitleKey, list[UUID | int]] = defaultdict(list)
        self.alike: dict[FoldedTitle, list[UUID | int]] = defaultdict(list)
        self._find({fold_title(title) for _i, row in matcher.open_rows() for title in _titles(row)})

    def _find(self, wanted: Collection[FoldedTitle]) -> None:
        if not wanted:
            return
        found = {
            pk
            for pk, title, title_zh in known.titles()
            if fold_title(title) in wanted or (title_zh and fold_title(title_zh) in wanted)
        }
        self.matcher.fetch(found)
        for pk in found:
            project = self.matcher.known[pk]
            titles = (project.title, project.title_zh)
            for key in title_keys(titles, project.track_code, self._places(project.committees)):
                self.by_key[key].append(pk)
            for title in dict.fromkeys(filter(None, titles)):
                self.alike[fold_title(title)].append(pk)

    def _places(self, slugs: Iterable[str]) -> list[str]:
        """The committees with all that they are groups of: a register often names only the committee above."""
        places: dict[str, None] = {}
        for slug in slugs:
            path = self.groups.known[slug].path if slug in self.groups.known else f"/{slug}/"
            places |= dict.fromkeys([slug, *filter(None, path.split("/"))])
        return list(places)

    def add_row(self, index: int, row: Wanted) -> None:
        for key in title_keys(_titles(row), row.track, self._places(row.committees)):
            self.by_key[key].append(index)
        for title in _titles(row):
            self.alike[fold_title(title)].append(index)

    def match(self, row: Wanted) -> Match:
        found = self._candidates(row)
        if len(found) > 1:
            found = [each for each in found if _share(row.numbers, self._told_of(each).numbers)] or found
        if len(found) > 1 and not row.valid_numbers:
            return Match(trouble=self._ambiguous(len(found)))
        if len(found) != 1:
            return Match(similar=self._similar(row))
        (only,) = found
        return self.matcher.same_as(only, How.TITLE) if isinstance(only, int) else Match(only, how=How.TITLE)

    def _candidates(self, row: Wanted) -> list[UUID | int]:
        keys = title_keys(_titles(row), row.track, row.committees) if row.track else ()
        found = dict.fromkeys(each for key in keys for each in self.by_key.get(key, ()))
        return [each for each in found if self._may_be(row, each)]

    def _told_of(self, subject: UUID | int) -> Known | Wanted:
        return self.matcher.rows[subject] if isinstance(subject, int) else self.matcher.known[subject]

    def _may_be(self, row: Wanted, subject: UUID | int) -> bool:
        """Nothing that its own id or number gives to another row is this one too, if this one has a number."""
        other = self._told_of(subject)
        if isinstance(other, Wanted):
            return not (row.valid_numbers and other.valid_numbers)
        if row.valid_numbers and other.pk in self.told:
            return False
        return not differ(row.valid_numbers, other.valid_numbers)

    def _ambiguous(self, count: int) -> str:
        reason = _("%(count)d projects have this title; give its number, or the project's id in source_id.")
        return reason % {"count": count}

    def _similar(self, row: Wanted) -> tuple[Similar, ...]:
        """Those of the same title, whatever their kind and committee, that no number tells apart from the row."""
        found: dict[UUID | int, Similar] = {}
        for title in _titles(row):
            for like in self.alike.get(fold_title(title), ()):
                if len(found) < MOST_SIMILAR and like not in found:
                    self._suggest(found, row, like)
        return tuple(found.values())

    def _suggest(self, found: dict[UUID | int, Similar], row: Wanted, like: UUID | int) -> None:
        other = self._told_of(like)
        if differ(row.valid_numbers, other.valid_numbers) or differ(other.valid_numbers, row.valid_numbers):
            return
        if isinstance(other, Wanted):
            found[like] = Similar(other.label, line=other.line)
        elif not other.embargoed:
            found[like] = Similar(other.label, project=other.pk)


def _titles(row: Wanted) -> list[str]:
    return list(dict.fromkeys(filter(None, (row.title, row.title_zh))))


def number_keys(numbers: Iterable[ParsedNumber]) -> list[NumberKey]:
    return [(number.kind.value, number.value) for number in numbers]


def undated_keys(numbers: Iterable[ParsedNumber]) -> list[str]:
    return [number.match_key for number in numbers if number.kind == NumberKind.PROJECT]


def _share(some: Iterable[ParsedNumber], others: Iterable[ParsedNumber]) -> bool:
    return bool(set(number_keys(some)) & set(number_keys(others)))
