"""History entries as the API shows them: facts of the time, without what is nobody else's business.

Who is in the secretariat stays in the admin: ``by`` says whether a person or the tracker itself acted. So an entry
reads the same for everybody, and no body depends on how a colleague spells their name.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from standards.models import Change, Project
from standards.representation import represent_stage
from workflows.library import UnknownStage, UnknownTrack, track

JSON = dict[str, Any]
SHOWN_KINDS = tuple(kind for kind in Change.Kind if kind != Change.Kind.COMMITTEE)
_KEPT = (
    "title", "title_zh", "level", "deliverable", "track", "body", "state", "stage", "round", "since", "numbers",
    "committees", "target", "comment", "published_on", "in_force_on", "on_hold", "note", "links",
)  # fmt: skip
_INTERNAL = frozenset({"responsible", "embargoed", "cancelled_from"})


def represent_changes(changes: Iterable[Change]) -> list[JSON]:
    """Entries of the feed of changes. Asks once which linked projects are embargoed."""
    changes = list(changes)
    hidden = _embargoed_links(changes)
    return [_change(change) | {"snapshot": _snapshot(change.snapshot, hidden)} for change in changes]


def represent_history(changes: Iterable[Change]) -> list[JSON]:
    """Entries of one project's history: those of the feed with source, overrides and what changed."""
    changes = list(changes)
    hidden = _embargoed_links(changes)
    return [_entry(change, hidden) for change in changes]


def _change(change: Change) -> JSON:
    return {
        "rev": change.rev,
        "project": change.project_id,
        "kind": change.kind,
        "verb": change.verb or None,
        "from": change.from_state or None,
        "to": change.to_state,
        "effective_on": change.effective_on,
        "recorded_at": change.recorded_at,
        "note": change.note,
    }


def _entry(change: Change, hidden: frozenset[str]) -> JSON:
    return _change(change) | {
        "source": change.source,
        "by": "secretariat" if change.actor_id else "tracker",
        "override": change.override,
        "overridden": change.overridden,
        "delta": _delta(change.delta, hidden),
        "snapshot": _snapshot(change.snapshot, hidden),
    }


def _snapshot(facts: Mapping[str, Any], hidden: frozenset[str]) -> JSON:
    """The project as it stood: the same keys as now, but for ``next_deadline``, which is a fact of no entry."""
    period = facts["comment_from"] or facts["comment_until"]
    comment = {"from": facts["comment_from"], "until": facts["comment_until"], "url": facts["comment_url"]}
    shown = dict(facts) | {
        "stage": _stage(facts["track"], facts["stage"]),
        "numbers": _value("numbers", facts["numbers"], hidden),
        "comment": comment if period else None,
        "links": _value("links", facts["links"], hidden),
    }
    return {name: shown[name] for name in _KEPT}


def _stage(track_code: str, code: str) -> JSON | None:
    try:
        return represent_stage(track(track_code).stage(code)) if code else None
    except (UnknownTrack, UnknownStage):
        return None


def _delta(delta: Mapping[str, Any], hidden: frozenset[str]) -> JSON:
    shown = {
        name: [_value(name, value, hidden) for value in pair] for name, pair in delta.items() if name not in _INTERNAL
    }
    return {name: pair for name, pair in shown.items() if pair[0] != pair[1]}


def _value(name: str, value: Any, hidden: frozenset[str]) -> Any:
    """One recorded value; of a number what is shown of it now, and no link to an embargoed project."""
    if name == "numbers":
        return [{key: number[key] for key in ("kind", "value", "valid")} for number in value or []]
    if name == "links":
        return [link for link in value or [] if link.get("project") not in hidden]
    return value


def _embargoed_links(changes: Iterable[Change]) -> frozenset[str]:
    linked = {
        link["project"]
        for change in changes
        for links in (change.snapshot.get("links", []), *change.delta.get("links", []))
        for link in links or []
        if "project" in link
    }
    found = Project.objects.filter(pk__in=linked, embargoed=True).values_list("pk", flat=True) if linked else ()
    return frozenset(str(pk) for pk in found)
