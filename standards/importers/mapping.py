"""What a register's own headings and words mean: written once, in a TOML file or by a form."""

import tomllib
from collections.abc import Mapping as Mapped
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from standards.importers.headings import NAMES, fold_heading
from standards.importers.unreadable import Unreadable

_KEYS = ("source", "sheet", "create_committees", "columns", "fixed", "values")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one register is read.

    ``columns`` maps folded headings to columns (empty: leave the heading out), ``labelled`` folded headings to the
    label of the piece that counts in a cell like ``published:2018;updated:2024-09``. ``fixed`` gives a column one
    value for all rows whose own cell is empty; ``values`` maps a column's words, folded, to words known here.
    ``source`` names the register, ``sheet`` the sheet of a workbook.
    """

    source: str = ""
    sheet: str = ""
    create_committees: bool = False
    columns: Mapped[str, str] = field(default_factory=dict)
    labelled: Mapped[str, str] = field(default_factory=dict)
    fixed: Mapped[str, str] = field(default_factory=dict)
    values: Mapped[str, Mapped[str, str]] = field(default_factory=dict)

    def label_of(self, heading: str) -> str:
        """The label of the piece that counts in the cells under that heading; empty where the whole cell does."""
        return self.labelled.get(fold_heading(heading), "")

    def value(self, column: str, cell: str) -> str:
        """The cell in words known here."""
        words = self.values.get(column)
        if words and (known := words.get(fold_heading(cell))) is not None:
            return known
        return cell or self.fixed.get(column, "")


NO_MAPPING = Mapping()


def read_mapping(path: Path) -> Mapping:
    """The mapping in that TOML file. Raises ``Unreadable`` naming the key in error."""
    try:
        raw = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise Unreadable(path.name, _("it cannot be opened: %(why)s.") % {"why": error.strerror}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(path.name, _("it is no TOML: %(why)s.") % {"why": error}) from None
    return mapping_of(raw, path.name)


def mapping_of(raw: Mapped[str, Any], name: str) -> Mapping:
    """The mapping in a dict as TOML or JSON gives it; ``name`` is what an error calls it. Raises ``Unreadable``."""
    reader = _Reader(name)
    reader.only(raw, _KEYS, "")
    columns, labelled = reader.columns(reader.table(raw, "columns"))
    return Mapping(
        source=reader.text(raw.get("source", ""), "source"),
        sheet=reader.text(raw.get("sheet", ""), "sheet"),
        create_committees=reader.flag(raw.get("create_committees", False), "create_committees"),
        columns=columns,
        labelled=labelled,
        fixed=reader.fixed(reader.table(raw, "fixed")),
        values=reader.values(reader.table(raw, "values")),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str

    def refuse(self, key: str, reason: str) -> Unreadable:
        return Unreadable(self.name, f"{key}: {reason}")

    def only(self, raw: Mapped[str, Any], known: tuple[str, ...], path: str) -> None:
        for key in raw:
            if key not in known:
                reason = _("nothing is called so here; there are: %(known)s.") % {"known": ", ".join(known)}
                raise self.refuse(f"{path}{key}", reason)

    def text(self, value: Any, key: str) -> str:
        if not isinstance(value, str):
            raise self.refuse(key, _("this must be a text in quotes."))
        return value.strip()

    def flag(self, value: Any, key: str) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(key, _("this must be true or false."))
        return value

    def table(self, raw: Mapped[str, Any], key: str) -> Mapped[str, Any]:
        table = raw.get(key, {})
        if not isinstance(table, dict):
            raise self.refuse(key, _("this must be a table: [%(key)s] and lines below it.") % {"key": key})
        return table

    def columns(self, raw: Mapped[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        columns: dict[str, str] = {}
        labelled: dict[str, str] = {}
        for heading, target in raw.items():
            key, folded = f"columns.{heading}", fold_heading(heading)
            if isinstance(target, dict):
                self.only(target, ("column", "labelled"), f"{key}.")
                labelled[folded] = self.text(target.get("labelled", ""), f"{key}.labelled").casefold()
            name = target.get("column", "") if isinstance(target, dict) else target
            columns[folded] = self._column(self.text(name, key), key, optional=True)
        return columns, {heading: label for heading, label in labelled.items() if label}

    def fixed(self, raw: Mapped[str, Any]) -> dict[str, str]:
        return {self._column(key, f"fixed.{key}"): self.text(value, f"fixed.{key}") for key, value in raw.items()}

    def values(self, raw: Mapped[str, Any]) -> dict[str, Mapped[str, str]]:
        return {self._column(key, f"values.{key}"): self._words(self.table(raw, key), key) for key in raw}

    def _words(self, raw: Mapped[str, Any], column: str) -> Mapped[str, str]:
        return {fold_heading(word): self.text(known, f"values.{column}.{word}") for word, known in raw.items()}

    def _column(self, name: str, key: str, *, optional: bool = False) -> str:
        if name in NAMES or (optional and not name):
            return name
        words = {"name": name[:40], "known": ", ".join(NAMES)}
        raise self.refuse(key, _("there is no column “%(name)s”; there are: %(known)s.") % words)
