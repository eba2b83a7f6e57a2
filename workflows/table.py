"""A TOML table read key by key, so that whatever is wrong with it is found with its file and its dotted key."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from workflows.calendar import BadPeriod, Period
from workflows.states import Label

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a procedure: its file, the dotted path of the key, and what to do about it."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class BrokenTrack(ValueError):
    """A procedure that is refused. `file`, `key` and `reason` are those of the first finding, `findings` has all."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings
        self.file, self.key, self.reason = findings[0].file, findings[0].key, findings[0].reason


class Table:
    """A TOML table; wrong and missing values become findings, and so do the keys that nobody asked for (`close`).

    In place of a wrong value the reader gets some value of the right type. Whoever reads must therefore not use what
    was built while there are findings.
    """

    def __init__(self, values: dict[str, Any], file: str, findings: list[Finding], path: str = "") -> None:
        self.values, self.file, self.findings, self.path = values, file, findings, path
        self.asked: list[str] = []

    def find(self, key: str, reason: str) -> None:
        dotted = ".".join(part for part in (self.path, key) if part)
        self.findings.append(Finding(self.file, dotted, reason))

    def has(self, key: str) -> bool:
        self.asked.append(key)
        return key in self.values

    def close(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.find(key, f"nothing is called so here; the keys are: {', '.join(sorted(set(self.asked)))}")

    def text(self, key: str) -> str:
        text: str = self._value(key, str, "", "a text in quotes")
        if isinstance(self.values.get(key), str) and not text.strip():
            self.find(key, "is empty")
        return text.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._value(key, list, [], "a list")
        if not all(isinstance(value, str) and value for value in values):
            self.find(key, "must be a list of texts in quotes")
            return ()
        return tuple(values)

    def flag(self, key: str) -> bool:
        flag: bool = self._value(key, bool, instead=False, wanted="true or false")
        return flag

    def count(self, key: str, most: int) -> int:
        count: int = self._value(key, int, 1, "a whole number")
        if not self._is_count(count, most):
            self.find(key, f"must be a whole number from 1 to {most}")
        return count

    def counts(self, key: str, most: int) -> tuple[int, ...]:
        counts = self._value(key, list, [], "a list")
        if not all(self._is_count(count, most) for count in counts):
            self.find(key, f"must be a list of whole numbers from 1 to {most}")
            return ()
        return tuple(counts)

    def choice(self, key: str, choices: type[Choice], word: str) -> Choice:
        return self._choice(key, self.text(key), choices, word) or next(iter(choices))

    def choices(self, key: str, choices: type[Choice], word: str) -> tuple[Choice, ...]:
        found = [self._choice(key, text, choices, word) for text in self.texts(key)]
        if len(set(found)) < len(found):
            self.find(key, f"names a {word} twice")
        return tuple(choice for choice in found if choice)

    def label(self, key: str) -> Label:
        names = self.table(key)
        label = Label(names.text("en"), names.text("zh"))
        names.close()
        return label

    def period(self, key: str) -> Period | None:
        text = self.text(key) if self.has(key) else ""
        try:
            return Period.parse(text) if text else None
        except BadPeriod as error:
            self.find(key, str(error))
            return None

    def table(self, key: str) -> "Table":
        values = self._value(key, dict, None, "a table")
        found = self.findings if values is not None else []
        return Table(values or {}, self.file, found, f"{self.path}.{key}".lstrip("."))

    def named(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """The tables in a table, with their names: `[verbs.publish]`."""
        tables = self.table(key)
        for name in tables.values:
            yield name, tables.table(name)

    def listed(self, key: str, name: str) -> Iterator["Table"]:
        """The tables of `[[key]]`; a finding in one shows what it has under `name`, else its place in the list."""
        for place, values in enumerate(self._value(key, list, [], f"a list of tables, each under [[{key}]]"), start=1):
            if isinstance(values, dict):
                yield Table(values, self.file, self.findings, f"{key}[{values.get(name, f'#{place}')}]")
            else:
                self.find(f"{key}[#{place}]", f"must be a table under [[{key}]]")

    def _value(self, key: str, kind: type, instead: Any, wanted: str) -> Any:
        if not self.has(key):
            self.find(key, f"is missing; it must be {wanted}")
            return instead
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.find(key, f"must be {wanted}, not {value!r:.60}")
            return instead
        return value

    def _choice(self, key: str, text: str, choices: type[Choice], word: str) -> Choice | None:
        try:
            return choices(text)
        except ValueError:
            if text:
                self.find(key, f"no {word} is called '{text:.60}'; there are: {', '.join(choices)}")
            return None

    @staticmethod
    def _is_count(value: Any, most: int) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
