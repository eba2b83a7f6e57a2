import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_a_live_process_says_so_to_whatever_name_it_is_called_by(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Length"] == "16"


def test_health_is_asked_and_never_told(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_process_with_its_database_migrated_is_ready_whatever_the_broker_does(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "unreachable"}


@pytest.mark.django_db
def test_the_brokers_state_is_told(client: Client, settings: LazySettings, redis_url: str) -> None:
    settings.CELERY_BROKER_URL = redis_url
    assert client.get("/readyz").json()["broker"] == "ok"


@pytest.mark.django_db
def test_a_process_with_a_migration_pending_is_not_ready(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert (response.json()["status"], response.json()["migrations"]) == ("not ready", "1 pending")
