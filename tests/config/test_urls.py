from django.contrib.staticfiles import finders
from django.test import Client


def test_a_browser_that_asks_for_an_icon_is_sent_to_ours(client: Client) -> None:
    address = client.get("/favicon.ico")["Location"]
    assert address == "/static/tracker/icon.svg"
    assert finders.find(address.removeprefix("/static/"))
