"""The Celery application of worker and beat: ``celery -A config worker``, ``celery -A config beat``."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Beat(Scheduler):
    """A scheduler that keeps its table in memory, for a table of plain intervals needs no file that can break.

    Each round it touches ``settings.BEAT_ALIVE_FILE``: the age of that file is beat's health.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings.BEAT_ALIVE_FILE.parent.mkdir(exist_ok=True)
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        alive: Path = settings.BEAT_ALIVE_FILE
        alive.touch()
        return super().tick(*args, **kwargs)
