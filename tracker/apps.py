from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackerConfig(AppConfig):
    name = "tracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tracker import groups

        post_migrate.connect(groups.after_migrate, sender=self, dispatch_uid="tracker.groups")
