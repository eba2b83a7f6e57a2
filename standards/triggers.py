"""Database triggers that keep the history append-only, whoever speaks to the database.

They are made after every migrate, because SQLite drops the triggers of a table when it remakes that table. No column is
exempt. On SQLite an INSERT that would replace a row is refused too: REPLACE skips delete triggers there.
"""

from typing import Any

from django.db import connections

TABLE = "standards_change"
REFUSAL = "history is append-only"
_NAMES = {
    "postgresql": ("change_is_append_only",),
    "sqlite": ("change_no_update", "change_no_delete", "change_no_replace"),
}
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION refuse_history_edit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}: % of change % refused', TG_OP, OLD.rev USING ERRCODE = '23514'; END $$""",
    f"DROP TRIGGER IF EXISTS change_is_append_only ON {TABLE}",
    f"""CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION refuse_history_edit()""",
)
_SQLITE = (
    f"""CREATE TRIGGER IF NOT EXISTS change_no_update BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: update refused'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS change_no_delete BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: delete refused'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS change_no_replace BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE rev = NEW.rev)
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: replacing refused'); END""",  # noqa: S608 - names of our own
)


def install(using: str = "default") -> None:
    """Make the triggers; harmless where they are there already."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop the triggers: only for test databases, whose tables are emptied between tests."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in _NAMES[connection.vendor]:
            table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def missing_triggers(using: str = "default") -> list[str]:
    """The names of those that should be there and are not, or are switched off."""
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in _NAMES[connection.vendor] if name not in present]


def after_migrate(using: str, **_kwargs: Any) -> None:
    """Signal receiver: triggers, and the one head row that numbers the history."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    install(using)
    from standards.models import HistoryHead

    HistoryHead.objects.using(using).get_or_create(pk=1)
