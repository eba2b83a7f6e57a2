"""The Chinese texts are complete, say where the facts go, and are compiled."""

import gettext
import struct

import pytest

from tests.config.catalogue import FOLDER, Entry, entries, slots, texts

ENTRIES = entries(FOLDER / "django.po")
REMEDY = "run `make messages` and translate locale/zh_Hans/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def compiled() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_text_has_an_entry_and_every_entry_a_text() -> None:
    translated, shown = {entry.text for entry in ENTRIES}, texts()
    counted = {(text.english, text.context) for text in shown if text.plural}
    shown -= {text for text in shown if not text.plural and (text.english, text.context) in counted}
    assert len(shown) > 500
    assert (sorted(shown - translated), sorted(translated - shown)) == ([], []), REMEDY


def test_every_entry_is_in_chinese_and_sure_of_it() -> None:
    assert [entry.text for entry in ENTRIES if not entry.chinese or "fuzzy" in entry.flags] == [], REMEDY


def test_a_translation_has_the_places_that_its_text_has() -> None:
    def asked(entry: Entry) -> list[str]:
        return slots(entry.text.plural or entry.text.english)

    assert [entry.text for entry in ENTRIES if slots(entry.chinese) != asked(entry)] == []


def test_a_translation_begins_and_ends_a_line_where_its_text_does() -> None:
    def ends(text: str) -> tuple[bool, bool]:
        return text.startswith("\n"), text.endswith("\n")

    assert [entry.text for entry in ENTRIES if ends(entry.chinese) != ends(entry.text.english)] == []


def test_a_chinese_sentence_has_chinese_punctuation() -> None:
    half_width = (",", ";", "!", "?", "(", ")")
    chinese = {entry.text: entry.chinese for entry in ENTRIES}
    for text, words in chinese.items():
        for place, mark in enumerate(words):
            beside = words[max(place - 1, 0)] + words[min(place + 1, len(words) - 1)]
            assert not (mark in half_width and any("\u4e00" <= char <= "\u9fff" for char in beside)), text


def test_what_is_compiled_is_what_is_written(compiled: gettext.GNUTranslations) -> None:
    for entry in ENTRIES:
        text = entry.text
        if text.context:
            told = compiled.pgettext(text.context, text.english)
        elif text.plural:
            told = compiled.ngettext(text.english, text.plural, 2)
        else:
            told = compiled.gettext(text.english)
        assert told == entry.chinese, f"{text}: {REMEDY}"


def test_nothing_else_is_compiled() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        _magic, _version, count = struct.unpack("<3I", file.read(12))
    assert count == len(ENTRIES) + 1, REMEDY
