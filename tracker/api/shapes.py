"""The shapes of bodies, as serializers: what the OpenAPI document shows. The views build the bodies themselves.

A shape is made by name and fields, because keys such as ``from`` cannot be attributes of a class.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from standards.models import CommitteeFact, CommitteeKind, Deadline, Relation
from tracker.api.entries import SHOWN_KINDS
from workflows.states import FactKind, Gate, Level, NumberKind, Precision, State, Verb

Shape = type[s.Serializer[Any]]
Fields = dict[str, Any]


def shape(name: str, fields: Fields) -> Shape:
    return type(name, (s.Serializer,), dict(fields))


@extend_schema_field({"type": "array", "items": {}, "minItems": 2, "maxItems": 2})
class OldAndNew(s.JSONField):
    """A pair of values of any kind."""


def text(**options: Any) -> s.CharField:
    return s.CharField(allow_blank=True, **options)


def choice(values: Any, **options: Any) -> s.ChoiceField:
    return s.ChoiceField([str(value) for value in values], **options)


def day(**options: Any) -> s.DateField:
    return s.DateField(**options)


def texts() -> s.ListField:
    return s.ListField(child=s.CharField())


def page(name: str, of: Shape) -> Shape:
    return shape(
        name,
        {
            "count": s.IntegerField(required=False, help_text="Only with `count=1`."),
            "next": s.URLField(allow_null=True),
            "previous": s.URLField(allow_null=True),
            "results": of(many=True),
        },
    )


PROBLEM = shape(
    "Problem",
    {
        "type": s.CharField(),
        "title": s.CharField(),
        "status": s.IntegerField(),
        "detail": text(),
        "parameter": s.CharField(
            required=False, help_text="The parameter, field or header in error, the first of them."
        ),
        "errors": s.DictField(child=s.CharField(), required=False, help_text="The reason for each one in error."),
        "code": choice(["illegal", "gates_shut", "stale", "not_permitted", "refused", "other_history"], required=False),
        "shut_gates": s.ListField(child=s.DictField(child=s.CharField()), required=False),
        "rev": s.IntegerField(required=False),
        "expected_rev": s.IntegerField(required=False, allow_null=True),
        "head": s.IntegerField(required=False),
        "epoch": s.UUIDField(required=False),
        "resync": s.URLField(required=False),
    },
)

STAGE = shape("Stage", {"code": s.CharField(), "name": s.CharField(), "name_zh": s.CharField()})
NUMBER = shape("Number", {"kind": choice(NumberKind), "value": s.CharField(), "valid": s.BooleanField()})
TARGET = shape("Target", {"text": s.CharField(), "precision": choice(Precision), "start": day(), "due": day()})
COMMENT = shape("Comment", {"from": day(allow_null=True), "until": day(allow_null=True), "url": text()})
LINK = shape(
    "Link", {"rel": choice(Relation), "project": s.UUIDField(required=False), "url": s.URLField(required=False)}
)
NEXT_DEADLINE = shape(
    "NextDeadline",
    {"kind": choice(Deadline.Kind), "basis": choice(Deadline.Basis), "precision": choice(Precision), "due": day()},
)

_FACTS: Fields = {
    "title": s.CharField(),
    "title_zh": text(),
    "level": choice(Level),
    "deliverable": s.CharField(),
    "track": s.CharField(),
    "body": s.CharField(),
    "state": choice(State),
    "stage": STAGE(allow_null=True),
    "round": s.IntegerField(),
    "since": day(allow_null=True, help_text="The day it entered its state, where that is known."),
    "numbers": NUMBER(many=True),
    "committees": texts(),
    "target": TARGET(allow_null=True),
}
_MORE_FACTS: Fields = {
    "comment": COMMENT(allow_null=True),
    "published_on": day(allow_null=True),
    "in_force_on": day(allow_null=True),
    "on_hold": s.BooleanField(),
    "note": text(),
    "links": LINK(many=True),
}
PROJECT = shape(
    "Project",
    {
        "id": s.UUIDField(),
        "url": s.URLField(),
        "html_url": s.URLField(),
        **_FACTS,
        "next_deadline": NEXT_DEADLINE(allow_null=True),
        **_MORE_FACTS,
        "rev": s.IntegerField(),
        "updated_at": s.DateTimeField(),
    },
)
SNAPSHOT = shape("Snapshot", {**_FACTS, **_MORE_FACTS})

_CHANGE: Fields = {
    "rev": s.IntegerField(),
    "project": s.UUIDField(),
    "kind": choice(SHOWN_KINDS),
    "verb": choice(Verb, allow_null=True),
    "from": choice(State, allow_null=True),
    "to": choice(State),
    "effective_on": day(allow_null=True, help_text="The day it happened at the body, where that is known."),
    "recorded_at": s.DateTimeField(help_text="The moment it was recorded here."),
    "note": text(),
}
CHANGE = shape("Change", {**_CHANGE, "snapshot": SNAPSHOT()})
ENTRY = shape(
    "HistoryEntry",
    {
        **_CHANGE,
        "source": text(),
        "by": choice(["secretariat", "tracker"]),
        "override": text(help_text="Why gates were passed that were shut."),
        "overridden": s.ListField(child=choice(Gate)),
        "delta": s.DictField(child=OldAndNew(), help_text="Each changed field with its old and new value."),
        "snapshot": SNAPSHOT(),
    },
)
CHANGES = shape(
    "Changes",
    {
        "results": CHANGE(many=True),
        "next_after": s.IntegerField(help_text="Ask for the next page, or later for what is new, with `after=` this."),
        "head": s.IntegerField(
            help_text="The revision of the latest change; the end is reached when it is next_after."
        ),
        "epoch": s.UUIDField(help_text="Another value means another history: a restored database."),
    },
)
DEADLINE = shape(
    "Deadline",
    {
        "project": s.UUIDField(),
        "title": s.CharField(),
        "title_zh": text(),
        "kind": choice(Deadline.Kind),
        "basis": choice(Deadline.Basis),
        "precision": choice(Precision),
        "text": s.CharField(),
        "start": day(),
        "due": day(),
        "status": choice(Deadline.Status),
        "closed_on": day(allow_null=True),
    },
)
FACT = shape(
    "Fact", {"name": s.CharField(), "kind": choice(FactKind), "label": s.CharField(), "required": s.BooleanField()}
)
SHUT_GATE = shape("ShutGate", {"gate": choice(Gate), "reason": s.CharField()})
OPTION = shape(
    "Transition",
    {
        "verb": choice(Verb),
        "to": choice(State),
        "facts": FACT(many=True),
        "legal": s.BooleanField(),
        "why_not": text(),
        "shut_gates": SHUT_GATE(many=True),
        "permitted": s.BooleanField(),
    },
)
OPTIONS = shape("Transitions", {"results": OPTION(many=True)})
MOVE = shape(
    "Move",
    {
        "verb": choice(Verb),
        "on": day(help_text="The day it happened at the body."),
        "note": text(required=False),
        "source": text(required=False),
        "override": text(required=False, help_text="Why gates that are shut are passed all the same."),
        "number": text(required=False),
        "from": day(required=False),
        "until": day(required=False),
        "url": text(required=False),
        "published_on": day(required=False),
        "in_force_on": day(required=False),
        "stage": text(required=False),
        "reason": text(required=False),
        "successor": s.UUIDField(required=False),
    },
)
_COUNTS = s.DictField(child=s.IntegerField(), help_text="How many projects are in each state.")
PIPELINE = shape(
    "Pipeline",
    {
        "total": s.IntegerField(),
        "states": _COUNTS,
        "committees": shape(
            "CommitteeCounts",
            {
                "committee": s.CharField(),
                "parent": s.CharField(allow_null=True),
                "total": s.IntegerField(),
                "states": _COUNTS,
            },
        )(many=True),
    },
)
COMMITTEE = shape(
    "Committee",
    {
        "slug": s.CharField(),
        "url": s.URLField(),
        "html_url": s.URLField(),
        "name": s.CharField(),
        "name_zh": text(),
        "kind": choice(CommitteeKind),
        "reference": text(),
        "aliases": texts(),
        "body": s.CharField(),
        "parent": s.CharField(allow_null=True),
        "facts": shape(
            "CommitteeFact",
            {
                "key": s.CharField(),
                "kind": choice(CommitteeFact.Kind),
                "label": text(),
                "label_zh": text(),
                "value": s.IntegerField(allow_null=True),
                "text": text(),
                "text_zh": text(),
                "from": day(allow_null=True),
                "until": day(allow_null=True),
                "stated_on": day(),
                "source": s.CharField(),
            },
        )(many=True),
        "rev": s.IntegerField(),
    },
)
TRACK = shape(
    "Track",
    {
        "code": s.CharField(),
        "url": s.URLField(),
        "name": s.CharField(),
        "name_zh": s.CharField(),
        "body": s.CharField(),
        "level": choice(Level),
        "deliverable": s.CharField(),
        "source": s.CharField(),
        "comment_period": s.CharField(allow_null=True, help_text="An ISO 8601 duration."),
        "start_numbers": s.ListField(child=choice(NumberKind)),
        "published_example": s.CharField(),
        "stages": shape(
            "TrackStage",
            {
                "code": s.CharField(),
                "state": choice(State),
                "name": s.CharField(),
                "name_zh": s.CharField(),
                "limit": s.CharField(allow_null=True, help_text="An ISO 8601 duration."),
            },
        )(many=True),
        "verbs": shape(
            "TrackVerb",
            {
                "verb": choice(Verb),
                "name": s.CharField(),
                "name_zh": s.CharField(),
                "from": s.ListField(child=choice(State)),
                "to": choice(State, allow_null=True),
                "gates": s.ListField(child=choice(Gate)),
                "facts": FACT(many=True),
            },
        )(many=True),
        "ladders": s.DictField(
            child=shape(
                "Ladder",
                {
                    "before": s.ListField(child=s.IntegerField()),
                    "on_day": s.BooleanField(),
                    "every": s.IntegerField(allow_null=True),
                },
            )(),
            help_text="By kind of deadline: days before it, on the day, and every so many days while overdue.",
        ),
    },
)
TRACKS = shape("Tracks", {"results": TRACK(many=True)})
PROJECTS = page("ProjectPage", PROJECT)
HISTORY = page("HistoryPage", ENTRY)
DEADLINES = page("DeadlinePage", DEADLINE)
COMMITTEES = page("CommitteePage", COMMITTEE)
