"""The shared vocabulary in the language that is active: of a page its reader's, in the API English."""

from django.utils.translation import get_language

from workflows.states import Label


def told(label: Label) -> str:
    return label.in_language(get_language() or "en")
