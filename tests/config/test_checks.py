import sys
from pathlib import Path

import pytest

from config.checks import no_other_fsm


def test_the_maintained_state_machine_stands_alone() -> None:
    assert no_other_fsm() == []


def test_a_django_fsm_beside_it_is_reported_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "django_fsm-3.0.1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: django-fsm\nVersion: 3.0.1\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    (error,) = no_other_fsm()
    assert error.id == "config.E001"
    assert "pip uninstall django-fsm" in str(error.hint)
