"""What the templates of the staff's pages need."""

from typing import Any

from django import template

from tracker.admin.today import Today, panel_today

register = template.Library()


MAIN_LISTS = ("Project", "Deadline", "Committee", "Change", "Watcher", "Notification", "Doubt", "Job")


@register.simple_tag
def main_lists(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lists that the header leads to, of those this person may see."""
    ours = (app for app in apps if app["app_label"] in ("standards", "tracker"))
    models = {model["object_name"]: model for app in ours for model in app["models"]}
    return [models[name] for name in MAIN_LISTS if name in models and models[name]["admin_url"]]


@register.simple_tag(takes_context=True)
def today_panel(context: Any) -> Today | None:
    """What the person needs to know today; None for whoever may not see projects."""
    return panel_today(context["request"].user)
