"""Reading the body of a write: one JSON object in UTF-8, not too large, nothing in it twice."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

import orjson
from rest_framework.parsers import BaseParser

from tracker.api.problems import Problem, bad_input

LARGEST = 64 * 1024


class JSONBody(BaseParser):
    """Strict: what two readers could understand differently is refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object. Raises a 413 or 400 problem."""
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Problem(413, f"The body is larger than {LARGEST // 1024} kB.")
        try:
            body = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
            # Lone surrogates and numbers past 64 bits are what nobody downstream can store or send.
            orjson.dumps(body)
        except UnicodeDecodeError as error:
            raise bad_input({"body": f"it is not valid UTF-8 at byte {error.start}."}) from None
        except json.JSONDecodeError as error:
            raise bad_input({"body": f"it is no JSON: {error.msg} at character {error.pos}."}) from None
        except (ValueError, RecursionError, TypeError):
            raise bad_input(
                {"body": "it holds a value that JSON readers do not agree on, or is nested too deep."}
            ) from None
        if not isinstance(body, dict):
            raise bad_input({"body": 'it must be a JSON object, such as {"verb": "submit", "on": "2026-03-01"}.'})
        return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise bad_input({twice[:40].encode(errors="replace").decode(): "it is given more than once."})
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
