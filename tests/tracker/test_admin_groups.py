import pytest
from django.contrib.auth.models import Group, Permission

from tracker.groups import GROUPS, after_migrate

pytestmark = pytest.mark.django_db


def permissions_of(name: str) -> set[str]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Group.objects.get(name=name).permissions.select_related("content_type")
    }


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_has_every_permission_it_is_meant_to_have(name: str) -> None:
    assert permissions_of(name) == GROUPS[name]


def test_editors_move_and_edit_and_neither_register_nor_pass_gates() -> None:
    editors = permissions_of("Editors")
    assert {"standards.move_project", "standards.change_project"} <= editors
    assert editors.isdisjoint({"standards.add_project", "standards.override_gate", "standards.view_embargoed"})


def test_no_group_may_delete_anything() -> None:
    assert not [permission for name in GROUPS for permission in permissions_of(name) if ".delete_" in permission]


def test_migrating_again_leaves_what_a_site_has_arranged() -> None:
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(Permission.objects.get(codename="move_project"))
    after_migrate()
    assert "standards.move_project" not in permissions_of("Editors")


def test_a_group_that_is_gone_is_made_again_whole() -> None:
    Group.objects.all().delete()
    after_migrate()
    assert permissions_of("Secretariat") == GROUPS["Secretariat"]
