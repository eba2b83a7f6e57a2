"""Query parameters: each view declares its own, and whatever it did not declare is refused by name."""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from standards.cleaning import Unclean, clean_line, read_date
from tracker.api.problems import bad_input

MOST_PARAMETERS = 100
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_HIDDEN = r"\u0000-\u001f\u007f\u0085\u2028-\u202e\u2066-\u2069"
_LINE = rf"^[^{_HIDDEN}]*[^\s{_HIDDEN}][^{_HIDDEN}]*$"
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: how to read it, and how the OpenAPI document describes it.

    ``many`` may be repeated and may hold several values with commas between them; its value is a sorted tuple.
    ``positional`` ones only say which part of a list to show: a cursor holds for any of their values.
    """

    name: str
    about: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    many: bool = False
    default: Any = None
    positional: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request: ``values`` as read, defaults filled in; ``given`` as they were written."""

    values: Mapping[str, Any]
    given: tuple[tuple[str, str], ...] = ()
    positional: frozenset[str] = field(default_factory=frozenset)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def canonical(self, *, with_position: bool = True) -> list[tuple[str, Any]]:
        """The same list for every way of writing the same question."""
        left_out = frozenset() if with_position else self.positional
        return sorted((name, value) for name, value in self.values.items() if name not in left_out)

    def with_cursor(self, cursor: str) -> str:
        """The query string that asks the same with another cursor."""
        kept = [(name, value) for name, value in self.given if name != "cursor"]
        return urlencode([*kept, ("cursor", cursor)])


def read_query(raw: str, parameters: Iterable[Parameter]) -> Query:
    """Read a query string as WSGI hands it over. Raises a 400 problem that names every parameter in error."""
    known = {parameter.name: parameter for parameter in parameters}
    given = _pairs(raw)
    errors = {name: _unknown(known) for name, _value in given if name not in known}
    values: dict[str, Any] = {}
    for name, parameter in known.items():
        try:
            values[name] = _value(parameter, [value for key, value in given if key == name])
        except Unclean as error:
            errors[name] = str(error)
    if errors:
        raise bad_input(errors)
    return Query(values, tuple(given), frozenset(p.name for p in known.values() if p.positional))


def _pairs(raw: str) -> list[tuple[str, str]]:
    try:
        text = raw.encode("latin-1").decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeError:
        raise bad_input({"query": "the query string is not valid UTF-8."}) from None
    except ValueError:
        raise bad_input({"query": f"there are more than {MOST_PARAMETERS} parameters."}) from None


def _unknown(known: Mapping[str, Parameter]) -> str:
    return f"there is no such parameter here; there are: {', '.join(sorted(known)) or '-'}."


def _value(parameter: Parameter, texts: list[str]) -> Any:
    if not texts:
        return parameter.default
    if parameter.many:
        return tuple(sorted({_one(parameter, part) for text in texts for part in text.split(",")}))
    if len(texts) > 1:
        raise Unclean("it is given more than once.")
    return _one(parameter, texts[0])


def _one(parameter: Parameter, text: str) -> Any:
    if not text.strip():
        raise Unclean("it is empty; give it a value or leave it out.")
    return parameter.read(text)


def words(name: str, about: str, limit: int = 200) -> Parameter:
    schema = {"type": "string", "minLength": 1, "maxLength": limit, "pattern": _LINE}
    return Parameter(name, about, partial(clean_line, limit=limit), schema)


def day(name: str, about: str) -> Parameter:
    return Parameter(name, about, read_date, {"type": "string", "format": "date"})


def flag(name: str, about: str, *, default: bool | None = None, positional: bool = False) -> Parameter:
    schema = {"type": "string", "enum": list(_FLAGS)}
    return Parameter(name, about, _read_flag, schema, default=default, positional=positional)


def _read_flag(text: str) -> bool:
    if text not in _FLAGS:
        raise Unclean(f"“{text[:40]}” is neither 1 nor 0.")
    return _FLAGS[text]


def slug(name: str, about: str) -> Parameter:
    return Parameter(name, about, _read_slug, {"type": "string", "pattern": f"^{_SLUG.pattern}$"})


def _read_slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise Unclean(f"“{text[:40]}” is no slug; slugs are letters, digits, hyphens and underscores.")
    return text


def identity(name: str, about: str) -> Parameter:
    return Parameter(name, about, _read_identity, {"type": "string", "format": "uuid"})


def _read_identity(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Unclean(f"“{text[:40]}” is no id; ids are UUIDs.") from None


def one_of(name: str, about: str, known: Iterable[str], *, default: str | None = None) -> Parameter:
    choices = tuple(known)
    schema = {"type": "string", "enum": list(choices)} | ({"default": default} if default else {})
    return Parameter(name, about, partial(_read_choice, choices), schema, default=default)


def some_of(name: str, about: str, known: Iterable[str]) -> Parameter:
    choices = tuple(known)
    schema = {"type": "array", "items": {"type": "string", "enum": list(choices)}, "minItems": 1}
    return Parameter(name, about, partial(_read_choice, choices), schema, many=True)


def _read_choice(choices: tuple[str, ...], text: str) -> str:
    if text not in choices:
        raise Unclean(f"there is no “{text[:40]}”; there are: {', '.join(choices)}.")
    return text


def whole(
    name: str, about: str, low: int, high: int, *, default: int | None = None, positional: bool = False
) -> Parameter:
    schema: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        schema["default"] = default
    return Parameter(name, about, partial(_read_whole, low, high), schema, default=default, positional=positional)


def _read_whole(low: int, high: int, text: str) -> int:
    if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
        raise Unclean(f"“{text[:40]}” is no whole number from {low} to {high}.")
    return int(text)
