"""Which watchers watch the projects of these deadlines, and have not been reminded of them yet.

One statement for many deadlines and any number of watchers: the database compares what should be in the ledger with
what is there, and only what is missing comes back. It is written as SQL because the keys to compare with are a table
that no model has; both engines understand it.

Watchers and the ledger are asked row by row, through subqueries that a planner cannot turn into joins: so it costs what
there is to match, and never what there is in the ledger.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from django.db import connection


class Match(NamedTuple):
    """A watcher to whom a deadline matters, and the running watches for which it does, oldest first."""

    deadline: int
    watcher: int
    watches: tuple[int, ...]


_MATCHING = """
WITH reached (deadline_id, stem) AS (VALUES {reached}),
above (deadline_id, stem, committee_id) AS (
    SELECT DISTINCT reached.deadline_id, reached.stem, above.id
    FROM reached
    JOIN standards_deadline deadline ON deadline.id = reached.deadline_id
    JOIN standards_projectcommittee assignment ON assignment.project_id = deadline.project_id
    JOIN standards_committee inside ON inside.id = assignment.committee_id
    JOIN standards_committee above ON substr(inside.path, 1, length(above.path)) = above.path
),
matched (deadline_id, stem, watch_id, watcher_id) AS (
    SELECT above.deadline_id, above.stem, watch.id, watch.watcher_id
    FROM above JOIN tracker_watch watch ON watch.committee_id = above.committee_id
    WHERE watch.stopped_at IS NULL
    UNION ALL
    SELECT reached.deadline_id, reached.stem, watch.id, watch.watcher_id
    FROM reached
    JOIN standards_deadline deadline ON deadline.id = reached.deadline_id
    JOIN tracker_watch watch ON watch.project_id = deadline.project_id
    WHERE watch.stopped_at IS NULL
)
SELECT matched.deadline_id, matched.watcher_id, matched.watch_id
FROM matched
WHERE (
    SELECT watcher.active AND watcher.time_zone IN ({zones})
    FROM tracker_watcher watcher WHERE watcher.id = matched.watcher_id
) {missing}
ORDER BY matched.deadline_id, matched.watcher_id, matched.watch_id
"""
_MISSING = """
AND (
    SELECT owed.id FROM tracker_notification owed
    WHERE owed.key = matched.stem || CAST(matched.watcher_id AS text)
) IS NULL
"""


def matches(stems: Mapping[int, str], zones: Sequence[str], *, missing: bool) -> list[Match]:
    """Who watches the projects of these deadlines, of all active watchers in these time zones.

    ``stems`` maps a deadline's number to the key of its reminder without the watcher's number at the end; with
    ``missing``, only who has no notification of that key. Ordered by deadline and watcher.
    """
    statement = _MATCHING.format(
        reached=", ".join(["(CAST(%s AS bigint), %s)"] * len(stems)),
        zones=", ".join(["%s"] * len(zones)),
        missing=_MISSING if missing else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(value for pair in stems.items() for value in pair), *zones])
        rows = cursor.fetchall()
    pairs = groupby(rows, key=lambda row: row[:2])
    return [Match(deadline, watcher, tuple(row[2] for row in group)) for (deadline, watcher), group in pairs]
