"""Users and groups, with permissions called what they are called in the language of the page."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# Django writes them into the database in English when it makes a permission.
USUAL: Mapping[str, str] = {
    "add": _("Can add %(what)s"),
    "change": _("Can change %(what)s"),
    "delete": _("Can delete %(what)s"),
    "view": _("Can view %(what)s"),
}


def permission_in_words(permission: Permission) -> str:
    """The permission with its app and model, as Django writes it, but translated."""
    content = permission.content_type
    model = content.model_class()
    verb, _mark, of = permission.codename.partition("_")
    if model is not None and of == content.model and verb in USUAL:
        called = model._meta.verbose_name  # noqa: SLF001 - Django's name for it
        words = gettext(USUAL[verb]) % {"what": called}
    else:
        words = gettext(permission.name)
    return f"{content.app_labeled_name} | {words}"


class InWords:
    """An admin whose form offers permissions."""

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        form_field = super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
        if form_field is not None and db_field.remote_field.model is Permission:
            form_field.label_from_instance = permission_in_words
        return form_field


admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(InWords, UserAdmin):
    """Who may sign in, and what each may do."""


@admin.register(Group)
class GroupOfPeopleAdmin(InWords, GroupAdmin):
    """What everybody in a group may do."""
