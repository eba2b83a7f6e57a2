"""The words in which watchers, watches and the mail owed to them are asked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from standards.models import ProjectCommittee
from standards.querysets import sees_embargoed

if TYPE_CHECKING:
    from tracker.models import Notification, Watch, Watcher  # noqa: F401

WAITING = ("pending", "retry", "uncertain")
LEASED = "leased"


class WatcherQuerySet(models.QuerySet["Watcher"]):
    def active(self) -> Self:
        return self.filter(active=True)


class WatchQuerySet(models.QuerySet["Watch"]):
    def running(self) -> Self:
        return self.filter(stopped_at=None)

    def alike(self, watches: Self) -> Self:
        """Every watch, of whatever age, of the same watcher on the same thing as one of these."""
        same = Q(project=OuterRef("project")) | Q(committee=OuterRef("committee"))
        return self.filter(Exists(watches.filter(same, watcher=OuterRef("watcher"))))

    def covering(self, project: str) -> Self:
        """Inside a subquery: watches on the outer row's project, or on a committee that it is worked on in or below."""
        inside = ProjectCommittee.objects.filter(
            project=OuterRef(OuterRef(project)), committee__path__startswith=OuterRef("committee__path")
        )
        return self.filter(Q(project=OuterRef(project)) | Exists(inside))


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, principal: Any) -> Self:
        """Without those about projects that this user may not know of."""
        return self if sees_embargoed(principal) else self.exclude(project__embargoed=True)

    def waiting(self) -> Self:
        """Owed and in nobody's hands: to be sent when ``next_at`` has come."""
        return self.filter(state__in=WAITING)

    def held_under(self, token: UUID) -> Self:
        """Leased to whoever holds this token, and to nobody since."""
        return self.filter(state=LEASED, lease_token=token)

    def lapsed(self, now: datetime) -> Self:
        """Leased to somebody who has not been heard of in time."""
        return self.filter(state=LEASED, lease_until__lt=now)

    def watched(self) -> Self:
        """About a project that the person it is owed to watches, itself or through a committee."""
        from tracker.models import Watch

        return self.filter(Exists(Watch.objects.running().filter(watcher=OuterRef("watcher")).covering("project")))
