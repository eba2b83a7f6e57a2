"""Texts of Django's own pages that its Chinese catalogue lacks or spaces like English; naming them puts them into ours.

The colon stands after the label of every form field.
"""

from django.utils.translation import gettext_noop as _

BETTER_IN_OURS = (
    _(":"),
    _("Add %s"),
    _("Change %s"),
    _("View %s"),
    _("Add another %(verbose_name)s"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
)
