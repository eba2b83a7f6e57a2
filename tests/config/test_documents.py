"""What the documents name is there: a reader who follows them stumbles over nothing that was moved or forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
# Folders that a checkout has; var and .venv are made by using it.
FOLDERS = ("config", "docs", "locale", "standards", "tests", "tracker", "workflows", ".ci")


def in_code(text: str) -> Iterator[str]:
    """Every piece of code inside a sentence."""
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=[file.name for file in DOCUMENTS])
def test_each_link_leads_to_a_file(document: Path) -> None:
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()) if "://" not in link]
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=[file.name for file in DOCUMENTS])
def test_each_path_in_a_sentence_is_there(document: Path) -> None:
    paths = [code for code in in_code(document.read_text()) if re.fullmatch(r"[\w.*-]+/[\w./*-]*", code)]
    here = [path for path in paths if path.startswith(FOLDERS) and "CODE" not in path]
    assert [path for path in here if not list(ROOT.glob(path.rstrip("/")))] == []


def test_the_readme_explains_every_variable() -> None:
    offered = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert told == offered - {"POSTGRES_PASSWORD"} | {"PORT", "DEBUG"}


def test_every_command_is_told_somewhere() -> None:
    commands = {file.stem for file in ROOT.glob("*/management/commands/*.py")} - {"__init__", "demo"}
    told = "".join(document.read_text() for document in DOCUMENTS)
    assert {name for name in commands if f"manage.py {name}" not in told} == set()


def test_decisions_are_numbered_in_turn() -> None:
    numbers = [file.name[:4] for file in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
