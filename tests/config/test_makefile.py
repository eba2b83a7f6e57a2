import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout on a machine with make and a shell, and no Python that will do."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements-demo.txt", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("make", "sh", "getconf", "mkdir", "touch", "echo", "sed", "expand"):
        (programs / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{folder}/bin"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def pretend(folder: Path, name: str, script: str) -> None:
    program = folder / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_make_alone_lists_every_command(bare: Path) -> None:
    listed = {line.split()[0] for line in make(bare).stdout.splitlines()}
    assert listed == TARGETS


def test_without_a_python_that_will_do_the_demo_says_what_to_install(bare: Path) -> None:
    pretend(bare, "python3", 'case "$*" in *version_info*) exit 1;; esac')
    result = make(bare, "demo")
    assert result.returncode != 0
    assert "Python 3.11 or 3.12 with its venv module is needed" in result.stderr
    assert not (bare / ".venv").exists()


def test_a_python_that_is_only_a_shim_is_passed_over(bare: Path) -> None:
    pretend(bare, "python3.11", "exit 127")
    pretend(bare, "python3.12", 'if [ "$2" = venv ]; then echo made by 3.12 > made; exit 1; fi')
    make(bare, "demo")
    assert (bare / "made").read_text() == "made by 3.12\n"


def test_the_packages_are_installed_once_and_again_when_the_list_changes(bare: Path) -> None:
    (bare / ".venv" / "bin").mkdir(parents=True)
    pretend(bare, "../.venv/bin/python", 'echo "$*" >> calls')

    def installs() -> int:
        make(bare, "demo")
        return (bare / "calls").read_text().count("--require-hashes")

    assert [installs(), installs()] == [1, 1]
    later = (bare / ".venv" / "demo-installed").stat().st_mtime + 10
    os.utime(bare / "requirements-demo.txt", (later, later))
    assert installs() == 2


def test_a_failed_install_is_not_taken_for_done(bare: Path) -> None:
    (bare / ".venv" / "bin").mkdir(parents=True)
    pretend(bare, "../.venv/bin/python", "exit 1")
    result = make(bare, "demo")
    assert "Not installed; the lines above say why." in result.stderr
    assert not (bare / ".venv" / "demo-installed").exists()


def test_an_environment_whose_making_was_interrupted_gets_its_pip(bare: Path) -> None:
    (bare / ".venv" / "bin").mkdir(parents=True)
    pretend(bare, "../.venv/bin/python", 'echo "$*" >> calls; [ "$*" != "-c import pip" ]')
    make(bare, "demo")
    asked, made, install, *_ = (bare / "calls").read_text().splitlines()
    assert (asked, made, install.split()[:3]) == ("-c import pip", "-m ensurepip", ["-m", "pip", "install"])


def test_the_demo_migrates_before_it_starts_and_hands_over_to_it(bare: Path) -> None:
    (bare / ".venv" / "bin").mkdir(parents=True)
    pretend(bare, "../.venv/bin/python", 'echo "$DJANGO_SETTINGS_MODULE $PORT $*" >> calls')
    make(bare, "demo", "PORT=8123")
    *_, migrate, demo = (bare / "calls").read_text().splitlines()
    assert (migrate.split()[:2], migrate.split()[-3]) == (["config.settings.local", "8123"], "migrate")
    assert (demo.split()[:2], demo.split()[-1]) == (["config.settings.local", "8123"], "demo")


def test_the_whole_check_is_lint_both_engines_and_the_browser() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make lint", "make test", "make browser"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
