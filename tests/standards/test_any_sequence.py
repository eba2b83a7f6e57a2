"""Any verbs and edits in any order, on every procedure: what is on record is what a plain model says, and verifies."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from standards import history
from standards.edits import edit
from standards.models import Change, Deadline, Project
from standards.refusals import BadFacts, GatesShut, Illegal
from standards.transitions import legal_verbs, perform
from tests import factories
from workflows.calendar import parse_target
from workflows.library import Rule, Track, library, track
from workflows.states import FACTS, State, Verb

pytestmark = pytest.mark.django_db

BEGAN = date(2025, 7, 8)
UNDER_WAY = ("proposal", "draft", "public_comment", "approval")
ALSO_ON_HOLD = (Verb.RESUME, Verb.CANCEL, Verb.REINSTATE, Verb.WITHDRAW)
TARGETS = ("", "2026-Q1", "2026-03-31", "2026-03", "2027")
NUMBERS = ("20252081-Z-469", "20252082-T-469", "2025039-Z-469", "GB/T 45401.1-2025", "GB/Z 45401-2025")


@dataclass
class Modelled:
    """A project as somebody would keep it on paper."""

    track: Track
    state: str
    stage: str
    since: date = BEGAN
    moved_on: date = BEGAN
    on_hold: bool = False
    round: int = 1
    cancelled_from: str = ""
    comment_from: date | None = None
    comment_until: date | None = None
    target: str = ""
    linked: bool = False
    due: date | None = None
    generation: int = 0
    deadlines: int = 0
    trail: list[tuple[str, str, str]] = field(default_factory=list)

    def rule(self, verb: Verb) -> Rule | None:
        """The rule under which the verb is possible now."""
        rule = self.track.rules.get(verb)
        if rule is None or self.state not in rule.sources:
            return None
        possible = self.on_hold or verb != Verb.RESUME
        return rule if possible and (not self.on_hold or verb in ALSO_ON_HOLD) else None

    def leads_to(self, verb: Verb, rule: Rule) -> str:
        return self.cancelled_from if verb == Verb.REINSTATE else str(rule.target or self.state)

    def enters(self, state: str, rule: Rule, named: str) -> str:
        """The stage to stand at. Raises LookupError where the one that was named is none of that state."""
        if named:
            return next(s.code for s in self.track.stages_in(State(state)) if s.code == named)
        if state == self.state:
            return self.stage
        chosen = self.track.first_stage(State(state), near=self.stage)
        return rule.stage or (chosen.code if chosen else "")

    def follow_target(self) -> None:
        """One open deadline while under way with a target; another day or another deadline is a new generation."""
        due = parse_target(self.target).due if self.target and self.state in UNDER_WAY else None
        if due and not self.due:
            self.deadlines += 1
            self.generation = self.deadlines
        elif due and due != self.due:
            self.generation += 1
        self.due = due


@dataclass(frozen=True)
class Move:
    verb: Verb
    after: timedelta
    stage: str
    override: bool
    comments: tuple[int, int]

    def facts(self, on: date) -> dict[str, Any]:
        names = {fact.name for fact in FACTS[self.verb]}
        given = {"from": on + timedelta(self.comments[0]), "until": on + timedelta(self.comments[1]), "reason": "why"}
        facts = {name: value for name, value in given.items() if name in names}
        return facts | ({"stage": self.stage} if self.stage and "stage" in names else {})

    def make(self, project: Project, model: Modelled, other: Project) -> bool:
        """Make the move on both, and say whether it was made."""
        on = model.moved_on + self.after
        facts, override = self.facts(on), "because" if self.override else ""
        try:
            perform(project, self.verb, by=None, on=on, override=override, **facts)
        except GatesShut:
            assert model.rule(self.verb)
            assert not self.override
            return False
        except BadFacts:
            assert not self._is_fit(model, facts) or on < model.moved_on
            return False
        except Illegal:
            assert model.rule(self.verb) is None
            return False
        self._model(model, on, facts)
        return True

    def _is_fit(self, model: Modelled, facts: dict[str, Any]) -> bool:
        rule = model.rule(self.verb)
        if self.verb == Verb.ADVANCE and facts.get("stage", model.stage) == model.stage:
            return False
        if facts.get("from", BEGAN) > facts.get("until", date.max):
            return False
        codes = [s.code for s in model.track.stages_in(State(model.leads_to(self.verb, rule)))] if rule else []
        return not facts.get("stage") or facts["stage"] in codes

    def _model(self, model: Modelled, on: date, facts: dict[str, Any]) -> None:
        rule = model.rule(self.verb)
        assert rule
        assert on >= model.moved_on
        assert self._is_fit(model, facts)
        state = model.leads_to(self.verb, rule)
        model.stage = model.enters(state, rule, facts.get("stage", ""))
        model.trail.append((self.verb, model.state, state))
        model.cancelled_from = {Verb.CANCEL: model.state, Verb.REINSTATE: ""}.get(self.verb, model.cancelled_from)
        model.on_hold = {Verb.HOLD: True, Verb.RESUME: False, Verb.CANCEL: False}.get(self.verb, model.on_hold)
        model.comment_from = facts.get("from", model.comment_from)
        model.comment_until = facts.get("until", model.comment_until)
        if self.verb == Verb.RETURN_TO_DRAFT:
            model.round, model.comment_from, model.comment_until = model.round + 1, None, None
        model.since = on if state != model.state else model.since
        model.state, model.moved_on = state, on
        model.follow_target()


@dataclass(frozen=True)
class Edit:
    fields: dict[str, Any]

    def make(self, project: Project, model: Modelled, other: Project) -> bool:
        fields = dict(self.fields)
        if "linked" in fields:
            fields["links"] = [("related_to", other)] if fields.pop("linked") else []
        try:
            change = edit(project, by=None, **fields)
        except BadFacts:
            start = self.fields.get("comment_from", model.comment_from)
            end = self.fields.get("comment_until", model.comment_until)
            assert start and end and end < start  # noqa: PT018 - one thing: the days are the wrong way round
            return False
        for name in set(self.fields) - {"numbers", "title"}:
            setattr(model, name, self.fields[name])
        model.follow_target()
        return change is not None


days = st.none() | st.integers(0, 60).map(lambda number: BEGAN + timedelta(number))
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(("One", "Other")),
        "target": st.sampled_from(TARGETS),
        "numbers": st.lists(st.sampled_from(NUMBERS), max_size=3),
        "comment_from": days,
        "comment_until": days,
        "linked": st.booleans(),
    },
).map(Edit)


def next_step(data: st.DataObject, model: Modelled) -> Move | Edit:
    """Mostly what can be done now, often an edit, and now and then anything at all."""
    kind = data.draw(st.sampled_from(("fit", "fit", "fit", "edit", "edit", "any")))
    if kind == "edit":
        return data.draw(edits)
    verbs = [verb for verb in Verb if model.rule(verb) or kind == "any"]
    verb = data.draw(st.sampled_from(verbs or list(Verb)))
    return data.draw(fit_moves(model, verb) if kind == "fit" and model.rule(verb) else any_moves(model, verb))


def fit_moves(model: Modelled, verb: Verb) -> st.SearchStrategy[Move]:
    rule = model.rule(verb)
    entered = [stage.code for stage in model.track.stages_in(State(model.leads_to(verb, rule)))] if rule else []
    others = [code for code in entered if code != model.stage]
    return st.builds(
        Move,
        verb=st.just(verb),
        after=st.sampled_from((0, 0, 1, 30)).map(timedelta),
        stage=st.sampled_from(others if verb == Verb.ADVANCE and others else ["", *entered]),
        override=st.just(True),  # noqa: FBT003 - a strategy
        comments=st.just((0, 60)),
    )


def any_moves(model: Modelled, verb: Verb) -> st.SearchStrategy[Move]:
    return st.builds(
        Move,
        verb=st.just(verb),
        after=st.integers(-2, 9).map(timedelta),
        stage=st.sampled_from(["", *(stage.code for stage in model.track.stages)]),
        override=st.booleans(),
        comments=st.sampled_from(((0, 60), (0, 0), (5, 2))),
    )


def registered(code: str, state: str) -> tuple[Project, Modelled]:
    project = factories.project(code, State(state), effective_on=BEGAN)
    return project, Modelled(track(code), state, project.stage_code, cancelled_from=project.cancelled_from)


def on_record(project: Project) -> dict[str, Any]:
    found = Project.objects.with_facts().get(pk=project.pk)
    names = ("state", "on_hold", "round", "since", "cancelled_from", "comment_from", "comment_until")
    deadlines = Deadline.objects.filter(project=project)
    still_open = deadlines.open().first()
    return {name: getattr(found, name) for name in names} | {
        "stage": found.stage_code,
        "target": found.target_text,
        "due": still_open.due if still_open else None,
        "generation": still_open.generation if still_open else None,
        "deadlines": deadlines.count(),
        "legal": set(legal_verbs(found)),
        "moves": list(
            Change.objects.filter(project=project, kind="moved").order_by("rev").values_list(
                "verb", "from_state", "to_state"
            )
        ),
    }  # fmt: skip


def on_paper(model: Modelled) -> dict[str, Any]:
    names = ("state", "on_hold", "round", "since", "cancelled_from", "comment_from", "comment_until", "stage", "target")
    return {name: getattr(model, name) for name in names} | {
        "due": model.due,
        "generation": model.generation if model.due else None,
        "deadlines": model.deadlines,
        "legal": {verb for verb in Verb if model.rule(verb)},
        "moves": model.trail,
    }


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # Shrinking a long sequence would take minutes.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_any_sequence_of_verbs_and_edits_leaves_what_the_model_says(data: st.DataObject) -> None:
    procedure = track(data.draw(st.sampled_from(sorted(library()))))
    state = data.draw(st.sampled_from((State.PROPOSAL, *procedure.states)))
    with transaction.atomic():
        pairs = [registered(procedure.code, state), registered(procedure.code, state)]
        for _step in range(data.draw(st.integers(5, 25))):
            which = data.draw(st.sampled_from((0, 0, 1)))
            rev, (project, model) = history.current_rev(), pairs[which]
            made = next_step(data, model).make(project, model, pairs[1 - which][0])
            assert on_record(project) == on_paper(model)
            assert (history.current_rev() > rev) == made
        assert history.verify() == []
        transaction.set_rollback(True)
