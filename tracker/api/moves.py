"""``projects/{id}/transitions/``: which verbs there are and what stands in their way; POST moves the project."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from standards.facts import read_verb
from standards.models import Project
from standards.transitions import Option, options, perform, refuse_stale
from tracker.api import shapes
from tracker.api.addresses import address
from tracker.api.authentication import Reader, reader_of
from tracker.api.conditions import Version, entity_tag, matches, revision_in
from tracker.api.entries import represent_history
from tracker.api.json_body import JSONBody
from tracker.api.problems import Problem, bad_input
from tracker.api.projects import find_project, project_tags, version_of
from tracker.api.reading import Asked, ReadView, answer
from tracker.api.schema import Documented
from tracker.api.tracks import represent_fact
from workflows.states import FACTS

JSON = dict[str, Any]
WORDS = ("verb", "on", "note", "source", "override")


class Transitions(ReadView):
    parser_classes = (JSONBody,)
    documented: ClassVar = {
        "get": Documented(
            "listTransitions",
            "What could be done with a project",
            "Every verb of the project's procedure with three separate answers: whether the procedure has it from "
            "here (`legal`), which facts are still missing today (`shut_gates`), and whether you may (`permitted`).",
            "projects",
            shapes.OPTIONS,
            problems=(400, 404),
        ),
        "post": Documented(
            "moveProject",
            "Move a project",
            "Needs a token that may write. The facts a verb takes are those that GET lists for it. All or nothing.",
            "projects",
            shapes.ENTRY,
            status=201,
            request=shapes.MOVE,
            problems=(400, 403, 404, 409, 412, 413, 415, 428),
        ),
    }

    def version(self, asked: Asked) -> Version:
        return version_of(asked.where["id"], asked.reader)

    def question(self, asked: Asked) -> list[Any]:
        """Gates open with the days, and permissions come and go."""
        reader = asked.reader
        return [*super().question(asked), asked.today, sorted(reader.permissions), reader.may_write]

    def body(self, asked: Asked, version: Version) -> JSON:
        project = find_project(asked)
        by = asked.reader.token.user if asked.reader.token and asked.reader.may_write else None
        return {"results": [_represent(option) for option in options(project, by=by, on=asked.today)]}

    def post(self, request: Request, **where: Any) -> HttpResponse:
        _refuse_reader(reader_of(request))
        self.charge()
        asked = self.asked(request, where)
        version = self.version(asked)
        fields = _fields(request.data, asked.reader)
        expected = self._expected_rev(request.META.get("HTTP_IF_MATCH", ""), asked, version)
        change = perform(find_project(asked), by=request.user, expected_rev=expected, **fields)
        headers = {"Location": address("history", id=where["id"])}
        return answer(represent_history([change])[0], status=201, headers=headers)

    def _expected_rev(self, header: str, asked: Asked, version: Version) -> int | None:
        """The revision that the caller saw, None where any will do. Raises a 428, 412 or 400 problem, or ``Stale``."""
        if not header.strip():
            raise Problem(428, "A move needs If-Match with the project's ETag, as GET of the project gave it.")
        current = {*project_tags(asked, version), entity_tag(version, *self.question(asked))}
        if matches(header, current):
            return None if header.strip() == "*" else version.rev
        if seen := revision_in(header):
            refuse_stale(find_project(asked), seen)
        raise Problem(
            412,
            f"The project's ETag is another one now, at revision {version.rev}. Fetch the project again.",
            code="stale",
            rev=version.rev,
        )


def _refuse_reader(reader: Reader) -> None:
    if not reader.is_authenticated:
        raise NotAuthenticated("Moving a project needs a token that may write, in Authorization: Bearer.")
    if not reader.may_write:
        raise Problem(403, "This token may only read. Use one made to read and write.", code="not_permitted")


def _fields(body: Any, reader: Reader) -> JSON:
    """What to hand to ``perform``. Raises a 400 problem that names every field it has no place for."""
    if "verb" not in body:
        raise bad_input({"verb": "say what to do; GET of this address lists the verbs."})
    verb = read_verb(body["verb"])
    known = (*WORDS, *(fact.name for fact in FACTS[verb]))
    reason = f"there is no such field for {verb}; there are: {', '.join(known)}."
    errors = {name[:40]: reason for name in body if name not in known}
    if "successor" in body and not _is_visible(body["successor"], reader):
        errors["successor"] = "there is no other project with this id."
    if errors:
        raise bad_input(errors)
    return {"on": None, **body}


def _is_visible(value: Any, reader: Reader) -> bool:
    """A project that is hidden from the caller is answered like one that is not there."""
    try:
        return not value or Project.objects.visible_to(reader).filter(pk=uuid.UUID(str(value))).exists()
    except ValueError:
        return True  # The door says better what is wrong with it.


def _represent(option: Option) -> JSON:
    return {
        "verb": option.verb,
        "to": option.to,
        "facts": [represent_fact(fact) for fact in option.facts],
        "legal": option.legal,
        "why_not": option.why_not,
        "shut_gates": [{"gate": shut.gate, "reason": shut.reason} for shut in option.shut_gates],
        "permitted": option.permitted,
    }
