from django.conf import settings

from config.celery import app


def test_beat_rings_for_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_nobody_elses_tasks_are_taken_along() -> None:
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    assert own == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
