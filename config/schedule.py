"""Beat's whole table. Which reminders are due is in the database; beat only says: look now."""

from typing import Any

INTERVAL = 30
"""Seconds between two looks; a lost look costs one interval."""

_TASKS = ("tracker.tasks.plan_reminders", "tracker.tasks.deliver_mail", "tracker.tasks.run_jobs")

SCHEDULE: dict[str, dict[str, Any]] = {
    # A look nobody took before the next one is due is worthless, so it expires first.
    task: {"task": task, "schedule": INTERVAL, "options": {"expires": INTERVAL - 5}}
    for task in _TASKS
}
