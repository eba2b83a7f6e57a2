"""Where a register says a project stands, read with the project's own procedure: a code, a name, a state or letters."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from standards.cleaning import Unclean
from standards.importers.spelling import fold
from standards.numbers import Family, ParsedNumber
from standards.speech import told
from workflows.library import Track, UnknownStage, library, track
from workflows.states import STATE_LABELS, NumberKind, State


class Standing(NamedTuple):
    """``stage`` is empty where only the state is said."""

    state: State
    stage: str


_AROUND = re.compile(r"\A正在|(?:阶段|中|过程|stage)\Z")
_CODE_AND_NAME = re.compile(r"(\d{2}(?:\.\d{2})?)(?![\d.])[^\d]+")
_STATES = {
    "预研": State.PROPOSAL,
    "立项": State.PROPOSAL,
    "起草": State.DRAFT,
    "征求意见": State.PUBLIC_COMMENT,
    "送审": State.APPROVAL,
    "审查": State.APPROVAL,
    "报批": State.APPROVAL,
    "批准": State.APPROVAL,
    "发布": State.PUBLISHED,
    "现行": State.PUBLISHED,
    "现行有效": State.PUBLISHED,
    "即将实施": State.PUBLISHED,
    "废止": State.WITHDRAWN,
    "作废": State.WITHDRAWN,
    "被代替": State.WITHDRAWN,
    "终止": State.CANCELLED,
    "撤销": State.CANCELLED,
    "drafting": State.DRAFT,
    "enquiry": State.PUBLIC_COMMENT,
}
# Steps of a Chinese procedure that its stages have another name for.
_OTHER_NAMES = {"送审": "审查", "报批": "批准", "发布": "出版", "已发布": "出版"}
# ISO and IEC: what the letters of a draft say, and where the procedure has no such stage, the next best.
_LETTERS = {
    "PWI": ("00.00",), "NP": ("10.00",), "NWIP": ("10.00",), "PNW": ("10.00",), "ANW": ("20.00",), "AWI": ("20.00",),
    "WD": ("20.20",), "CD": ("30.00",), "PDTS": ("30.00",), "PDTR": ("30.00",), "CDTS": ("30.00",),
    "CDTR": ("30.00",), "PDAM": ("30.00",), "PDCOR": ("30.00",), "CDV": ("40.00",), "DIS": ("40.00",),
    "DAM": ("40.00", "50.00"), "DCOR": ("40.00", "50.00"), "DAD": ("40.00",), "FPDAM": ("40.00",),
    "FPDCOR": ("40.00",), "DTS": ("40.00", "50.00"), "DTR": ("40.00", "50.00"), "DPAS": ("40.00", "50.00"),
    "FDIS": ("50.00",), "FDAM": ("50.00",), "FDCOR": ("50.00",), "FDTS": ("50.00",), "FDTR": ("50.00",),
    "PRF": ("60.00",),
}  # fmt: skip


def read_standing(code: str, text: str, numbers: Iterable[ParsedNumber] = ()) -> Standing | None:
    """Where the text, or failing that the number, says a project of that procedure stands; None where neither does.

    A stage counts before the letters in a number, which real registers update later. Raises ``Unclean`` for a text
    that is no stage of this procedure, naming its stages.
    """
    if text:
        return _of_text(code, text.strip())
    return next((standing for number in numbers if (standing := _of_number(code, number))), None)


@lru_cache(maxsize=4096)
def _of_text(code: str, text: str) -> Standing:
    procedure = track(code)
    for candidate in _codes(text):
        if found := _standing(procedure, candidate):
            return found
    if text in procedure.states:
        return Standing(State(text), "")
    if found := _named(procedure, text):
        return found
    raise Unclean(_unknown(procedure, text))


def _standing(procedure: Track, stage: str) -> Standing | None:
    try:
        return Standing(procedure.stage(stage).state, stage)
    except UnknownStage:
        return None


def _codes(text: str) -> Iterator[str]:
    """The ways the code of a stage is written: 6060 (a whole number in ISO's data), 30.6 and 0 (numbers to Excel)."""
    yield text
    folded = fold(text)
    yield folded
    if found := _CODE_AND_NAME.fullmatch(folded):
        yield found[1]
    if re.fullmatch(r"\d{4}", folded):
        yield f"{folded[:2]}.{folded[2:]}"
    if found := re.fullmatch(r"(\d{1,2})(?:\.(\d{1,2}))?", folded):
        whole, part = found[1].zfill(2), found[2]
        yield f"{whole}.{(part or '').ljust(2, '0')}"
        if part in (None, "0"):
            yield whole


def _named(procedure: Track, text: str) -> Standing | None:
    folded = fold(text)
    bare = _AROUND.sub("", _AROUND.sub("", folded))
    by_name = _names(procedure)
    for word in (folded, bare, _OTHER_NAMES.get(bare, "")):
        if word in by_name:
            return by_name[word]
    if standing := _of_letters(procedure, text.upper()):
        return standing
    state = _state_words().get(folded) or _state_words().get(bare) or _state_words().get(bare.removeprefix("已"))
    return Standing(state, "") if state in procedure.states else None


def _names(procedure: Track) -> dict[str, Standing]:
    names: dict[str, Standing] = {}
    for stage in reversed(procedure.stages):
        for name in (stage.name.en, stage.name.zh):
            names[fold(name)] = names[_AROUND.sub("", fold(name))] = Standing(stage.state, stage.code)
    return names


@cache
def _state_words() -> dict[str, State]:
    words = {fold(word): state for word, state in _STATES.items()}
    for state, label in STATE_LABELS.items():
        for word in (state.value, state.value.replace("_", " "), label.en, label.zh):
            words[fold(word)] = state
    return words


def _of_letters(procedure: Track, letters: str) -> Standing | None:
    for stage in _LETTERS.get(letters, ()):
        if found := _standing(procedure, stage):
            return found
    return None


def _of_number(code: str, number: ParsedNumber) -> Standing | None:
    if not number.valid:
        return None
    procedure = track(code)
    if number.kind == NumberKind.PUBLISHED:
        first = procedure.first_stage(State.PUBLISHED)
        return Standing(State.PUBLISHED, first.code if first else "")
    last = number.supplements[-1].stage if number.supplements else ""
    letters = last or number.stage
    if letters:
        return _of_letters(procedure, letters.upper())
    # Both bodies write a number with neither letters nor year between the last draft and publication.
    undated = number.kind == NumberKind.PROJECT and number.family in (Family.ISO, Family.IEC)
    return _standing(procedure, "60.00") if undated else None


def _unknown(procedure: Track, text: str) -> str:
    known = ", ".join(f"{stage.code} {stage.name.zh}" for stage in procedure.stages)
    others = [told(t.name) for t in library().values() if t.code != procedure.code and _standing(t, text)]
    words = {"text": text[:40], "track": told(procedure.name), "known": known, "other": others[0] if others else ""}
    if others:
        return _("“%(text)s” is a stage of %(other)s, not of %(track)s, which has: %(known)s.") % words
    return _("“%(text)s” is no stage of %(track)s; there are: %(known)s, or the name of a state.") % words
