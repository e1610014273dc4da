from __future__ import annotations

from collections.abc import Callable

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client

PATH = "/api/v2/purpose"


def _names(tenant: RunningTenant) -> list[str]:
    return sorted(purpose["name"] for purpose in tenant.purposes())


def _statements(tenant: RunningTenant) -> dict[str, str | None]:
    return {purpose["name"]: purpose["acknowledgement"] for purpose in tenant.purposes()}


def test_minimal_create(client: Client, tenant: RunningTenant) -> None:
    answer = client.ok("POST", PATH, json={"name": "Retention"})
    stored = tenant.purpose("Retention")

    assert answer == {"dryRun": False, "creating": True, "updating": False, "purposeId": stored["id"]}
    assert {name: stored[name] for name in ("acknowledgement", "description", "policyMetadata")} == {
        "acknowledgement": None,
        "description": None,
        "policyMetadata": None,
    }
    assert (stored["addedByProfile"], stored["displayAcknowledgement"], stored["deleted"]) == (2, True, False)


def test_full_create_with_subpurposes_in_any_order(client: Client, tenant: RunningTenant) -> None:
    client.ok(
        "POST",
        PATH,
        json={
            "name": "Retention",
            "description": "Churn",
            "acknowledgement": "Root statement",
            "kAnonNoiseReduction": "Medium",
            "subpurposes": [
                {"name": "Retention.Surveys.Exit"},
                {"name": "Retention.Surveys", "acknowledgement": "No contact", "description": "Asked"},
                {"name": "Retention.Calls"},
            ],
        },
    )

    assert tenant.purpose("Retention")["policyMetadata"] == {"kAnonNoiseReduction": "Medium"}
    assert tenant.purpose("Retention.Surveys")["description"] == "Asked"
    assert _statements(tenant) == {
        "Retention": "Root statement",
        "Retention.Calls": "Root statement",
        "Retention.Surveys": "No contact",
        "Retention.Surveys.Exit": "No contact",
    }


def test_an_update_keeps_the_id_and_resets_what_is_left_out(client: Client, tenant: RunningTenant) -> None:
    full = {"name": "R", "description": "d", "acknowledgement": "a", "kAnonNoiseReduction": "Large"}
    created = client.ok("POST", PATH, json=full)
    answer = client.ok("POST", PATH, json={"name": "R"})
    stored = tenant.purpose("R")

    assert answer == {"dryRun": False, "creating": False, "updating": True, "purposeId": created["purposeId"]}
    assert (stored["description"], stored["acknowledgement"], stored["policyMetadata"]) == (None, None, None)


def test_an_update_keeps_what_only_v1_can_say(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"name": "R"})
    tenant.change_purpose("R", displayAcknowledgement=False, policyMetadata={"isHED": True})
    client.ok("POST", PATH, json={"name": "R", "kAnonNoiseReduction": "Small"})

    assert tenant.purpose("R")["displayAcknowledgement"] is False
    assert tenant.purpose("R")["policyMetadata"] == {"isHED": True, "kAnonNoiseReduction": "Small"}


def test_empty_texts_are_stored_as_null(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"name": "R", "description": "", "acknowledgement": ""})

    assert (tenant.purpose("R")["description"], tenant.purpose("R")["acknowledgement"]) == (None, None)


def test_names_are_trimmed(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"name": "  Retention "})

    assert client.ok("POST", PATH, json={"name": "Retention"})["updating"] is True
    assert _names(tenant) == ["Retention"]


def test_subpurposes_that_are_left_out_are_deleted(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"name": "R", "subpurposes": [{"name": "R.A"}, {"name": "R.B"}, {"name": "R.B.C"}]})
    client.ok("POST", PATH, json={"name": "R", "subpurposes": [{"name": "R.A"}]})
    after_some = _names(tenant)
    client.ok("POST", PATH, json={"name": "R"})

    assert (after_some, _names(tenant)) == (["R", "R.A"], ["R"])


def test_a_switch_keeps_subpurposes_that_are_left_out(switched: Callable[..., Client]) -> None:
    client = switched(keep_omitted_subpurposes=True)
    client.ok("POST", PATH, json={"name": "R", "subpurposes": [{"name": "R.A"}]})
    client.ok("POST", PATH, json={"name": "R"})
    found = client.ok("GET", "/governance/purpose?root=R")["purposes"]

    assert [purpose["name"] for purpose in found] == ["R", "R.A"]


def test_a_subpurpose_on_its_own(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", PATH, json={"name": "R", "acknowledgement": "a"})
    client.ok("POST", PATH, json={"name": "R.A"})

    assert _statements(tenant) == {"R": "a", "R.A": "a"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "R.A"}, "The purpose R.A cannot be created: its parent R does not exist."),
        (
            {"name": "R", "subpurposes": [{"name": "R.A.B"}]},
            "The purpose R.A.B cannot be created: its parent R.A does not exist.",
        ),
        ({"name": "R", "subpurposes": [{"name": "X.A"}]}, "The sub-purpose X.A is not below the purpose R."),
        (
            {"name": "R", "subpurposes": [{"name": "R.A"}, {"name": "R.A"}]},
            '"subpurposes" must not contain a name twice',
        ),
        ({"name": "R..A"}, '"name" R..A has an empty segment or spaces around a dot'),
        ({"name": "R. A"}, '"name" R. A has an empty segment or spaces around a dot'),
        ({"name": ""}, '"name" is not allowed to be empty'),
        ({"name": "   "}, '"name" is not allowed to be empty'),
        ({"name": 5}, '"name" must be a string'),
        ({}, '"name" is required'),
        ({"name": "R", "colour": "red"}, '"colour" is not allowed'),
        ({"name": "R", "description": None}, '"description" must be a string'),
        ({"name": "R", "kAnonNoiseReduction": None}, '"kAnonNoiseReduction" must not be null'),
        ({"name": "R", "subpurposes": {"name": "R.A"}}, '"subpurposes" must be an array'),
        ({"name": "R", "subpurposes": ["R.A"]}, '"subpurposes[0]" must be an object'),
        ({"name": "R", "subpurposes": [{}]}, '"subpurposes[0].name" is required'),
        ({"name": "R", "subpurposes": [{"name": "R.A", "x": 1}]}, '"subpurposes[0].x" is not allowed'),
        ({"name": "R", "displayAcknowledgement": True}, '"displayAcknowledgement" is not allowed'),
        (
            {"name": "R", "kAnonNoiseReduction": "Huge"},
            "\"kAnonNoiseReduction\" must be one of ['None', 'Very Small', 'Small', 'Medium', 'Large']",
        ),
        (
            {"name": "Use Case Outside De-identification"},
            "The purpose Use Case Outside De-identification is system generated and cannot be changed.",
        ),
    ],
)
@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_refusals_change_nothing(client: Client, tenant: RunningTenant, body: dict, message: str, dry_run: str) -> None:
    assert client.refusal("POST", f"{PATH}?dryRun={dry_run}", json=body) == (400, message)
    assert _names(tenant) == []


def test_a_dry_run_of_a_create(client: Client, tenant: RunningTenant) -> None:
    body = {"name": "R", "subpurposes": [{"name": "R.A"}]}
    answer = client.ok("POST", f"{PATH}?dryRun=true", json=body)

    assert answer == {"dryRun": True, "creating": True, "updating": False, "purposeId": None}
    assert _names(tenant) == []
    assert client.ok("POST", PATH, json=body)["purposeId"] == 5


def test_a_dry_run_of_an_update(client: Client, tenant: RunningTenant) -> None:
    created = client.ok("POST", PATH, json={"name": "R", "subpurposes": [{"name": "R.A"}]})
    answer = client.ok("POST", f"{PATH}?dryRun=true", json={"name": "R", "description": "d"})

    assert answer == {"dryRun": True, "creating": False, "updating": True, "purposeId": created["purposeId"]}
    assert (_names(tenant), tenant.purpose("R")["description"]) == (["R", "R.A"], None)


def test_the_name_of_a_deleted_purpose_makes_a_new_one(client: Client, tenant: RunningTenant) -> None:
    first = client.ok("POST", PATH, json={"name": "R"})["purposeId"]
    tenant.delete_purpose("R")
    answer = client.ok("POST", PATH, json={"name": "R"})

    assert (answer["creating"], answer["purposeId"] > first) == (True, True)


def test_a_switch_forgets_the_first_acknowledgement(switched: Callable[..., Client]) -> None:
    client = switched(forget_first_acknowledgement=True)
    body = {"name": "R", "acknowledgement": "a"}

    def statement() -> str | None:
        return client.ok("GET", "/governance/purpose?searchText=R&strictSearch=true")["purposes"][0]["acknowledgement"]

    client.ok("POST", PATH, json=body)
    first = statement()
    client.ok("POST", PATH, json=body)

    assert (first, statement()) == (None, "a")


@pytest.mark.parametrize(
    ("query", "statement", "required"), [("true", "new", True), ("true", "old", False), ("false", "new", False)]
)
def test_re_acknowledgement(client: Client, query: str, statement: str, *, required: bool) -> None:
    client.ok("POST", PATH, json={"name": "R", "acknowledgement": "old"})
    project = client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["R"]})[
        "projectId"
    ]
    subscription = client.ok("GET", f"/project/{project}")["subscriptionId"]
    client.ok("POST", f"/project/{project}/members/{subscription}/acknowledge", json={})
    client.ok("POST", f"{PATH}?reAcknowledgeRequired={query}", json={"name": "R", "acknowledgement": statement})

    assert client.ok("GET", f"/project/{project}")["acknowledgeRequired"] is required
