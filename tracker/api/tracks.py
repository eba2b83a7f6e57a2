"""``tracks/``: the procedures, as they are read from their files."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tracker.api import shapes
from tracker.api.addresses import address
from tracker.api.conditions import Version
from tracker.api.problems import Problem
from tracker.api.reading import Asked, ReadView
from tracker.api.schema import Documented
from workflows.library import Rule, Stage, Track, UnknownTrack, library, track
from workflows.states import FACTS, VERB_LABELS, Fact

JSON = dict[str, Any]


def represent_track(procedure: Track) -> JSON:
    return {
        "code": procedure.code,
        "url": address("track", code=procedure.code),
        "name": procedure.name.en,
        "name_zh": procedure.name.zh,
        "body": procedure.body,
        "level": procedure.level,
        "deliverable": procedure.deliverable,
        "source": procedure.source,
        "comment_period": _duration(procedure.comment_period),
        "start_numbers": procedure.start_numbers,
        "published_example": procedure.published_example,
        "stages": [_represent_stage(stage) for stage in procedure.stages],
        "verbs": [_represent_rule(rule) for rule in procedure.rules.values()],
        "ladders": _ladders(procedure),
    }


def represent_fact(fact: Fact) -> JSON:
    """A fact that a move can be told."""
    return {"name": fact.name, "kind": fact.kind, "label": fact.label.en, "required": fact.required}


def _represent_stage(stage: Stage) -> JSON:
    names = {"name": stage.name.en, "name_zh": stage.name.zh}
    return {"code": stage.code, "state": stage.state, **names, "limit": _duration(stage.limit)}


def _represent_rule(rule: Rule) -> JSON:
    label = VERB_LABELS[rule.verb]
    return {
        "verb": rule.verb,
        "name": label.en,
        "name_zh": label.zh,
        "from": sorted(rule.sources),
        "to": rule.target,
        "gates": rule.gates,
        "facts": [represent_fact(fact) for fact in FACTS[rule.verb]],
    }


def _ladders(procedure: Track) -> Mapping[str, JSON]:
    return {
        kind: {"before": ladder.before, "on_day": ladder.on_day, "every": ladder.every}
        for kind, ladder in procedure.ladders.items()
    }


def _duration(period: Any) -> str | None:
    return str(period) if period else None


class Tracks(ReadView):
    documented: ClassVar = {
        "get": Documented(
            "listTracks",
            "Procedures",
            "Each procedure with its stages, its verbs, their gates and facts, and its reminders.",
            "tracks",
            shapes.TRACKS,
        )
    }

    def version(self, asked: Asked) -> Version:
        """Procedures are part of the release."""
        return Version(0)

    def body(self, asked: Asked, version: Version) -> JSON:
        return {"results": [represent_track(procedure) for procedure in library().values()]}


class OneTrack(ReadView):
    documented: ClassVar = {
        "get": Documented("getTrack", "One procedure", "", "tracks", shapes.TRACK, problems=(400, 404))
    }

    def version(self, asked: Asked) -> Version:
        return Version(0)

    def body(self, asked: Asked, version: Version) -> JSON:
        try:
            return represent_track(track(asked.where["code"]))
        except UnknownTrack as error:
            raise Problem(404, str(error)) from None
