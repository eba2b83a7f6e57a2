"""Procedures as pictures: well-formed, complete in both languages, readable, and safe with any text."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.toy import bake
from workflows.drawing import draw
from workflows.lettering import width, wrap
from workflows.library import Track, library, load
from workflows.states import GATE_LABELS, STATE_LABELS, VERB_LABELS, Label

SVG = "{http://www.w3.org/2000/svg}"
TRACKS = list(library().values())
LANGUAGES = ["en", "zh-hans"]

each_track = pytest.mark.parametrize("track", TRACKS, ids=lambda track: track.code)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(svg: str) -> str:
    """All that is written in the picture, without any space or line break."""
    return "".join("".join(element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")).split())


def packed(text: str) -> str:
    return "".join(text.split())


@each_track
@each_language
def test_a_picture_is_a_well_formed_svg_with_a_size_a_title_and_a_description(track: Track, language: str) -> None:
    root = ET.fromstring(draw(track, language))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (root.get("role"), root.get("lang")) == ("img", language[:2])
    assert title.text == track.name.in_language(language)


@each_track
@each_language
def test_a_picture_names_every_state_stage_verb_and_gate(track: Track, language: str) -> None:
    written = texts(draw(track, language))
    labels = [track.name, *(STATE_LABELS[state] for state in track.states), *(stage.name for stage in track.stages)]
    labels += [VERB_LABELS[verb] for verb in track.rules]
    labels += [GATE_LABELS[gate] for rule in track.rules.values() for gate in rule.gates]
    missing = [label for label in labels if packed(label.in_language(language)) not in written]
    assert missing == []
    assert [stage.code for stage in track.stages if stage.code not in written] == []


@each_track
@each_language
def test_a_description_says_every_move_in_words(track: Track, language: str) -> None:
    description = ET.fromstring(draw(track, language)).findtext(f"{SVG}desc") or ""
    for rule in track.rules.values():
        if rule.target:
            assert VERB_LABELS[rule.verb].in_language(language) in description
            assert STATE_LABELS[rule.target].in_language(language) in description


Frame = tuple[float, float, float, float]


def frames(svg: str) -> Iterator[tuple[str, Frame]]:
    """Where each line of text lies: left, top, right, bottom, as wide as it is at most."""
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        size, x, y = (float(text.get(key, "0")) for key in ("font-size", "x", "y"))
        room = width(text.text or "", size)
        left = x - room * shift[text.get("text-anchor", "start")]
        yield text.text or "", (left, y - size * 0.8, left + room, y + size * 0.2)


def overlap(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@each_track
@each_language
def test_no_text_covers_another(track: Track, language: str) -> None:
    found = list(frames(draw(track, language)))
    assert [(a, b) for (a, one), (b, other) in combinations(found, 2) if overlap(one, other)] == []


@each_track
@each_language
def test_every_text_and_box_lies_on_the_sheet(track: Track, language: str) -> None:
    svg = draw(track, language)
    root = ET.fromstring(svg)
    across, down = float(root.get("width", "0")), float(root.get("height", "0"))
    placed = [frame for _, frame in frames(svg)]
    for rect in root.iter(f"{SVG}rect"):
        if "x" in rect.attrib:
            x, y, wide, high = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
            placed.append((x, y, x + wide, y + high))
    assert all(frame[0] >= 0 and frame[1] >= 0 and frame[2] <= across and frame[3] <= down for frame in placed)


def test_a_move_that_passes_a_state_by_has_an_arrow_of_its_own() -> None:
    name = packed(VERB_LABELS[list(library()["gb-t-adoption"].rules)[1]].en)
    assert texts(draw(library()["gb-t-adoption"])).count(name) == texts(draw(library()["gb-t"])).count(name) + 1


def test_a_language_without_a_translation_is_drawn_in_english() -> None:
    assert draw(library()["gb"], "fr") == draw(library()["gb"], "en") == draw(library()["gb"])


def test_the_same_procedure_is_drawn_the_same_way_every_time() -> None:
    assert draw(library()["iso-iec-is"], "zh") == draw(library()["iso-iec-is"], "zh")


def test_markup_in_a_name_is_written_and_not_obeyed(tmp_path: Path) -> None:
    track = load(bake(tmp_path, ('en = "Dough"', """en = '</text><script>alert("1")</script>&amp;'""")))["bread"]
    svg = draw(track)
    assert "<script" not in svg
    assert packed('</text><script>alert("1")</script>&amp;') in texts(svg)


def test_a_character_that_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    track = load(bake(tmp_path, ('en = "Bread"', r'en = "Br\u0000ea\u001bd"')))["bread"]
    assert ET.fromstring(draw(track)).findtext(f"{SVG}title") == "Bread"


def test_a_name_of_any_length_stays_in_its_box(tmp_path: Path) -> None:
    track = load(bake(tmp_path, ('en = "Dough"', f'en = "{"dough " * 60}{"x" * 300}"')))["bread"]
    found = [frame for text, frame in frames(draw(track)) if "dough" in text or "xx" in text]
    assert len(found) > 10
    assert max(frame[2] for frame in found) - min(frame[0] for frame in found) < 240


def test_a_procedure_that_ends_from_one_state_only_is_drawn_too(tmp_path: Path) -> None:
    cancel = '[verbs.cancel]\nfrom = ["proposal", "draft"]', '[verbs.cancel]\nfrom = ["proposal"]'
    ET.fromstring(draw(load(bake(tmp_path, cancel))["bread"]))


def test_a_procedure_without_gates_has_no_list_of_what_verbs_ask_for() -> None:
    plain = library()["gb"]
    rules = {verb: replace(rule, gates=()) for verb, rule in plain.rules.items()}
    assert "What the verbs ask for" in draw(plain)
    assert "What the verbs ask for" not in draw(replace(plain, rules=rules))


# Lettering


@given(st.text(alphabet="ab xyz,.（征求意见、）(1)\u00a0", max_size=60), st.integers(60, 400))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, room: int) -> None:
    lines = wrap(text, room, 13)
    assert packed("".join(lines)) == packed(text)
    assert all(width(line, 13) <= room for line in lines)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Open for comment", 80, ["Open for", "comment"]),
        ("征求意见阶段", 40, ["征求意", "见阶段"]),
        ("征求意见。", 52, ["征求意", "见。"]),
        ("项目授权申请（NesCom）", 104, ["项目授权申请", "（NesCom）"]),
        ("Review (5\u00a0years)", 80, ["Review", "(5\u00a0years)"]),
        ("", 80, [""]),
    ],
)
def test_lines_break_at_spaces_and_between_characters_but_not_before_a_closing_mark(
    text: str, room: int, lines: list[str]
) -> None:
    assert wrap(text, room, 13) == lines


def test_a_chinese_character_is_as_wide_as_it_is_high() -> None:
    assert width("立项", 10) == 20
    assert width("il", 10) < width("ab", 10) < width("AB", 10) < 20


def test_labels_of_the_picture_itself_are_in_the_language_asked_for() -> None:
    chinese = texts(draw(library()["gb"], "zh"))
    own = [Label("Stays in this state:", "状态不变："), Label("What the verbs ask for", "各项操作的条件")]
    assert all(label.zh in chinese and packed(label.en) not in chinese for label in own)


@each_track
@each_language
def test_no_line_runs_through_a_text(track: Track, language: str) -> None:
    svg = draw(track, language)
    pieces = [piece for path in ET.fromstring(svg).iter(f"{SVG}path") for piece in strokes(path.get("d", ""))]
    assert len(pieces) > 10
    crossed = [text for text, frame in frames(svg) if any(overlap(frame, piece) for piece in pieces)]
    assert crossed == []


def strokes(path: str) -> Iterator[Frame]:
    """The straight pieces of an arrow, each as the narrow frame around it."""
    points = [tuple(map(float, point.split())) for point in path.removeprefix("M").removesuffix(" z").split(" L")]
    for (x, y), (to_x, to_y) in pairwise(points):
        yield min(x, to_x) - 1, min(y, to_y) - 1, max(x, to_x) + 1, max(y, to_y) + 1
