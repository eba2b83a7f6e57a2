"""Who gets what: every kind of person against every page of projects."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import localdate

from standards.models import Change, Project
from tests import factories
from tests.tracker.admin_pages import ADD, LIST, history_of, move_of, page_of

pytestmark = pytest.mark.django_db

LOGIN, REFUSED, SHOWN, DONE = "login", 403, 200, "done"


def staff(*permissions: str) -> Callable[[], User]:
    return lambda: factories.person(permissions=permissions, is_staff=True)


PEOPLE: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "no staff": lambda: factories.person(permissions=factories.ALL_PERMISSIONS),
    "nothing": staff(),
    "viewer": staff("view_project"),
    "editor": staff("view_project", "change_project"),
    "mover": staff("move_project"),
    "secretary": factories.secretary,
    "superuser": lambda: User.objects.create_superuser("root"),
}


def edited(project: Project) -> dict[str, Any]:
    return {"expected_rev": project.rev, "title": "Another title", "deliverable": project.deliverable}


def moved(project: Project) -> dict[str, Any]:
    return {"expected_rev": project.rev, "on": localdate().isoformat(), "reason": "because"}


def registered(_project: Project) -> dict[str, Any]:
    return {"title": "A new one", "place": "draft/20", "source": "a letter", "deliverable": "GB/Z"}


PAGES: dict[str, tuple[Callable[[Project], str], Callable[[Project], dict[str, Any]] | None]] = {
    "list": (lambda _project: LIST, None),
    "page": (page_of, None),
    "history": (history_of, None),
    "move form": (lambda project: move_of(project, "cancel"), None),
    "add": (lambda _project: ADD, None),
    "edit": (page_of, edited),
    "move": (lambda project: move_of(project, "cancel"), moved),
    "register": (lambda _project: f"{ADD}?track=gb-z", registered),
}

OUT = dict.fromkeys(PAGES, LOGIN)
LOOKS = {"list": SHOWN, "page": SHOWN, "history": SHOWN}
NO_WRITING = {"move form": REFUSED, "add": REFUSED, "edit": REFUSED, "move": REFUSED, "register": REFUSED}
ALL = {**LOOKS, "move form": SHOWN, "add": SHOWN, "edit": DONE, "move": DONE, "register": DONE}

ANSWERS: dict[str, dict[str, Any]] = {
    "anonymous": OUT,
    "no staff": OUT,
    "nothing": dict.fromkeys(PAGES, REFUSED),
    "viewer": {**LOOKS, **NO_WRITING},
    "editor": {**LOOKS, **NO_WRITING, "edit": DONE},
    "mover": {**LOOKS, **NO_WRITING, "move form": SHOWN, "move": DONE},
    "secretary": ALL,
    "superuser": ALL,
}


def ask(client: Client, page: str, project: Project) -> Any:
    address, facts = PAGES[page]
    recorded = Change.objects.count()
    response = client.get(address(project)) if facts is None else client.post(address(project), facts(project))
    if response.status_code == 302 and "/login/" in response.headers["Location"]:
        return LOGIN
    written = Change.objects.count() - recorded
    assert written == (1 if response.status_code == 302 else 0)
    return DONE if written else response.status_code


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_is_theirs_and_nothing_more(who: str, page: str) -> None:
    project, client = factories.project(), Client()
    if person := PEOPLE[who]():
        client.force_login(person)
    assert ask(client, page, project) == ANSWERS[who][page]


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_deletes_a_project(who: str) -> None:
    project, client = factories.project(), Client()
    if person := PEOPLE[who]():
        client.force_login(person)
    response = client.post(f"/admin/standards/project/{project.pk}/delete/", {"post": "yes"})
    assert response.status_code in (302, 403)
    assert Project.objects.filter(pk=project.pk).exists()


def test_nobody_edits_the_history_or_a_deadline() -> None:
    project, client = factories.project(target="2030"), Client()
    client.force_login(User.objects.create_superuser("root"))
    change, deadline = project.changes.get(), project.deadlines.get()
    for address in (f"change/{change.pk}/change/", f"deadline/{deadline.pk}/change/", "change/add/", "deadline/add/",
                    f"change/{change.pk}/delete/", f"deadline/{deadline.pk}/delete/"):  # fmt: skip
        assert client.post(f"/admin/standards/{address}", {"note": "altered", "post": "yes"}).status_code == 403
    assert project.changes.get().note == ""
