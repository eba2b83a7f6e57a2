"""Projects and their history change through the doors alone; this reads the source for whoever goes round them."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from workflows.states import Verb

ROOT = Path(__file__).parents[2]
SOURCE = ("config", "standards", "tracker", "workflows")

DOORS = {
    "standards/deadlines.py",
    "standards/edits.py",
    "standards/fields.py",
    "standards/history.py",
    "standards/importers/load.py",
    "standards/importers/writer.py",
    "standards/importers/writing.py",
    "standards/linking.py",
    "standards/numbering.py",
    "standards/transitions.py",
    "standards/triggers.py",
}
KEPT = {"Change", "Committee", "CommitteeFact", "Deadline", "HistoryHead", "Link", "Number", "Origin", "Project",
        "ProjectCommittee"}  # fmt: skip
WRITING = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "update", "update_or_create"}
OF_A_MOVE = {"stage_code", "on_hold", "cancelled_from", "since", "round", "rev"}

# Jobs and notifications have a state of their own, which is no state of a project.
OTHER_STATES = {"tracker/jobs.py", "tracker/lease.py", "tracker/reminders.py", "tracker/work.py"}

Finding = tuple[str, str]


def modules() -> Iterator[tuple[str, str]]:
    for package in SOURCE:
        for file in (ROOT / package).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), file.read_text()


def calls(text: str) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def beginning(node: ast.AST) -> str:
    """The name that a chain of attributes, calls and subscripts begins with."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def verbs_called(modules: Iterable[tuple[str, str]]) -> list[Finding]:
    """A verb called by its name on anything but ``self``, or by a name made up as the program runs."""
    return [
        (name, ast.unparse(call))
        for name, text in modules
        for call in calls(text)
        if (method(call) in list(Verb) and beginning(call.func) != "self")
        or (isinstance(call.func, ast.Call) and ast.unparse(call.func.func) in ("getattr", "methodcaller"))
    ]


def states_written(modules: Iterable[tuple[str, str]]) -> list[Finding]:
    """``update(state=...)`` and the like, also as a mapping or as a list of fields."""
    return [
        (name, ast.unparse(call))
        for name, text in modules
        for call in calls(text)
        if method(call) in WRITING and fields_named(call) & (OF_A_MOVE | {"state"})
    ]


def fields_named(call: ast.Call) -> set[str]:
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    inside = [*call.args, *(keyword.value for keyword in call.keywords if not keyword.arg or keyword.arg == "fields")]
    texts = (node.value for part in inside for node in ast.walk(part) if isinstance(node, ast.Constant))
    return named | {text for text in texts if isinstance(text, str)}


def rows_written(modules: Iterable[tuple[str, str]]) -> list[Finding]:
    """Rows of what the doors keep, made, altered or deleted."""
    return [
        (name, ast.unparse(call))
        for name, text in modules
        for call in calls(text)
        if method(call) in WRITING and beginning(call.func) in KEPT
    ]


def test_nobody_but_perform_calls_a_verb() -> None:
    found = [(name, call) for name, call in verbs_called(modules()) if "cache" not in call]
    assert found == [("standards/transitions.py", "getattr(project, request.verb)()")]


def test_nobody_writes_a_state_past_the_machine() -> None:
    found = [(name, call) for name, call in states_written(modules()) if name not in DOORS]
    assert {name for name, _call in found} <= OTHER_STATES
    assert [call for name, call in found if beginning(ast.parse(call, mode="eval").body) in KEPT] == []
    assert [call for _name, call in found if any(f"{field}=" in call for field in OF_A_MOVE)] == []


def test_no_door_writes_a_state_either_but_through_the_verb() -> None:
    assert [call for name, call in states_written(modules()) if name in DOORS and "state" in call] == []


def test_nobody_but_the_doors_writes_what_they_keep() -> None:
    assert [finding for finding in rows_written(modules()) if finding[0] not in DOORS] == []


@pytest.mark.parametrize(
    "bypass",
    [
        "project.publish()",
        "Project.objects.get(pk=1).publish()",
        "getattr(project, verb)()",
        "methodcaller(verb)(project)",
    ],
)
def test_a_verb_called_past_perform_would_be_found(bypass: str) -> None:
    assert verbs_called([("tracker/new.py", bypass)]) == [("tracker/new.py", bypass)]


@pytest.mark.parametrize(
    "bypass",
    [
        "Project.objects.filter(pk=1).update(state='published')",
        "found.update(state='published')",
        "found.update(**{'state': 'published'})",
        "Project.objects.bulk_update(found, ['title', 'state'])",
        "Project.objects.bulk_update(found, fields=['on_hold'])",
        "found.update(stage_code='60')",
    ],
)
def test_a_state_written_past_the_machine_would_be_found(bypass: str) -> None:
    assert states_written([("tracker/new.py", bypass)]) == [("tracker/new.py", bypass)]


@pytest.mark.parametrize("bypass", ["Project.objects.create(title='x')", "Change.objects.filter(rev=1).delete()"])
def test_a_row_written_past_the_doors_would_be_found(bypass: str) -> None:
    assert rows_written([("tracker/new.py", bypass)]) == [("tracker/new.py", bypass)]
