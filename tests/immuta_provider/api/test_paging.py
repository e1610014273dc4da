"""Lists are read to their end, whatever a server does with offset, size and count."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from immuta_provider.api import Client, Settings, UnexpectedAnswer
from immuta_provider.api.paging import items


class Listing:
    """A list of `total` items on a server with habits."""

    def __init__(self, total: int, *, cap: int = 10**6, count: Any = None, ignores: tuple[str, ...] = ()) -> None:
        self.all = [{"id": number} for number in range(total)]
        self.cap = cap
        self.count = count
        self.ignores = ignores
        self.requests = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        offset = 0 if "offset" in self.ignores else int(request.url.params["offset"])
        size = 10**6 if "size" in self.ignores else int(request.url.params["size"])
        answer: dict[str, Any] = {"hits": self.all[offset : offset + min(size, self.cap)]}
        if self.count is not None:
            answer["count"] = self.count
        return httpx.Response(200, json=answer)

    def read(self, size: int = 10) -> list[int]:
        settings = Settings(host="tenant.example.com", api_key="key-4711")
        client = Client(settings, transport=httpx.MockTransport(self))
        return [item["id"] for item in items(client, "/list", envelope="hits", size=size)]


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 20, 25])
@pytest.mark.parametrize("count", [None, "exact", "text"])
def test_an_honest_server(total: int, count: str | None) -> None:
    listing = Listing(total, count={"exact": total, "text": str(total)}.get(count or ""))
    assert listing.read() == list(range(total))
    assert listing.requests == total // 10 + 1


def test_a_server_that_gives_less_than_asked_for_is_believed_only_with_its_count() -> None:
    assert Listing(25, cap=4, count=25).read() == list(range(25))


def test_a_count_of_the_page_does_not_end_the_list() -> None:
    assert Listing(25, count=10).read() == list(range(25))


def test_a_count_above_what_is_visible_costs_one_more_request() -> None:
    listing = Listing(5, count=8)
    assert listing.read() == list(range(5))
    assert listing.requests == 2


@pytest.mark.parametrize("total", [5, 10, 15])
def test_a_server_that_ignores_both_has_sent_everything(total: int) -> None:
    assert Listing(total, ignores=("offset", "size"), count=total).read() == list(range(total))


def test_a_server_that_ignores_the_offset_is_noticed() -> None:
    listing = Listing(25, ignores=("offset",))
    with pytest.raises(UnexpectedAnswer, match=r"GET /list(.|\n)*ignores the offset 10"):
        listing.read()
    assert listing.requests == 2


def test_items_that_move_between_pages_come_once() -> None:
    listing = Listing(25)
    settings = Settings(host="tenant.example.com", api_key="key-4711")
    client = Client(settings, transport=httpx.MockTransport(listing))
    found = []
    for item in items(client, "/list", envelope="hits", size=10):
        found.append(item["id"])
        if item["id"] == 5:
            listing.all.insert(0, {"id": 99})
    assert found == list(range(25))


def test_items_without_the_key_come_all(script: Any) -> None:
    tenant = script(httpx.Response(200, json=[{"name": "a"}, {"name": "b"}]))
    assert list(items(tenant.client, "/list", envelope=None)) == [{"name": "a"}, {"name": "b"}]


def test_items_without_the_key_that_come_again_are_noticed(script: Any) -> None:
    tenant = script(httpx.Response(200, json=[{"name": "a"}, {"name": "b"}]))
    with pytest.raises(UnexpectedAnswer, match="ignores the offset 2"):
        list(items(tenant.client, "/list", envelope=None, size=2))


def test_further_parameters_are_kept_on_every_page(script: Any) -> None:
    page = {"hits": [{"id": 1}], "count": 2}
    tenant = script(httpx.Response(200, json=page), httpx.Response(200, json={"hits": [{"id": 2}], "count": 2}))
    assert len(list(items(tenant.client, "/list", envelope="hits", params={"searchText": "x"}))) == 2
    assert [dict(request.url.params) for request in tenant.requests] == [
        {"searchText": "x", "offset": "0", "size": "200"},
        {"searchText": "x", "offset": "1", "size": "200"},
    ]


@pytest.mark.parametrize("answer", [{}, {"hits": None}, {"hits": {}}, {"hits": [1]}, [], "x", 5, {"purposes": []}])
def test_what_is_no_list_is_unexpected(script: Any, answer: Any) -> None:
    tenant = script(httpx.Response(200, json=answer))
    if answer == []:
        assert list(items(tenant.client, "/list", envelope="hits")) == []
        return
    with pytest.raises(UnexpectedAnswer, match=r"GET /list(.|\n)*hits"):
        list(items(tenant.client, "/list", envelope="hits"))
