"""Titles folded to one form, so that likeness can be suggested and never mistaken for identity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.titles import FoldedTitle, fold_title


@pytest.mark.parametrize(
    ("title", "text", "part"),
    [
        ("Artificial intelligence—Deep learning algorithms evaluation", "deep learning algorithms evaluation", ""),
        (
            "Information technology - Artificial Intelligence - Platform computing resource specification",
            "platform computing resource specification",
            "",
        ),
        (
            "Information Technology-Artificial Intelligence-Guidelines on addressing risks in generative AI systems",
            "guidelines on addressing risks in generative ai systems",
            "",
        ),
        ("Artificial intelligence -Technical requirements", "technical requirements", ""),
        ("Overview of machine learning computing devices.", "overview of machine learning computing devices", ""),
        (
            "Artificial intelligence—Large-scale model—Part 4: Computer vision large-scale models",
            "large scale model computer vision large scale models",
            "4",
        ),
        (
            "Artificial intelligence - Computation scheduling and cooperation— Part 2: Distributed computing",
            "computation scheduling and cooperation distributed computing",
            "2",
        ),
        (
            "Artificial intelligence key technologies - Specification for data acquisition",
            "artificial intelligence key technologies specification for data acquisition",
            "",
        ),
        ("Artificial intelligence in health care", "artificial intelligence in health care", ""),
        ("人工智能　大模型　第4部分：计算机视觉大模型", "人工智能 大模型 计算机视觉大模型", "4"),
        ("ＰＡＲＴ　１２　Ｒｕｌｅｓ", "rules", "12"),
        ("Titre manque", "titre manque", ""),
        ("A\r\nB\x00C", "a b c", ""),
        ("", "", ""),
    ],
)
def test_a_title_is_folded(title: str, text: str, part: str) -> None:
    assert fold_title(title) == FoldedTitle(text, part)


@pytest.mark.parametrize("dash", "-‐‑‒–—―−－")
@pytest.mark.parametrize("spaced", ["{}", " {}", "{} ", "\u3000{}\u00a0"])
def test_dashes_and_the_spaces_beside_them_make_no_difference(dash: str, spaced: str) -> None:
    written = spaced.format(dash)
    title = f"Artificial intelligence{written}Operator interface{written}Part 1: Basic mathematical classes"
    assert fold_title(title) == FoldedTitle("operator interface basic mathematical classes", "1")


def test_two_parts_of_one_series_differ_in_the_part() -> None:
    one, other = fold_title("Trustworthiness - Part 1: General"), fold_title("Trustworthiness - Part 2: General")
    assert one.text == other.text
    assert one != other


def test_twins_that_are_not_the_same_stay_apart() -> None:
    twin = "Technical requirements for embodied intelligence data generation"
    national = fold_title(f"Artificial intelligence - {twin} platform")
    sector = fold_title(f"Artificial intelligence key technologies - {twin} systems")
    assert national.text != sector.text


@given(st.text(max_size=80))
def test_any_text_folds_to_one_line_without_dashes_or_double_spaces(title: str) -> None:
    text, _part = fold_title(title)
    assert text == text.strip()
    assert "  " not in text
    assert "-" not in text
    assert "\n" not in text
    assert fold_title(title.upper().lower()).text == fold_title(title.upper()).text
