from datetime import date
from typing import Any

import pytest
from django.test import Client

from standards.models import Change, Project
from tests import factories
from tests.tracker.admin_pages import ADD, drawn, page_of, posted, signed_in, text_of
from workflows.library import library
from workflows.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    factories.body("sac")
    factories.committee("sac-tc28-sc42")
    return signed_in(factories.secretary("zhang"))


def register(client: Client, track: str = "gb-z", **facts: Any) -> Any:
    page = f"{ADD}?track={track}"
    typed = {"title": "A new one", "place": "draft/20", "source": "Notice 7 of 2026"} | facts
    return client.post(page, posted(drawn(client.get(page)), **typed), follow=True)


def test_first_comes_the_choice_of_the_procedure(client: Client) -> None:
    page = client.get(ADD).content.decode()
    for code in library():
        assert f'href="?track={code}"' in page


def test_an_unknown_procedure_leads_back_to_the_choice(client: Client) -> None:
    assert "Which procedure does the project follow?" in text_of(client.get(f"{ADD}?track=nonsense"))


def test_a_project_is_registered_where_its_source_says_it_stands(client: Client) -> None:
    response = register(
        client, track="gb-t", place="public_comment/30", on="2026-01-05", numbers="20252081-T-469", target="2027-H1",
        lead="sac-tc28-sc42", title_zh="新的", note="Told by phone",
    )  # fmt: skip
    project = Project.objects.get()
    assert (project.state, project.stage_code, project.since) == (State.PUBLIC_COMMENT, "30", date(2026, 1, 5))
    assert (project.track_code, project.deliverable, project.target_text) == ("gb-t", "GB/T", "2027-H1")
    change = project.changes.get()
    assert (change.kind, change.source) == (Change.Kind.REGISTERED, "Notice 7 of 2026")
    assert str(change.actor) == "zhang"
    assert response.redirect_chain == [(page_of(project), 302)]
    assert "The project is registered." in text_of(response)


def test_it_offers_only_the_places_of_the_procedure(client: Client) -> None:
    groups = client.get(f"{ADD}?track=gb-z").context["form"].fields["place"].choices[1:]
    offered = {value for _state, places in groups for value, _name in places}
    track = library()["gb-z"]
    assert offered == {f"{stage.state}/{stage.code}" for stage in track.stages} | {
        f"{state}/" for state in track.states if not track.stages_in(state)
    }


def test_no_place_is_chosen_for_the_person(client: Client) -> None:
    response = register(client, place="")
    assert response.context["form"].errors["place"]
    assert not Project.objects.exists()


@pytest.mark.parametrize(("field", "typed", "said"), [
    ("title", "", "a title is needed"),
    ("title", "x" * 5000, "it has 5000 characters"),
    ("source", "", "This field is required"),
    ("place", "published/nonsense", "Select a valid choice"),
    ("on", "2026-02-30", "there is no day"),
    ("target", "soon", "soon"),
])  # fmt: skip
def test_what_cannot_be_taken_is_told_at_its_field(client: Client, field: str, typed: str, said: str) -> None:
    response = register(client, **{"title_zh": "保留", field: typed})
    form = response.context["form"]
    assert said in " ".join(form.errors[field])
    assert form["title_zh"].value() == "保留"
    assert not Project.objects.exists()


def test_a_body_that_is_missing_is_told(client: Client) -> None:
    response = register(client, track="ieee", place="draft/")
    assert not Project.objects.exists()
    assert "ieee-sa" in text_of(response) or response.context["form"].errors


def test_a_malformed_number_is_kept_marked_and_explained(client: Client) -> None:
    text = text_of(register(client, numbers="2025039-Z-469"))
    assert "is kept as it is written" in text
    assert Project.objects.get().numbers.get().valid is False
