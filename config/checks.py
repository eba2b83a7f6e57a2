"""Start-up checks of the installation itself."""

from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from django.core.checks import CheckMessage, Error, register


@register()
def no_other_fsm(**kwargs: Any) -> list[CheckMessage]:
    """No ``django-fsm`` beside ``django-fsm-2``: both ship the folder ``django_fsm``, and pip lets either win."""
    try:
        distribution("django-fsm")
    except PackageNotFoundError:
        return []
    return [
        Error(
            "The package django-fsm is installed and shadows django-fsm-2, which the state machine is written for.",
            hint="Run `pip uninstall django-fsm`, then `pip install --force-reinstall --no-deps django-fsm-2`.",
            id="config.E001",
        )
    ]
