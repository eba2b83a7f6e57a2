"""What states, stages, verbs and the like are called in the language of the person at the screen."""

from standards.models import Project
from standards.speech import told, with_aside
from tracker.wording import day_in_words, target_in_words
from workflows.calendar import BadTarget, parse_target
from workflows.library import Stage, UnknownTrack, track
from workflows.states import LEVEL_LABELS, STATE_LABELS, VERB_LABELS, Level, State, Verb


def state_name(code: str) -> str:
    return told(STATE_LABELS[State(code)]) if code in set(State) else code


def verb_name(code: str) -> str:
    return told(VERB_LABELS[Verb(code)]) if code in set(Verb) else code


def level_name(code: str) -> str:
    return told(LEVEL_LABELS[Level(code)]) if code in set(Level) else code


def track_name(code: str) -> str:
    """The procedure's name; its code where no file has it any more."""
    try:
        return told(track(code).name)
    except UnknownTrack:
        return code


def stage_name(stage: Stage | None) -> str:
    """Code and name, "30 Public comment"; empty where there is none."""
    return f"{stage.code} {told(stage.name)}" if stage else ""


def stage_of(project: Project) -> str:
    """The stage a project stands at; its bare code where the procedure does not have it any more."""
    try:
        return stage_name(project.stage) or project.stage_code
    except UnknownTrack:
        return project.stage_code


def target_name(text: str) -> str:
    """A target in words, "Q1 2026"; the text itself where it is none."""
    try:
        return told(target_in_words(parse_target(text)))
    except BadTarget:
        return text


def target_with_day(text: str) -> str:
    """A target with its last day, "Q1 2026 (31 Mar 2026)"; the day alone where it is one."""
    try:
        target = parse_target(text)
    except BadTarget:
        return text
    words, day = told(target_in_words(target)), told(day_in_words(target.due))
    return words if words == day else with_aside(words, day)
