from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from standards.models import Committee
from tests import factories
from tracker.models import Watch, Watcher

pytestmark = pytest.mark.django_db


def problems(**fields: Any) -> dict[str, list[str]]:
    """What is wrong with a watcher of these facts, by field."""
    with pytest.raises(ValidationError) as refused:
        Watcher(**{"email": "ann@example.org"} | fields).full_clean()
    return refused.value.message_dict


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (" Ann.Smith@Example.ORG ", "Ann.Smith@example.org"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("o'neil+sc42@example.org", "o'neil+sc42@example.org"),
        ('"ann.smith"@example.org', '"ann.smith"@example.org'),
    ],
)
def test_an_address_is_kept_in_one_form(address: str, kept: str) -> None:
    assert factories.watcher(address).email == kept


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ann@example.org\r\nBcc: all@example.org", "line break"),
        ("ann\x00@example.org", "invisible"),
        ('"a\x01b"@example.org', "invisible"),
        ("ann\u202e@example.org", "invisible"),
        ("李雷@example.cn", "Before the @"),
        (f"{'a' * 320}@example.org", "332 characters"),
        ("ann", "valid email"),
        ("ann@", "valid email"),
        ("@example.org", "valid email"),
        ("ann@exa mple.org", "valid email"),
        ("", "blank"),
    ],
)
def test_an_address_that_no_mail_can_go_to_is_refused_with_the_reason(address: str, problem: str) -> None:
    assert problem in " ".join(problems(email=address)["email"])


def test_a_name_that_could_forge_a_header_is_refused() -> None:
    assert "line break" in problems(name="Ann\r\nBcc: all@example.org")["name"][0]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "CST+8", "asia/shanghai", "../etc/passwd", ""])
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    assert problems(time_zone=zone)["time_zone"]


def test_a_language_we_do_not_write_is_refused() -> None:
    assert problems(language="tlh")["language"]


def test_one_watcher_an_address_whatever_its_capitals() -> None:
    factories.watcher("ann@example.org")
    assert "already" in str(problems(email="ANN@Example.org"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Watcher.objects.create(email="Ann@example.org")


def test_somebody_made_without_a_form_is_kept_in_the_same_form() -> None:
    assert Watcher.objects.create(email=" li@EXAMPLE.cn ", name=" Li ").email == "li@example.cn"


def test_a_watch_is_on_a_project_or_on_a_committee() -> None:
    project, who = factories.project(), factories.watcher()
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    for wrong in (Watch(watcher=who), Watch(watcher=who, project=project, committee=committee)):
        with pytest.raises(ValidationError, match="either a project or a committee"):
            wrong.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()


def test_the_same_thing_is_watched_once_at_a_time_and_again_later() -> None:
    project, who = factories.project(), factories.watcher()
    first = factories.watch(who, project)
    with pytest.raises(ValidationError, match="watched already"):
        Watch(watcher=who, project=project).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(watcher=who, project=project)
    first.stopped_at = datetime(2026, 11, 23, tzinfo=UTC)
    first.save()
    again = factories.watch(who, project)
    assert list(Watch.objects.running()) == [again]
    assert set(Watch.objects.alike(Watch.objects.filter(pk=first.pk))) == {first, again}


def test_a_watch_is_called_what_it_is_on() -> None:
    project = factories.project(title="Test title")
    assert str(factories.watch(factories.watcher(), project)) == "Test title"
