"""The calls of purposes: which requests they make, and how leniently they read."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from immuta_provider.api import UnexpectedAnswer, errors
from immuta_provider.api.purposes import Purpose, PurposesApi

RETENTION = {
    "id": 10,
    "name": "Retention",
    "acknowledgement": None,
    "description": "Churn only",
    "addedByProfile": 2,
    "displayAcknowledgement": True,
    "deleted": False,
    "systemGenerated": False,
    "policyMetadata": None,
    "createdAt": "2024-01-10T15:52:38.060Z",
    "updatedAt": "2024-01-10T15:52:38.060Z",
}
SAVED = {"dryRun": False, "creating": True, "updating": False, "purposeId": 10}


def hits(*names: str, **more: Any) -> dict[str, Any]:
    found = [RETENTION | {"id": 10 + number, "name": name} | more for number, name in enumerate(names)]
    return {"purposes": found, "count": len(found)}


def test_save_posts_the_payload_and_only_the_flags_that_are_set(routed: Any) -> None:
    tenant = routed({"POST /api/v2/purpose": SAVED})
    purposes = PurposesApi(tenant.client)
    saved = purposes.save({"name": "Retention", "description": ""})
    assert (saved.id, saved.creating, saved.updating, saved.dry_run) == (10, True, False, False)
    assert (tenant.body(), tenant.query()) == ({"name": "Retention", "description": ""}, {})
    purposes.save({"name": "Retention"}, dry_run=True, re_acknowledge_required=True)
    assert tenant.query() == {"dryRun": "true", "reAcknowledgeRequired": "true"}


def test_save_is_repeated_after_a_lost_answer(routed: Any) -> None:
    tenant = routed({"POST /api/v2/purpose": [httpx.ReadError("reset"), httpx.Response(500), SAVED]})
    assert PurposesApi(tenant.client).save({"name": "Retention"}).id == 10
    assert len(tenant.requests) == 3


def test_a_dry_run_of_a_create_has_no_id(routed: Any) -> None:
    tenant = routed({"POST /api/v2/purpose": {"dryRun": True, "creating": True, "purposeId": None}})
    saved = PurposesApi(tenant.client).save({"name": "Retention"}, dry_run=True)
    assert (saved.id, saved.dry_run) == (None, True)


def test_save_finds_an_id_that_the_answer_lacks(routed: Any) -> None:
    tenant = routed({"POST /api/v2/purpose": {"creating": True}, "GET /governance/purpose": hits("Retention")})
    assert PurposesApi(tenant.client).save({"name": "Retention"}).id == 10


def test_get_reads_with_subpurposes(routed: Any) -> None:
    child = RETENTION | {"id": 11, "name": "Retention.Calls"}
    tenant = routed({"GET /governance/purpose/10": RETENTION | {"subpurposes": [child], "projects": [31]}})
    purpose = PurposesApi(tenant.client).get(10)
    assert purpose is not None
    assert [each.name for each in purpose.subpurposes] == ["Retention.Calls"]
    assert (purpose.id, purpose.description, purpose.projects) == (10, "Churn only", [31])
    assert tenant.query() == {"includeSubpurposes": "true"}


def test_get_of_what_is_gone_or_deleted_is_none(routed: Any) -> None:
    assert PurposesApi(routed({}).client).get(10) is None
    assert PurposesApi(routed({"GET /governance/purpose/10": RETENTION | {"deleted": True}}).client).get(10) is None


def test_find_compares_exactly(routed: Any) -> None:
    tenant = routed({"GET /governance/purpose": hits("retention", "Retention.Calls", "Retention")})
    found = PurposesApi(tenant.client).find("Retention")
    assert found is not None
    assert found.id == 12
    assert tenant.query() == {"searchText": "Retention", "strictSearch": "true", "offset": "0", "size": "200"}


def test_find_passes_over_deleted_ones(routed: Any) -> None:
    answer = hits("Retention", deleted=True)
    answer["purposes"].append(RETENTION | {"id": 17})
    answer["count"] = 2
    found = PurposesApi(routed({"GET /governance/purpose": answer}).client).find("Retention")
    assert found is not None
    assert found.id == 17
    assert (
        PurposesApi(routed({"GET /governance/purpose": hits("Retention", deleted=True)}).client).find("Retention")
        is None
    )


def test_list_takes_everything_at_once(routed: Any) -> None:
    tenant = routed({"GET /governance/purpose": hits("Retention", "Retention.Calls")})
    purposes = PurposesApi(tenant.client)
    assert [each.name for each in purposes.list()] == ["Retention", "Retention.Calls"]
    assert tenant.query() == {"noLimit": "true", "offset": "0", "size": "200"}
    purposes.list(root="Retention")
    assert tenant.query() == {"root": "Retention", "noLimit": "true", "offset": "0", "size": "200"}


def test_update_puts_the_changes(routed: Any) -> None:
    tenant = routed({"PUT /governance/purpose/10": RETENTION | {"description": "Amended"}})
    assert PurposesApi(tenant.client).update(10, {"description": "Amended"}).description == "Amended"
    assert tenant.body() == {"description": "Amended"}


def test_delete_of_what_is_gone_is_fine(routed: Any) -> None:
    PurposesApi(routed({}).client).delete(10)
    tenant = routed({"DELETE /governance/purpose/10": [httpx.ReadError("reset"), httpx.Response(404, json={})]})
    PurposesApi(tenant.client).delete(10)
    assert len(tenant.requests) == 2


def test_delete_tells_what_forbids_it(routed: Any) -> None:
    tenant = routed({"DELETE /governance/purpose/10": httpx.Response(403, json={"message": "needs GOVERNANCE"})})
    with pytest.raises(errors.Forbidden, match=r"DELETE /governance/purpose/10(.|\n)*needs GOVERNANCE"):
        PurposesApi(tenant.client).delete(10)


@pytest.mark.parametrize("answer", [{"name": "Retention"}, {"id": 10}, {"id": "x", "name": "y"}, [], "text", None, 5])
def test_an_answer_without_id_or_name_is_unexpected(routed: Any, answer: Any) -> None:
    tenant = routed({"GET /governance/purpose/10": httpx.Response(200, content=json.dumps(answer).encode())})
    with pytest.raises(UnexpectedAnswer, match=r"GET /governance/purpose/10(.|\n)*Purpose: "):
        PurposesApi(tenant.client).get(10)


def test_reading_is_lenient() -> None:
    """A newer tenant: nulls, ids as text, numbers for texts, unknown attributes and words."""
    purpose = Purpose.read(
        "GET /x",
        {
            "id": str(2**70),
            "name": "Retention",
            "description": 5,
            "deleted": None,
            "subpurposes": None,
            "projects": None,
            "staged": "true",
            "policyMetadata": {"kAnonNoiseReduction": "Gigantic", "new": [1]},
            "brandNew": {"a": [1, None]},
            "alsoNew": None,
        },
    )
    assert (purpose.id, purpose.description, purpose.deleted, purpose.staged) == (2**70, "5", False, True)
    assert (purpose.subpurposes, purpose.projects) == ([], [])
    assert purpose.k_anon_noise_reduction == "Gigantic"
    assert purpose.unknown == {"brandNew": {"a": [1, None]}}
