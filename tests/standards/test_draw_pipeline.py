"""The drawing command: a procedure, or the machine itself, to the standard output or a file."""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from workflows.drawing import draw
from workflows.library import library
from workflows.states import STATE_LABELS, VERB_LABELS


def drawn(*arguments: str) -> str:
    out = StringIO()
    call_command("draw_pipeline", *arguments, stdout=out)
    return out.getvalue()


def test_a_track_is_drawn_to_the_standard_output_in_the_language_asked_for() -> None:
    assert drawn("--track", "gb-z") == draw(library()["gb-z"], "en")
    assert drawn("--track", "gb-z", "--language", "zh") == draw(library()["gb-z"], "zh")


def test_without_a_track_the_machine_is_drawn_with_every_state_and_every_verb() -> None:
    texts = "".join(ET.fromstring(drawn()).itertext())
    words = "".join(texts.split())
    labels = [*STATE_LABELS.values(), *VERB_LABELS.values()]
    assert [label.en for label in labels if "".join(label.en.split()) not in words] == []


def test_a_drawing_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "gb.svg"
    assert drawn("--track", "gb", "--language", "zh", "--output", str(file)) == f"Drew {file}.\n"
    assert file.read_text(encoding="utf-8") == draw(library()["gb"], "zh")


def test_an_unknown_track_is_refused_with_the_tracks_there_are() -> None:
    with pytest.raises(CommandError, match=r"--track: There is no procedure 'gbt'; there are association, gb, gb-t,"):
        drawn("--track", "gbt")


def test_an_empty_track_is_an_unknown_one() -> None:
    with pytest.raises(CommandError, match="no procedure ''"):
        drawn("--track", "")


def test_another_language_is_refused_with_the_two_there_are() -> None:
    with pytest.raises(CommandError, match="choose from 'en', 'zh'"):
        drawn("--track", "gb", "--language", "fr")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "gb.svg"
    with pytest.raises(CommandError, match=f"Cannot write {file}: No such file or directory. Give --output another"):
        drawn("--track", "gb", "--output", str(file))
