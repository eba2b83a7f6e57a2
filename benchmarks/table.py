"""A measured value beside its goal, and the table of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One row. ``reached`` is None where the value has no goal."""

    what: str
    engine: str
    value: str
    goal: str = ""
    reached: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "reached", False: "MISSED", None: ""}[self.reached]


def lines(rows: Iterable[Measured]) -> list[str]:
    """The table as text, its columns aligned."""
    cells = [("what", "engine", "measured", "goal", "")]
    cells += [(row.what, row.engine, row.value, row.goal, row.verdict) for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(5)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
