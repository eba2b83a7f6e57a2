"""Pictures of the procedures."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from workflows.drawing import draw
from workflows.library import UnknownTrack, library, track


@require_safe
@cache_control(private=True, no_cache=True)
def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The procedure of that code as SVG, in the language of the reader."""
    try:
        svg = _drawn(track(code).code, "zh" if (get_language() or "").startswith("zh") else "en")
    except UnknownTrack as unknown:
        raise Http404 from unknown
    return HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")


@lru_cache(maxsize=2 * 64)
def _drawn(code: str, language: str) -> str:
    return draw(library()[code], language)
