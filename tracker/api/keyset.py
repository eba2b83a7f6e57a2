"""Pages of a list by keyset: each begins where the one before ended, at a sort value and an id.

A cursor is opaque and signed for its list: one of another list, order or filter, or one that was altered, is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable

from tracker.api.addresses import site
from tracker.api.parameters import Parameter, Query, flag, whole, words
from tracker.api.problems import bad_input

KEY = "sort_key"
_LIMIT = whole("limit", "How many on a page.", 1, 200, default=50, positional=True)
_CURSOR = words("cursor", "Where the page begins, from `next` or `previous` of another one.", limit=4000)
CURSOR = Parameter(_CURSOR.name, _CURSOR.about, _CURSOR.read, _CURSOR.schema, positional=True)
LIMIT = _LIMIT
COUNT = flag("count", "1 adds `count`, the number of all results.", default=False, positional=True)
PAGING = (LIMIT, CURSOR, COUNT)


@dataclass(frozen=True, slots=True)
class Order:
    """By ``key``, then by id. A ``nullable`` key puts what has none last, in both directions."""

    key: Combinable
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class _Position:
    """Between two rows: after (``forward``) or before the one with this sort value and id."""

    forward: bool
    key: Any
    pk: Any


def read_page(
    rows: "QuerySet[Any, Any]", order: Order, query: Query, path: str, render: Callable[[list[Any]], list[Any]]
) -> dict[str, Any]:
    """The page that the query asks for, ready to be sent: ``next``, ``previous``, ``results``, and ``count`` on demand.

    ``rows`` are all the filtered ones, without an order. ``render`` turns the rows of the page into what is shown.
    """
    signer = Signer(salt=_list_name(query, path))
    position = _position(query["cursor"], signer)
    found, more = _fetch(rows, order, position, query["limit"])
    forward = position is None or position.forward
    after = found and (more or not forward)
    before = found and (position is not None if forward else more)
    counted = {"count": rows.count()} if query["count"] else {}

    def link(row: Any, *, forward: bool) -> str:
        cursor = signer.sign_object([forward, getattr(row, KEY), str(row.pk)], serializer=_Plain, compress=True)
        return site(f"{path}?{query.with_cursor(cursor)}")

    return {
        **counted,
        "next": link(found[-1], forward=True) if after else None,
        "previous": link(found[0], forward=False) if before else None,
        "results": render(found),
    }


def _fetch(rows: "QuerySet[Any, Any]", order: Order, position: _Position | None, limit: int) -> tuple[list[Any], bool]:
    """The rows of the page in the list's order, and whether there are more beyond it in the walking direction."""
    forward = position is None or position.forward
    keyed = rows.annotate(**{KEY: order.key})
    if position:
        keyed = keyed.filter(_beyond(order, position))
    found = list(keyed.order_by(*_ordering(order, forward=forward))[: limit + 1])
    page, more = found[:limit], len(found) > limit
    return (page if forward else page[::-1]), more


def _ordering(order: Order, *, forward: bool) -> list[Any]:
    key = F(KEY)
    nulls: dict[str, bool] = {"nulls_last" if forward else "nulls_first": True} if order.nullable else {}
    by_key = key.desc(**nulls) if order.descending == forward else key.asc(**nulls)
    return [by_key, "pk" if forward else "-pk"]


def _beyond(order: Order, position: _Position) -> Q:
    """The rows on the far side of a position."""
    by_id = Q(pk__gt=position.pk) if position.forward else Q(pk__lt=position.pk)
    none = Q(**{f"{KEY}__isnull": True})
    if position.key is None:
        return none & by_id if position.forward else ~none | by_id
    way = "gt" if position.forward != order.descending else "lt"
    # The range stands alone beside the rest, so that an index on the key can be walked.
    reached = Q(**{f"{KEY}__{way}e": position.key}) & (Q(**{f"{KEY}__{way}": position.key}) | by_id)
    return reached | none if order.nullable and position.forward else reached


def _list_name(query: Query, path: str) -> str:
    return orjson.dumps(["page", path, query.canonical(with_position=False)], default=str).decode()


def _position(cursor: str | None, signer: Signer) -> _Position | None:
    if cursor is None:
        return None
    try:
        return _Position(*signer.unsign_object(cursor, serializer=_Plain))
    except (BadSignature, ValueError):
        reason = "it belongs to another list, order or filter, or was altered. Begin again without it."
        raise bad_input({"cursor": reason}) from None


class _Plain:
    """JSON in UTF-8: Chinese sort values stay short."""

    def dumps(self, value: Any) -> bytes:
        return orjson.dumps(value)

    def loads(self, value: bytes) -> Any:
        return orjson.loads(value)
