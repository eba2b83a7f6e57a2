"""Finding the one project that somebody means, by number, id or address."""

import re
import uuid
from typing import Any

from django.utils.translation import gettext as _

from standards.models import Project

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Unfound(LookupError):
    """Nothing, or more than one project, is meant by a text; ``str()`` says which."""


def find_project(text: str, reader: Any) -> Project | str:
    """The project that a number, an id or an address of a page here means; a web address elsewhere comes back as it is.

    Raises ``Unfound``. Only what the reader may know of is found.
    """
    wanted = text.strip()
    visible = Project.objects.visible_to(reader)
    by_id = _ID.search(wanted)
    if by_id and (found := visible.filter(pk=uuid.UUID(by_id.group())).first()):
        return found
    if _WEB_ADDRESS.match(wanted):
        return wanted
    if by_id:
        raise Unfound(_("There is no project with this id."))
    return _by_number(wanted, list(visible.numbered(wanted).order_by("pk")[:2]))


def _by_number(number: str, found: list[Project]) -> Project:
    if not found:
        raise Unfound(_("There is no project with the number “%(number)s”.") % {"number": number[:80]})
    if len(found) > 1:
        raise Unfound(
            _("More than one project has the number “%(number)s”; give the address of the one you mean.")
            % {"number": number[:80]}
        )
    return found[0]
