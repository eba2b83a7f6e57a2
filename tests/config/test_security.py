import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.security import POLICY, ContentSecurityPolicyMiddleware


@pytest.mark.django_db
def test_every_page_tells_the_browser_to_load_from_us_alone(client: Client) -> None:
    assert client.get("/admin/login/")["Content-Security-Policy"] == POLICY


def test_a_view_may_state_a_policy_of_its_own(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    response = ContentSecurityPolicyMiddleware(view)(rf.get("/"))
    assert response["Content-Security-Policy"] == "sandbox"
