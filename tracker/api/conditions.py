"""Validators: which version of a body this is, and whether the caller has it already (RFC 9110, section 13)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.utils.http import parse_etags

from tracker.api.problems import Problem
from tracker.api.release import release

_REV = re.compile(r'"(\d{1,18})-[0-9a-f]{32}"')


@dataclass(frozen=True, slots=True)
class Version:
    """What a body depends on besides the question: ``rev`` for people and programs, ``also`` for the ETag alone."""

    rev: int
    also: tuple[Any, ...] = ()


def entity_tag(version: Version, *question: Any) -> str:
    """A strong ETag: equal tags mean equal bodies, for one release, database, question and kind of reader."""
    content = [release(), settings.BASE_URL, version.rev, *version.also, *question]
    digest = hashlib.sha256(orjson.dumps(content, default=str)).hexdigest()
    return f'"{version.rev}-{digest[:32]}"'


def revision_in(header: str) -> int | None:
    """The revision that the first tag of an If-Match was given for; None where none of them is a tag of ours."""
    found = (_REV.fullmatch(_strong(tag)) for tag in parse_etags(header))
    return next((int(match[1]) for match in found if match), None)


def has_it_already(header: str, tag: str) -> bool:
    """Does this If-None-Match hold the tag, weak or strong, or ``*``?"""
    return bool(header) and _holds(parse_etags(header), {tag})


def matches(header: str, current: set[str]) -> bool:
    """Does this If-Match hold one of the current tags? Raises a 400 problem for what is no list of ETags.

    Weak tags count: a proxy that compresses weakens a tag on the way, and ours are equal only for equal bodies.
    """
    tags = parse_etags(header)
    if not tags:
        raise Problem(
            400,
            "If-Match holds no ETag. Send the ETag of the project as you got it, with its quotation marks.",
            parameter="If-Match",
        )
    return _holds(tags, current)


def _holds(tags: list[str], current: set[str]) -> bool:
    return "*" in tags or bool({_strong(tag) for tag in tags} & current)


def _strong(tag: str) -> str:
    return tag.removeprefix("W/")
