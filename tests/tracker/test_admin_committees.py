from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from standards.models import Body, Change, Committee, CommitteeFact
from tests import factories
from tests.tracker.admin_pages import signed_in, tables_asked, text_of
from workflows.states import State

pytestmark = pytest.mark.django_db

LIST = "/admin/standards/committee/"
NO_FACTS = {"facts-TOTAL_FORMS": "0", "facts-INITIAL_FORMS": "0"}


@pytest.fixture
def client() -> Client:
    return signed_in(User.objects.create_superuser("root"))


def page_of(committee: Committee) -> str:
    return f"{LIST}{committee.pk}/change/"


def facts_of(committee: Committee, **changed: Any) -> dict[str, Any]:
    return {
        "name": committee.name,
        "name_zh": committee.name_zh,
        "body": committee.body_id,
        "parent": committee.parent_id or "",
        "kind": committee.kind,
        "reference": committee.reference,
        "aliases": "\n".join(committee.aliases),
        "source": "",
        **NO_FACTS,
        **changed,
    }


def statement(**changed: Any) -> dict[str, Any]:
    """One new fact, as the form sends it."""
    fact = {"key": "experts", "kind": "count", "label": "Experts", "value": "62", "stated_on": "2025-07-08",
            "source": "Report, line 40", "position": "0"} | changed  # fmt: skip
    return {"facts-TOTAL_FORMS": "1", "facts-INITIAL_FORMS": "0", **{f"facts-0-{name}": fact[name] for name in fact}}


def test_the_list_is_the_tree(client: Client) -> None:
    above = factories.committee("sac-tc28", name="Information technology")
    factories.committee("sac-tc28-sc42", parent=above, name="Artificial intelligence")
    factories.committee("iso", name="Zulu")
    shown = text_of(client.get(LIST))
    assert shown.index("Zulu") < shown.index("Information technology") < shown.index("Artificial intelligence")


def test_the_list_asks_the_same_queries_at_any_size(client: Client) -> None:
    asked = []
    for size in (2, 8):
        for number in range(size):
            factories.committee(f"sac-tc{number}")
        with tables_asked() as tables:
            client.get(LIST)
        asked.append(tables)
    assert asked[0] == asked[1]
    assert asked[0][-2:] == ["standards_committee", "standards_committee"]


def test_a_change_of_a_committee_is_recorded_with_who_and_on_whose_word(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42", name="Old")
    client.post(page_of(committee), facts_of(committee, name="New", aliases="SC42\nSC 42", source="Notice 3"))
    change = Change.objects.get(rev=Committee.objects.get(pk=committee.pk).rev)
    assert change.delta == {"name": ["Old", "New"], "aliases": [[], ["SC42", "SC 42"]]}
    assert (str(change.actor), change.source) == ("root", "Notice 3")


def test_saving_a_committee_as_it_is_records_nothing(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42", aliases=["SC42"])
    client.post(page_of(committee), facts_of(committee))
    assert committee.changes.count() == 1


def test_a_new_committee_is_recorded(client: Client) -> None:
    above = factories.committee("sac-tc28")
    typed = {"slug": "sac-tc28-sc42", "name": "AI", "body": above.body_id, "parent": above.pk, "kind": "sc", **NO_FACTS}
    response = client.post(f"{LIST}add/", typed)
    assert response.status_code == 302
    made = Committee.objects.get(slug="sac-tc28-sc42")
    assert made.path == "/sac-tc28/sac-tc28-sc42/"
    assert made.changes.count() == 1


def test_a_new_fact_is_saved_and_recorded_with_the_committee(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42")
    client.post(page_of(committee), facts_of(committee, **statement()))
    fact = CommitteeFact.objects.get()
    assert (fact.value, fact.stated_on, fact.source) == (62, date(2025, 7, 8), "Report, line 40")
    assert "facts" in committee.changes.order_by("-rev")[0].delta


def test_a_corrected_fact_is_recorded_too(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42")
    client.post(page_of(committee), facts_of(committee, **statement(kind="issue", value="", text="First")))
    fact = CommitteeFact.objects.get()
    again = statement(kind="issue", value="", text="Second", id=fact.pk, committee=committee.pk)
    client.post(page_of(committee), facts_of(committee, **again | {"facts-INITIAL_FORMS": "1"}))
    assert CommitteeFact.objects.get().text == "Second"
    assert committee.changes.count() == 3


def test_a_fact_without_a_source_is_refused_and_nothing_is_saved(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42", name="Old")
    response = client.post(page_of(committee), facts_of(committee, name="New", **statement(source="")))
    assert response.status_code == 200
    assert Committee.objects.get(pk=committee.pk).name == "Old"
    assert not CommitteeFact.objects.exists()


@pytest.mark.parametrize("below", ["itself", "its own group"])
def test_a_committee_cannot_stand_below_itself(client: Client, below: str) -> None:
    above = factories.committee("sac-tc28")
    group = factories.committee("sac-tc28-sc42", parent=above)
    parent = above if below == "itself" else group
    response = client.post(page_of(above), facts_of(above, parent=parent.pk))
    assert "A committee cannot stand below itself." in text_of(response)
    assert Committee.objects.get(pk=above.pk).parent is None


def test_a_slug_never_changes(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42")
    client.post(page_of(committee), facts_of(committee, slug="another", name="New"))
    assert Committee.objects.get(pk=committee.pk).slug == "sac-tc28-sc42"
    body = Body.objects.get(slug="sac")
    client.post(f"/admin/standards/body/{body.pk}/change/", {"slug": "other", "name": "SAC of China"})
    assert (Body.objects.get().slug, Body.objects.get().name) == ("sac", "SAC of China")


def test_the_page_counts_the_projects_of_the_committee_and_its_groups_by_state(client: Client) -> None:
    above = factories.committee("sac-tc28")
    factories.committee("sac-tc28-sc42", parent=above)
    factories.project(committees=["sac-tc28-sc42"])
    factories.project(committees=["sac-tc28", "sac-tc28-sc42"])
    factories.project(committees=["sac-tc28"], state=State.PROPOSAL)
    page = client.get(page_of(above))
    assert "Proposal 1 Drafting 2" in text_of(page)
    assert f"{'/admin/standards/project/'}?committee=sac-tc28&amp;state=draft" in page.content.decode()


def test_embargoed_projects_are_not_counted_for_who_may_not_see_them() -> None:
    committee = factories.committee("sac-tc28-sc42")
    factories.project(embargoed=True)
    viewer = signed_in(factories.person(permissions=["view_committee"], is_staff=True))
    assert "None." in text_of(viewer.get(page_of(committee)))
    assert viewer.get(LIST).context["cl"].result_list[0].project_total == 0


def test_a_committee_cannot_be_deleted(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42")
    assert client.post(f"{LIST}{committee.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_history_is_the_one_log(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42")
    client.post(page_of(committee), facts_of(committee, name="New"))
    assert not LogEntry.objects.exists()
