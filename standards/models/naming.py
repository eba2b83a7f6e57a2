"""What models have in common: names in two languages, and how long a text may be."""

from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

TITLE_LIMIT = 1000
TEXT_LIMIT = 20_000
PATH_LIMIT = 1000


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def long_text(label: Any) -> "models.TextField[str, str]":
    return models.TextField(label, blank=True, default="", validators=[MaxLengthValidator(TEXT_LIMIT)])


class Named(models.Model):
    """Something with a slug that never changes and a name in two languages."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_zh = models.CharField(_("Chinese name"), max_length=300, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and in_chinese() else self.name
