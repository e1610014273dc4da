"""Lists with cursors are read to their end, in the query and in a body, and a list that ends too early is noticed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Settings, UnexpectedAnswer
from immuta_provider.api.cursors import items


class Listing:
    """A list of `total` items, `cap` on a page; `cursor` makes the cursor of the next page from its offset."""

    def __init__(self, total: int, *, cap: int = 4, count: int | None = None, cursor: Any = str) -> None:
        self.total = total
        self.cap = cap
        self.count = count
        self.cursor = cursor
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            page = json.loads(request.content)["meta"]["page"]
        else:
            page = {name[5:-1]: value for name, value in request.url.params.items() if name.startswith("page[")}
        self.asked.append(page)
        start = int(page.get("cursor", 0))
        given = [{"id": number} for number in range(start, min(start + self.cap, self.total))]
        meta: dict[str, Any] = {"page": {"limit": self.cap}, "sort": []}
        if start + self.cap < self.total:
            meta["page"]["cursor"] = self.cursor(start + self.cap)
        if self.count is not None:
            meta["totalCount"] = self.count
        return httpx.Response(200, json={"data": given, "meta": meta})

    def read(self, **options: Any) -> list[int]:
        client = Client(Settings(host="tenant.example.com", api_key="key-4711"), transport=httpx.MockTransport(self))
        return [each["id"] for each in items(client, "/list", envelope="data", key="id", **options)]


@pytest.mark.parametrize("total", [0, 1, 4, 5, 8, 11])
@pytest.mark.parametrize("search", [None, {"filter": {}}, {"filter": {}, "meta": {"sort": []}}])
def test_every_item_once(total: int, search: dict[str, Any] | None) -> None:
    listing = Listing(total, count=total)
    assert listing.read(search=search) == list(range(total))
    assert len(listing.asked) == max(1, -(-total // 4))


def test_the_page_is_asked_for_in_the_query() -> None:
    listing = Listing(5)
    listing.read(params={"filter[type]": "X"}, size=50)
    assert listing.asked == [{"limit": "50"}, {"limit": "50", "cursor": "4"}]


def test_the_page_is_asked_for_in_the_body_beside_what_is_there() -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(200, json={"data": [], "meta": {}})

    settings = Settings(host="tenant.example.com", api_key="key-4711")
    client = Client(settings, transport=httpx.MockTransport(answer))
    assert [*items(client, "/list", envelope="data", key="id", search={"filter": 1, "meta": {"sort": 2}})] == []
    assert sent == [{"filter": 1, "meta": {"sort": 2, "page": {"limit": 100}}}]


@pytest.mark.parametrize("cursor", [lambda _: "4", lambda _: "", lambda _: None, lambda _: 4])
def test_a_cursor_that_leads_nowhere_ends_the_list(cursor: Any) -> None:
    assert len(Listing(40, cursor=cursor).read()) <= 8


def test_items_that_move_between_pages_come_once() -> None:
    assert Listing(10, cursor=lambda offset: str(offset - 1)).read() == list(range(10))


def test_a_list_that_ends_too_early_is_noticed() -> None:
    with pytest.raises(UnexpectedAnswer, match="counts 40 items and its pages end after 4"):
        Listing(40, count=40, cursor=lambda _: None).read()


@pytest.mark.parametrize("answer", [[], {"data": {}}, {"data": [1]}, {"hits": []}])
def test_what_is_no_list(answer: Any) -> None:
    settings = Settings(host="tenant.example.com", api_key="key-4711")
    client = Client(settings, transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
    with pytest.raises(UnexpectedAnswer, match='no list of objects in "data"'):
        list(items(client, "/list", envelope="data", key="id"))
