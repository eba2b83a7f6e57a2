from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"
    verbose_name = "Standards pipeline"

    def ready(self) -> None:
        from config import checks  # noqa: F401
