"""The fields of a project that may be given: reading each, and putting it in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from standards.cleaning import (
    Cleaner,
    Unclean,
    clean_bool,
    clean_chinese_title,
    clean_date,
    clean_line,
    clean_list,
    clean_target,
    clean_text,
    clean_title,
    clean_url,
)
from standards.models import Body, Committee, Link, Project, ProjectCommittee, Relation
from standards.numbering import replace_numbers
from standards.numbers import ParsedNumber, parse
from standards.refusals import BadFacts
from workflows.calendar import TargetDate
from workflows.states import Level


def linked_projects(fields: Mapping[str, Any]) -> list[Project]:
    return [link.other for link in fields.get("links", []) if link.other]


def apply(project: Project, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        _APPLIERS.get(name, partial(_set, name))(project, value)
    _refuse_contradictions(project)
    project.save()


def _set(name: str, project: Project, value: Any) -> None:
    setattr(project, name, value)


def _refuse_contradictions(project: Project) -> None:
    if project.comment_from and project.comment_until and project.comment_until < project.comment_from:
        raise BadFacts({"comment_until": _("the comment period ends before it starts.")})


def _apply_target(project: Project, target: TargetDate | None) -> None:
    project.target_text = target.text if target else ""
    project.target_precision = target.precision if target else ""
    project.target_start = target.start if target else None
    project.target_due = target.due if target else None


def _apply_committees(project: Project, committees: list[Committee]) -> None:
    project.assignments.exclude(committee__in=committees).delete()
    for position, committee in enumerate(committees):
        ProjectCommittee.objects.update_or_create(project=project, committee=committee, defaults={"position": position})


def _apply_links(project: Project, links: "list[WantedLink]") -> None:
    if any(link.other == project for link in links):
        raise BadFacts({"links": _("a project cannot be linked with itself.")})
    kept = [
        Link.objects.get_or_create(project=project, rel=link.rel, other=link.other, url=link.url)[0].pk
        for link in links
    ]
    project.links.exclude(pk__in=kept).delete()


@dataclass(frozen=True, slots=True)
class WantedLink:
    rel: str
    other: Project | None
    url: str


def _clean_links(value: Any) -> list[WantedLink]:
    return [_clean_link(pair) for pair in clean_list(value)]


def _clean_link(pair: Any) -> WantedLink:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise Unclean(_("a link is a relation with a project or a web address."))
    rel, target = pair
    if rel not in Relation.values:
        raise Unclean(_("there is no relation “%(rel)s”.") % {"rel": str(rel)[:40]})
    if isinstance(target, Project):
        return WantedLink(rel, target, "")
    if url := clean_url(target):
        return WantedLink(rel, None, url)
    raise Unclean(_("a link is a relation with a project or a web address."))


def _clean_numbers(value: Any) -> list[ParsedNumber]:
    given = clean_list(value)
    numbers = [number if isinstance(number, ParsedNumber) else parse(clean_line(number, 200)) for number in given]
    return [number for number in numbers if number.raw]


def _clean_committees(value: Any) -> list[Committee]:
    slugs = [slug.slug if isinstance(slug, Committee) else clean_line(slug, 80) for slug in clean_list(value)]
    found = {committee.slug: committee for committee in Committee.objects.filter(slug__in=slugs)}
    if unknown := [slug for slug in slugs if slug not in found]:
        raise Unclean(_("there is no committee “%(slugs)s”.") % {"slugs": ", ".join(unknown)})
    return [found[slug] for slug in dict.fromkeys(slugs)]


def _clean_responsible(value: Any) -> Any:
    if value is None or isinstance(value, get_user_model()):
        return value
    raise Unclean(_("this must be a user."))


def _clean_level(value: Any) -> Level:
    try:
        return Level(value)
    except ValueError:
        words = {"level": str(value)[:40], "known": ", ".join(Level)}
        raise Unclean(_("there is no level “%(level)s”; there are: %(known)s.") % words) from None


def _clean_deliverable(value: Any) -> str:
    deliverable = clean_line(value, 40)
    if not deliverable:
        raise Unclean(_("say what is made, such as GB/Z."))
    return deliverable


def _clean_body(value: Any) -> Body:
    try:
        return value if isinstance(value, Body) else body_of(clean_line(value, 80))
    except BadFacts as error:
        raise Unclean(error.errors["body"]) from None


def body_of(slug: str) -> Body:
    body = Body.objects.filter(slug=slug).first()
    if body is None:
        raise BadFacts({"body": _("there is no body “%(slug)s”; create it first.") % {"slug": slug}})
    return body


CLEANERS: Mapping[str, Cleaner] = {
    "title": clean_title,
    "title_zh": clean_chinese_title,
    "note": clean_text,
    "target": clean_target,
    "numbers": _clean_numbers,
    "committees": _clean_committees,
    "responsible": _clean_responsible,
    "level": _clean_level,
    "deliverable": _clean_deliverable,
    "body": _clean_body,
    "comment_from": clean_date,
    "comment_until": clean_date,
    "comment_url": clean_url,
    "published_on": clean_date,
    "in_force_on": clean_date,
    "embargoed": clean_bool,
    "links": _clean_links,
}


_APPLIERS: Mapping[str, Callable[[Project, Any], None]] = {
    "target": _apply_target,
    "numbers": replace_numbers,
    "committees": _apply_committees,
    "links": _apply_links,
}
