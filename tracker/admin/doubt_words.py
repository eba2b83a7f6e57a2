"""Why an entry looks wrong, in words for the person at the screen, and where on a project's page it is mended."""

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext

from standards.number_faults import told_fault
from standards.numbers import parse
from standards.speech import labelled, told
from tracker.admin.labels import stage_name
from tracker.doubts import Doubt
from tracker.wording import day_in_words
from workflows.calendar import Period
from workflows.library import UnknownStage, UnknownTrack, track
from workflows.states import NumberKind

Kind = Doubt.Kind


def why(doubt: Doubt) -> str:
    """The reason in a sentence; the other project of a pair is named beside it."""
    return _WORDS[doubt.kind](doubt)


def place_to_mend(doubt: Doubt) -> tuple[str, str]:
    """The anchor of the field on the project's page, and what to do there."""
    return _PLACES[doubt.kind]()


def _malformed(doubt: Doubt) -> str:
    number = doubt.facts["number"]
    problem = told_fault(parse(number, NumberKind(doubt.facts["number_kind"])).problem)
    return problem if number in problem else labelled(f"“{number}”", problem)


def _doubtful(doubt: Doubt) -> str:
    number = parse(doubt.facts["number"], NumberKind(doubt.facts["number_kind"]))
    return labelled(f"“{number.value}”", " ".join(map(told_fault, parse(number.value, number.kind).warnings)))


def _same_number(doubt: Doubt) -> str:
    return gettext("“%(number)s” is a number of this project as well:") % {"number": doubt.facts["number"]}


def _same_title(_doubt: Doubt) -> str:
    return gettext("The same title in the same committee, no valid number to tell the two apart, and no link:")


def _no_target(_doubt: Doubt) -> str:
    return gettext("No time is planned for its publication.")


def _stage_overdue(doubt: Doubt) -> str:
    entered, limit = date.fromisoformat(doubt.facts["entered_on"]), Period.parse(doubt.facts["limit"])
    return gettext("At stage %(stage)s since %(entered)s; the procedure gives it %(limit)s, time on hold aside.") % {
        "stage": _stage(doubt.project.track_code, doubt.facts["stage"]),
        "entered": told(day_in_words(entered)),
        "limit": told(limit.label),
    }


def _stage(track_code: str, code: str) -> str:
    try:
        return stage_name(track(track_code).stage(code))
    except (UnknownTrack, UnknownStage):
        return code


def _no_published_number(_doubt: Doubt) -> str:
    return gettext("It is published, and no well-formed number of a published standard is on record.")


_WORDS: Mapping[str, Callable[[Doubt], str]] = {
    Kind.MALFORMED_NUMBER: _malformed,
    Kind.DOUBTFUL_NUMBER: _doubtful,
    Kind.SAME_NUMBER: _same_number,
    Kind.SAME_TITLE: _same_title,
    Kind.NO_TARGET: _no_target,
    Kind.STAGE_OVERDUE: _stage_overdue,
    Kind.NO_PUBLISHED_NUMBER: _no_published_number,
}

_PLACES: Mapping[str, Callable[[], tuple[str, str]]] = {
    Kind.MALFORMED_NUMBER: lambda: ("id_numbers", gettext("Correct the number")),
    Kind.DOUBTFUL_NUMBER: lambda: ("id_numbers", gettext("Correct the number")),
    Kind.SAME_NUMBER: lambda: ("id_numbers", gettext("Correct the number")),
    Kind.SAME_TITLE: lambda: ("id_link_rel", gettext("Link the two, or give the number")),
    Kind.NO_TARGET: lambda: ("id_target", gettext("Enter the target")),
    Kind.STAGE_OVERDUE: lambda: ("now-heading", gettext("Move it, or put it on hold")),
    Kind.NO_PUBLISHED_NUMBER: lambda: ("id_numbers", gettext("Enter the number")),
}
