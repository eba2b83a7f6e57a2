"""Rules about the code itself that no tool checks for us."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("config", "standards", "tracker", "workflows", "tests", "benchmarks")
VAGUE = {"utils", "util", "helpers", "helper", "services", "managers", "common", "misc"}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (file for file in (ROOT / package).rglob("*.py") if "migrations" not in file.parts)


def product() -> Iterator[Path]:
    """Without the tests: one that tells a long answer word by word is as long as the answer."""
    yield from (file for file in modules() if not file.is_relative_to(ROOT / "tests"))


def functions() -> Iterator[tuple[str, int]]:
    for file in product():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in product()}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    assert {name: lines for name, lines in functions() if lines > 40} == {}


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [str(file) for file in modules() if file.stem in VAGUE] == []
