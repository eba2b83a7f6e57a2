"""``changes/``: everything that happened to the projects one may see, strictly by revision, nothing ever dropped."""

from typing import Any, ClassVar

from standards.models import Change
from tracker.api import parameters as p
from tracker.api import shapes
from tracker.api.addresses import address
from tracker.api.conditions import Version
from tracker.api.entries import represent_changes
from tracker.api.keyset import LIMIT
from tracker.api.problems import Problem
from tracker.api.reading import Asked, ReadView
from tracker.api.schema import Documented

JSON = dict[str, Any]
LAST_REV = 10**18 - 1


class Changes(ReadView):
    parameters = (
        p.whole("after", "Changes after this revision: `next_after` of the last answer.", 0, LAST_REV, default=0),
        p.identity("epoch", "The `epoch` you follow; where the database has another one, the answer is 410."),
        p.day("effective_from", "Effective on this day or later."),
        p.day("effective_to", "Effective on this day or earlier."),
        LIMIT,
    )
    documented: ClassVar = {
        "get": Documented(
            "listChanges",
            "The feed of changes",
            "Ask again with `after` set to `next_after`, at once while `next_after` is below `head`, and later for "
            "what is new. Nothing is skipped, however many people write at the same moment.",
            "changes",
            shapes.CHANGES,
            problems=(400, 410),
        )
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        head, epoch, query = version.rev, version.also[0], asked.query
        if query["after"] > head or query["epoch"] not in (None, epoch):
            raise _other_history(head, epoch)
        changes = list(_after(asked, head)[: query["limit"]])
        full = len(changes) == query["limit"]
        return {
            "results": represent_changes(changes),
            "next_after": changes[-1].rev if full else head,
            "head": head,
            "epoch": epoch,
        }


def _after(asked: Asked, head: int) -> Any:
    """Up to the head that was read before: what is committed meanwhile is for the next question."""
    query = asked.query
    changes = Change.objects.visible_to(asked.reader).of_projects().filter(rev__gt=query["after"], rev__lte=head)
    if query["effective_from"]:
        changes = changes.filter(effective_on__gte=query["effective_from"])
    if query["effective_to"]:
        changes = changes.filter(effective_on__lte=query["effective_to"])
    return changes.order_by("rev")


def _other_history(head: int, epoch: Any) -> Problem:
    return Problem(
        410,
        "The history you follow is not this one: the database was restored or replaced. Read the projects anew from "
        "“resync”, then follow from “head”.",
        code="other_history",
        parameter="after",
        resync=address("projects"),
        head=head,
        epoch=epoch,
    )
