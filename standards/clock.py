"""The database's clock: the one clock that all web processes and workers share."""

from datetime import UTC, date, datetime

from django.db import connection
from django.utils import timezone

_NOW = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
}


def database_now() -> datetime:
    """The moment it is now for the database, in UTC, also inside a long transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW[connection.vendor])
        (told,) = cursor.fetchone()
    moment: datetime = datetime.fromisoformat(told).replace(tzinfo=UTC) if isinstance(told, str) else told
    return moment.astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in the secretariat's time zone (setting ``TIME_ZONE``)."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()
