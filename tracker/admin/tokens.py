"""API tokens under /admin/: made for oneself, shown once, revoked by a click; nobody can read one again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracker.tokens import ApiToken, issue, revoke


class TokenForm(forms.ModelForm):
    """What a new token is asked for."""

    class Meta:
        model = ApiToken
        fields = ("name", "user", "scope", "expires_at")

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise forms.ValidationError(gettext("This moment has passed; such a token would open nothing."))
        return expires_at


@admin.register(ApiToken)
class TokenAdmin(admin.ModelAdmin):
    """A token acts with the rights of its user, so only a superuser makes one for somebody else."""

    form = TokenForm
    list_display = ("name", "user", "scope", "begins_with", "created_at", "expires_at", "last_used_on", "revoked_at")
    list_select_related = ("user",)
    ordering = ("-created_at", "-pk")
    search_fields = ("name", "prefix")
    actions = ("revoke_tokens",)
    show_full_result_count = False

    @admin.display(description=_("begins with"), ordering="prefix")
    def begins_with(self, token: ApiToken) -> str:
        return f"trk_{token.prefix}_…"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        tokens = super().get_queryset(request)
        return tokens if request.user.is_superuser else tokens.filter(user=request.user)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj:
            return self.list_display
        return ("name", *(("user",) if request.user.is_superuser else ()), "scope", "expires_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.list_display if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A token that was ever used stays on record; revoking it is enough."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            return
        if not request.user.is_superuser:
            obj.user = request.user  # type: ignore[assignment]
        text = issue(obj, timezone.now())
        words = gettext("This is the token. Copy it now; it is shown only this once:")
        messages.warning(request, format_html("{} <code>{}</code>", words, text))

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        now = timezone.now()
        for token in tokens:
            revoke(token, now)
        count = len(tokens)
        words = ngettext("%(count)d token opens nothing any more.", "%(count)d tokens open nothing any more.", count)
        messages.success(request, words % {"count": count})
