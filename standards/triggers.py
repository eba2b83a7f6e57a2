"""Database triggers that keep the history append-only, whoever speaks to the database.

They are made anew after every migrate, because SQLite drops the triggers of a table when it remakes that table. No
column is exempt. On SQLite an INSERT that would replace a row is refused too: REPLACE skips delete triggers there.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections

TABLE = "standards_change"
REFUSAL = "history is append-only"
_NAMES = {
    "postgresql": ("change_is_append_only", "change_no_truncate"),
    "sqlite": ("change_no_update", "change_no_delete", "change_no_replace"),
}
_FUNCTION = f"BEGIN RAISE EXCEPTION '{REFUSAL}: % refused', TG_OP USING ERRCODE = '23514'; END"
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION refuse_history_edit() RETURNS trigger LANGUAGE plpgsql AS $${_FUNCTION}$$",
    f"DROP TRIGGER IF EXISTS change_is_append_only ON {TABLE}",
    f"""CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION refuse_history_edit()""",
    f"DROP TRIGGER IF EXISTS change_no_truncate ON {TABLE}",
    f"""CREATE TRIGGER change_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_edit()""",
)
_SQLITE = {
    "change_no_update": f"""CREATE TRIGGER change_no_update BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: update refused'); END""",
    "change_no_delete": f"""CREATE TRIGGER change_no_delete BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: delete refused'); END""",
    "change_no_replace": f"""CREATE TRIGGER change_no_replace BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE rev = NEW.rev)
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}: replacing refused'); END""",  # noqa: S608 - names of our own
}
# PostgreSQL's own numbers: a row trigger before update and delete, a statement trigger before truncate.
_KINDS = {"change_is_append_only": 1 + 2 + 8 + 16, "change_no_truncate": 2 + 32}
_FOUND = {
    "sqlite": f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}'",  # noqa: S608 - our own
    "postgresql": f"""SELECT t.tgname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = '{TABLE}'::regclass AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = ''""",  # noqa: S608 - our own
}


def install(using: str = "default") -> None:
    """Make the triggers; those that are there are made anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _sqlite_statements() if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement)


def _sqlite_statements() -> Iterator[str]:
    for name, statement in _SQLITE.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield statement


def remove(using: str = "default") -> None:
    """Drop the triggers: only for test databases, whose tables are emptied between tests."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in _NAMES[connection.vendor]:
            table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def missing_triggers(using: str = "default") -> list[str]:
    """The names of those that should be there and are not, are switched off, or say something else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor])
        found = {name: tuple(said) for name, *said in cursor.fetchall()}
    return [name for name in _NAMES[connection.vendor] if found.get(name) != _said(name)]


def _said(name: str) -> tuple[Any, ...]:
    return (_SQLITE[name],) if name in _SQLITE else (_KINDS[name], _FUNCTION)


def after_migrate(using: str, **_kwargs: Any) -> None:
    """Signal receiver: triggers, and the one head row that numbers the history."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    install(using)
    from standards.models import HistoryHead

    HistoryHead.objects.using(using).get_or_create(pk=1)
