"""What the templates of the staff's pages need."""

from typing import Any

from django import template

from tracker.admin.today import Today, panel_today

register = template.Library()


@register.simple_tag(takes_context=True)
def today_panel(context: Any) -> Today | None:
    """What the person needs to know today; None for whoever may not see projects."""
    return panel_today(context["request"].user)
