"""Giving a project its numbers."""

from standards.models import Number, Project
from standards.numbers import ParsedNumber


def add_number(project: Project, number: ParsedNumber) -> Number:
    """Put the number on record, once; numbers already there stay."""
    found, _created = Number.objects.get_or_create(
        project=project,
        kind=number.kind,
        value=number.value[:200],
        defaults={
            "raw": number.raw[:200],
            "valid": number.valid,
            "problem": number.problem[:500],
            "position": project.numbers.count(),
        },
    )
    return found


def replace_numbers(project: Project, numbers: list[ParsedNumber]) -> None:
    """Make these the project's numbers, in this order."""
    kept = {(number.kind.value, number.value[:200]) for number in numbers}
    for row in project.numbers.all():
        if (row.kind, row.value) not in kept:
            row.delete()
    for position, number in enumerate(numbers):
        row = add_number(project, number)
        if row.position != position or row.raw != number.raw[:200]:
            row.position, row.raw = position, number.raw[:200]
            row.save(update_fields=["position", "raw"])
