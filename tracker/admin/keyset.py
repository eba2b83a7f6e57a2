"""Pages that begin where another one ended: the last one of a long list costs what the first one costs.

A mark tells the sort values of the row at a page's edge. It is no secret and proves nothing: it only narrows a list
that its reader may see anyway, and one that cannot be read is no mark.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

MARK_LIMIT = 8000


@dataclass(frozen=True, slots=True)
class Key:
    """One term of an order. ``nulls_last`` matters where the term is ``nullable``."""

    name: str
    expression: Any
    descending: bool
    nullable: bool
    nulls_last: bool

    def term(self, *, backwards: bool) -> OrderBy:
        """The term for ``order_by``. Without nulls it says nothing of them, so that an index can be used."""
        descending, last = self.descending != backwards, self.nulls_last != backwards
        nulls = {"nulls_last" if last else "nulls_first": True} if self.nullable else {}
        return OrderBy(F(self.name), descending=descending, **nulls)

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """What comes strictly after the value; None where nothing does."""
        last = self.nulls_last != backwards
        if value is None:
            return None if last else Q(**{f"{self.name}__isnull": False})
        further = Q(**{f"{self.name}__{'lt' if self.descending != backwards else 'gt'}": value})
        return further | Q(**{f"{self.name}__isnull": True}) if self.nullable and last else further

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def not_before(self, value: Any, *, backwards: bool) -> Q:
        """A bound that an index can use; it leaves out nothing that is beyond or the same."""
        if self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending != backwards else 'gte'}": value})


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, in the order of the list, and the marks of the pages beside it; empty: there is none."""

    rows: list[Any]
    before: str
    after: str


def page(queryset: QuerySet, ordering: Iterable[Any], size: int, *, after: str = "", before: str = "") -> Page:
    """The page after or before a mark; the first one where there is no such page, or no mark. One query, seldom two."""
    keys = [_key(term, place, queryset.model) for place, term in enumerate(ordering)]
    rows = queryset.annotate(**{key.name: key.expression for key in keys if key.expression is not None})
    found = _beside(rows, keys, size, before, backwards=True) if before else None
    found = found or (_beside(rows, keys, size, after, backwards=False) if after else None)
    return found or _page(keys, list(_ordered(rows, keys)[: size + 1]), size, is_first=True)


def _beside(rows: QuerySet, keys: Sequence[Key], size: int, mark: str, *, backwards: bool) -> Page | None:
    try:
        narrowed = rows.filter(_beyond(keys, _values(mark, len(keys)), backwards=backwards))
    except (ValidationError, ValueError, TypeError):
        return None
    found = list(_ordered(narrowed, keys, backwards=backwards)[: size + 1])
    if backwards:
        return _page_before(keys, found, size) if len(found) > size else None
    return _page(keys, found, size, is_first=False) if found else None


def _page(keys: Sequence[Key], found: list[Any], size: int, *, is_first: bool) -> Page:
    shown = found[:size]
    before = "" if is_first else _mark(keys, shown[0])
    return Page(shown, before, _mark(keys, shown[-1]) if len(found) > size else "")


def _page_before(keys: Sequence[Key], found: list[Any], size: int) -> Page:
    shown = found[:size][::-1]
    return Page(shown, _mark(keys, shown[0]), _mark(keys, shown[-1]))


def _ordered(rows: QuerySet, keys: Sequence[Key], *, backwards: bool = False) -> QuerySet:
    return rows.order_by(*(key.term(backwards=backwards) for key in keys))


def _key(term: Any, place: int, model: type[Model]) -> Key:
    """A term as Django's lists name it: a name with a minus or without, an expression, or one with its order."""
    if isinstance(term, str):
        term = OrderBy(F(term.removeprefix("-")), descending=term.startswith("-"))
    if not isinstance(term, OrderBy):
        term = OrderBy(term)
    descending = bool(term.descending)
    last = bool(term.nulls_last) or (not term.nulls_first and not descending)
    field = _own_field(term.expression, model)
    if field is None:
        return Key(f"sort_key_{place}", term.expression, descending, nullable=True, nulls_last=last)
    return Key(field.name, None, descending, nullable=field.null, nulls_last=last)


def _own_field(expression: Any, model: type[Model]) -> "Field[Any, Any] | None":
    """The column that the expression is, where it is one of the list's own table."""
    if not isinstance(expression, F):
        return None
    meta = model._meta  # noqa: SLF001 - Django's name for it
    name: str = getattr(expression, "name")
    if name == "pk":
        return meta.pk
    try:
        field = meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and not field.is_relation else None


def _beyond(keys: Sequence[Key], values: Sequence[Any], *, backwards: bool) -> Q:
    """Rows after these values in the order of the keys: the first differs, or it is the same and the second does."""
    found: Q | None = None
    for key, value in zip(reversed(keys), reversed(values), strict=True):
        further = key.beyond(value, backwards=backwards)
        equal = key.same(value) & found if found is not None else None
        found = further | equal if further is not None and equal is not None else further or equal
    first = keys[0].not_before(values[0], backwards=backwards)
    return first & found if found is not None else Q(pk__in=[])


def _mark(keys: Sequence[Key], row: Any) -> str:
    values = json.dumps([getattr(row, key.name) for key in keys], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def _values(mark: str, count: int) -> list[Any]:
    """The sort values in a mark. Raises ``ValueError`` where it is none."""
    if len(mark) > MARK_LIMIT:
        raise ValueError(mark[:20])
    try:
        values = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
    except (binascii.Error, UnicodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(mark) from error
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(mark)
    if any(not isinstance(value, str | int | float | None) for value in values):
        raise ValueError(mark)
    return values
