from typing import Any

import pytest

from standards import history
from standards.edits import record_committee
from standards.models import Change, Committee
from standards.refusals import BadFacts, NotPermitted
from tests import factories

pytestmark = pytest.mark.django_db


def record(**fields: Any) -> Committee:
    made = Committee(**{"slug": "sc42", "name": "Artificial intelligence", "body": factories.body()} | fields)
    record_committee(made, by=None)
    return made


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "sac/tc28"}, "slug"),
        ({"slug": "x" * 81}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "one\ntwo"}, "name"),
        ({"name": "nul \x00"}, "name"),
        ({"kind": "club"}, "kind"),
        ({"secretariat_email": "nobody"}, "secretariat_email"),
    ],
)
def test_a_value_that_a_committee_cannot_have_is_refused_by_name(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFacts) as refusal:
        record(**fields)
    assert list(refusal.value.errors) == [field]
    assert not Committee.objects.exists()


def test_a_slug_that_is_taken_is_refused() -> None:
    record()
    with pytest.raises(BadFacts, match="slug"):
        record()


def test_a_source_that_is_too_long_is_refused() -> None:
    made = Committee(slug="sc42", name="Artificial intelligence", body=factories.body())
    with pytest.raises(BadFacts, match="300"):
        record_committee(made, by=None, source="x" * 301)


def test_a_slug_never_changes() -> None:
    made = record()
    made.slug = "sc43"
    with pytest.raises(BadFacts, match="never changes"):
        record_committee(made, by=None)


def test_a_tree_too_deep_to_write_down_is_refused() -> None:
    above: Committee | None = None
    for number in range(12):
        above = record(slug=f"{number:080d}", parent=above)
    with pytest.raises(BadFacts, match="parent"):
        record(slug="x" * 80, parent=above)


def test_a_branch_is_not_moved_where_its_lowest_group_would_stand_too_deep() -> None:
    deep: Committee | None = None
    for number in range(7):
        deep = record(slug=f"{number:080d}", parent=deep)
    top = record(slug="top")
    low: Committee | None = top
    for number in range(7, 13):
        low = record(slug=f"{number:080d}", parent=low)
    top.parent = deep
    with pytest.raises(BadFacts, match="parent"):
        record_committee(top, by=None)


def test_a_committee_is_placed_by_where_those_above_it_stand_now() -> None:
    old, new = record(slug="old"), record(slug="new")
    middle = record(slug="middle", parent=old)
    seen_before = Committee.objects.select_related("parent__parent").get(pk=middle.pk)
    middle.parent = new
    record_committee(middle, by=None)
    assert record(slug="leaf", parent=seen_before).path == "/new/middle/leaf/"


def test_saying_what_somebody_else_said_already_takes_no_revision_back() -> None:
    seen_before = Committee.objects.get(pk=record().pk)
    changed = Committee.objects.get(pk=seen_before.pk)
    changed.name = seen_before.name = "AI"
    record_committee(changed, by=None)
    record_committee(seen_before, by=None)
    assert Committee.objects.get().rev == changed.rev == history.current_rev()


def test_committees_are_brought_in_and_changed_by_who_may() -> None:
    made, adder, changer = record(), factories.person(), factories.person()
    factories.grant(adder, "standards", "add_committee")
    factories.grant(changer, "standards", "change_committee")
    for person in (adder, factories.secretary()):
        with pytest.raises(NotPermitted, match="committees"):
            record_committee(made, by=person)
    with pytest.raises(NotPermitted, match="committees"):
        record_committee(Committee(slug="new", name="New", body=factories.body()), by=changer)
    made.name = "AI"
    record_committee(made, by=changer)
    assert Change.objects.latest("rev").actor == changer
