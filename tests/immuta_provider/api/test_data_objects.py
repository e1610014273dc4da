"""The calls of data objects and tags: which requests they make, and how leniently they read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from immuta_provider.api import UnexpectedAnswer, errors
from immuta_provider.api.data_objects import SEARCH, DataObject, DataObjectsApi, spellings
from immuta_provider.api.tags import TagsApi

PATH = "/api/connections/warehouse/dataObjects/o-1"
ABOVE = {"id": "warehouse", "type": "CONNECTION"}
ORDERS = {
    "id": "o-1",
    "name": "ORDERS",
    "type": "table",
    "connectionKey": "warehouse",
    "objectPath": {"name": "SALES", "type": "DATABASE", "id": "o-0", "child": {"name": "ORDERS", "type": "TABLE"}},
    "settings": {
        "syncPolicy": {"value": True, "inheritedFrom": ABOVE},
        "owners": [{"id": 2, "type": "USER"}, {"id": 3, "type": "GROUP", "inheritedFrom": ABOVE}],
    },
    "tags": [{"id": 7, "name": "A.B", "displayName": "B"}, {"id": 8, "name": "C", "inheritedFrom": ABOVE}],
}


def changed(**settings: Any) -> dict[str, Any]:
    return {**ORDERS, "settings": {**ORDERS["settings"], **settings}}


def test_own_settings_are_told_from_inherited_ones() -> None:
    found = DataObject.read("GET /x", ORDERS)
    assert found.direct_sync_policy is None
    assert [(owner.id, owner.type) for owner in found.direct_owners] == [("2", "USER")]
    assert [tag.name for tag in found.direct_tags] == ["A.B"]
    assert DataObject.read("GET /x", changed(syncPolicy={"value": False})).direct_sync_policy is False


def test_reading_is_lenient() -> None:
    """What a preview may leave out or add; ids are numbers, even such with a fraction of zero."""
    bare = {name: ORDERS[name] for name in ("id", "name", "type", "connectionKey", "objectPath")}
    found = DataObject.read("GET /x", {**bare, "settings": {"owners": [{"id": 2.0, "type": "ROBOT"}]}, "new": 1})
    assert (found.direct_sync_policy, found.tags, found.unknown) == (None, [], {"new": 1})
    assert [(owner.id, owner.type) for owner in found.direct_owners] == [("2", "ROBOT")]


@pytest.mark.parametrize("lacking", ["id", "name", "type", "connectionKey", "objectPath"])
def test_an_answer_without_what_nothing_works_without(routed: Any, lacking: str) -> None:
    tenant = routed({f"GET {PATH}": {name: value for name, value in ORDERS.items() if name != lacking}})
    with pytest.raises(UnexpectedAnswer, match=lacking):
        DataObjectsApi(tenant.client).get("warehouse", "o-1")


def test_a_path_has_names_and_can_be_asked_for_again() -> None:
    path = DataObject.read("GET /x", ORDERS).object_path
    assert path.names == ("SALES", "ORDERS")
    assert path.wanted == {"name": "SALES", "type": "DATABASE", "child": {"name": "ORDERS", "type": "TABLE"}}


@pytest.mark.parametrize(("path", "there"), [(["SALES", "ORDERS"], True), (["ORDERS"], False), (["SALES"], False)])
def test_at(path: list[str], there: bool) -> None:
    assert DataObject.read("GET /x", ORDERS).at(path) is there


def test_a_name_is_searched_in_both_spellings(routed: Any) -> None:
    assert (spellings("ORDERS"), spellings("caf\u00e9")) == (["ORDERS"], ["cafe\u0301", "caf\u00e9"])
    tenant = routed({f"POST {SEARCH}": {"data": [], "meta": {"page": {"limit": 100}}}})
    parent = DataObject.read("GET /x", ORDERS)
    assert list(DataObjectsApi(tenant.client).below("warehouse", parent, "caf\u00e9")) == []
    bodies = [tenant.body(number)["filter"]["dataObject"] for number in range(2)]
    assert [each["name"] for each in bodies] == ["cafe\u0301", "caf\u00e9"]
    assert bodies[0]["parentObjectPath"] == parent.object_path.wanted


def test_a_search_says_only_what_is_asked_for(routed: Any) -> None:
    tenant = routed({f"POST {SEARCH}": {"data": [ORDERS], "meta": {"page": {"limit": 100}}}})
    objects = DataObjectsApi(tenant.client)
    assert [each.id for each in objects.search({"name": "ORDERS"})] == ["o-1"]
    meta = {"sort": [{"field": "createdAt", "order": "asc"}], "page": {"limit": 100}}
    assert tenant.body() == {"filter": {"dataObject": {"name": "ORDERS"}}, "meta": meta}
    list(objects.search({"name": "x"}, connection={"connectionKey": "warehouse"}, tags={"include": [7]}))
    assert tenant.body()["filter"]["connection"] == {"connectionKey": "warehouse"}
    assert tenant.body()["tags"] == {"include": [7]}


RETAG = {"settings": {"syncPolicy": None, "owners": [{"id": 2, "type": "USER"}]}, "tags": {"add": [{"id": 7}]}}


@pytest.mark.parametrize(
    "changes",
    [
        RETAG,
        {"tags": {"add": [{"id": 7}], "remove": [{"id": 8}, {"id": 9}]}},
        {"settings": {"owners": [{"id": 2, "type": "USER"}]}},
        {"settings": {"syncPolicy": None}},
    ],
)
def test_a_change_whose_answer_was_lost_is_not_made_again(routed: Any, changes: dict[str, Any]) -> None:
    tenant = routed({f"PATCH {PATH}": httpx.Response(500), f"GET {PATH}": ORDERS})
    assert DataObjectsApi(tenant.client).update("warehouse", "o-1", changes).id == "o-1"
    assert tenant.asked == [f"PATCH {PATH}", f"GET {PATH}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {"syncPolicy": True}},
        {"settings": {"owners": None}},
        {"settings": {"owners": [{"id": 2, "type": "GROUP"}]}},
        {"tags": {"add": [{"id": 8}]}},
        {"tags": {"remove": [{"id": 7}]}},
        {"settings": {"brandNew": 1}},
        {"brandNew": 1},
    ],
)
def test_a_change_that_did_not_arrive_is_made_again(routed: Any, changes: dict[str, Any]) -> None:
    tenant = routed({f"PATCH {PATH}": [httpx.Response(500), ORDERS], f"GET {PATH}": ORDERS})
    DataObjectsApi(tenant.client).update("warehouse", "o-1", changes)
    assert tenant.asked == [f"PATCH {PATH}", f"GET {PATH}", f"PATCH {PATH}"]


def test_a_change_of_what_is_gone(routed: Any) -> None:
    with pytest.raises(errors.NotFound):
        DataObjectsApi(routed({}).client).update("warehouse", "o-1", RETAG)


def test_delete_returns_the_task(routed: Any) -> None:
    tenant = routed({f"DELETE {PATH}": httpx.Response(202, json={"taskId": "t-1"})})
    assert DataObjectsApi(tenant.client).delete("warehouse", "o-1") == "t-1"
    assert DataObjectsApi(routed({}).client).delete("warehouse", "o-1") is None


def test_get_of_what_is_gone_is_none(routed: Any) -> None:
    assert DataObjectsApi(routed({}).client).get("warehouse", "o-1") is None


def test_a_tag_is_found_by_its_whole_name(routed: Any) -> None:
    """The search finds whatever contains the text, and deleted tags too."""
    names = [(1, "PII.Mail", False), (2, "Discovered.PII", False), (3, "PII", True), (4, "PII", False)]
    tags = [{"id": number, "name": name, "deleted": gone} for number, name, gone in names]
    tenant = routed({"GET /tag": [tags]})
    assert [tag.id for tag in TagsApi(tenant.client).find("PII")] == [4]
    assert tenant.query() == {"searchText": "PII"}
    decomposed = routed({"GET /tag": [[{"id": 5, "name": "Cafe\u0301"}]]})
    assert [tag.id for tag in TagsApi(decomposed.client).find("Caf\u00e9")] == [5]


def test_tags_that_are_no_list(routed: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="it is no list"):
        TagsApi(routed({"GET /tag": {"tags": []}}).client).find("PII")
