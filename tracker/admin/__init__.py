"""What staff see under /admin/: reads through querysets, writes through the doors of ``standards`` alone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from tracker.admin import committees, doubts, jobs, letters, lists, people, projects, registers, tokens, watching

admin.site.site_header = admin.site.site_title = _("Standards pipeline")
admin.site.index_title = _("Today")
admin.site.enable_nav_sidebar = False

__all__ = ["committees", "doubts", "jobs", "letters", "lists", "people", "projects", "registers", "tokens", "watching"]
