"""What one row of a register says of a project, read and clean."""

from dataclasses import dataclass, field
from datetime import date

from standards.numbers import ParsedNumber
from workflows.calendar import TargetDate


@dataclass(slots=True)
class Wanted:
    """The cells of a row as values; what is empty in the file is empty or None here and changes nothing.

    ``track`` is a procedure's code, told by number and nature or stated in a column of its own, in which case
    ``deliverable`` may say more exactly what it becomes; ``untitled`` is true where the source says that the title is
    still to come. ``committees`` are slugs; ``stage`` is the text of the cell, because it means something only together
    with the project's own track. ``loose`` holds dates that are known to a month or a year only, as lines for the note.
    ``problems`` make the row bad, ``warnings`` do not.
    """

    line: int
    source_id: str = ""
    numbers: tuple[ParsedNumber, ...] = ()
    track: str = ""
    deliverable: str = ""
    body: str = ""
    title: str = ""
    title_zh: str = ""
    untitled: bool = False
    committees: tuple[str, ...] = ()
    stage: str = ""
    target: TargetDate | None = None
    effective_on: date | None = None
    published_on: date | None = None
    in_force_on: date | None = None
    loose: tuple[str, ...] = ()
    note: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What a person knows the row by."""
        first = self.numbers[0].value if self.numbers else ""
        return first or self.title or self.title_zh or self.source_id

    @property
    def valid_numbers(self) -> tuple[ParsedNumber, ...]:
        return tuple(number for number in self.numbers if number.valid)
