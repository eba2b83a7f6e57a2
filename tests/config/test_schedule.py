from pathlib import Path
from typing import Any

from django.conf import settings

from config.celery import Beat, app


def test_beat_rings_for_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_nobody_elses_tasks_are_taken_along() -> None:
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    assert own == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_beat_makes_the_folder_of_its_sign_of_life(tmp_path: Path, settings: Any) -> None:
    settings.BEAT_ALIVE_FILE = tmp_path / "var" / "beat-alive"
    Beat(app, lazy=True).tick()
    assert settings.BEAT_ALIVE_FILE.exists()
