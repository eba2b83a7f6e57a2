from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "standards"
    verbose_name = _("Standards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from standards import checks, triggers  # noqa: F401

        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="standards.triggers")
