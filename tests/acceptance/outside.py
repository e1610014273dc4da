"""Changes made behind Terraform's back, through the documented API, as a person in the UI makes them."""

from __future__ import annotations

from typing import Any

import httpx


def call(tenant: Any, method: str, path: str, **options: Any) -> Any:
    """One request to the tenant; returns the parsed answer."""
    answer = httpx.request(method, tenant.url + path, headers={"Authorization": tenant.api_key}, **options)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def purpose(tenant: Any, name: str) -> dict[str, Any]:
    """The purpose called `name`."""
    found = call(tenant, "GET", "/governance/purpose", params={"noLimit": "true"})["purposes"]
    return next(each for each in found if each["name"] == name)


def purpose_names(tenant: Any) -> set[str]:
    """The names of all purposes but Immuta's own."""
    found = call(tenant, "GET", "/governance/purpose", params={"noLimit": "true"})["purposes"]
    return {each["name"] for each in found if not each["systemGenerated"]}


def change_purpose(name: str, /, **changes: Any) -> Any:
    """A change of one purpose."""
    return lambda tenant: call(tenant, "PUT", f"/governance/purpose/{purpose(tenant, name)['id']}", json=changes)


def delete_purpose(name: str) -> Any:
    """The deletion of one purpose."""
    return lambda tenant: call(tenant, "DELETE", f"/governance/purpose/{purpose(tenant, name)['id']}")


def project(tenant: Any, key: str) -> dict[str, Any]:
    """The project with the key `key`."""
    hits = call(tenant, "GET", "/project", params={"size": 1000})["hits"]
    projects = (call(tenant, "GET", f"/project/{each['id']}") for each in hits)
    return next(each for each in projects if each["projectKey"] == key)


def project_keys(tenant: Any) -> set[str]:
    """The keys of all projects."""
    hits = call(tenant, "GET", "/project", params={"size": 1000})["hits"]
    return {call(tenant, "GET", f"/project/{each['id']}")["projectKey"] for each in hits}


def change_project(key: str, /, **changes: Any) -> Any:
    """A change of one project."""
    return lambda tenant: call(tenant, "PUT", f"/project/{project(tenant, key)['id']}", json=changes)


def change_purposes(key: str, *names: str) -> Any:
    """A change of a project's purposes; V1 takes their ids."""

    def change(tenant: Any) -> None:
        change_project(key, purposes=[purpose(tenant, name)["id"] for name in names])(tenant)

    return change


def change_policy(key: str, kind: str, **policy: Any) -> Any:
    """A change of a project's subscription policy, in V1's form."""
    return change_project(key, subscriptionType=kind, subscriptionPolicy={"type": "subscription", **policy})


def disable_project(key: str) -> Any:
    """The first of the two deletes: the project is disabled."""
    return lambda tenant: call(tenant, "DELETE", f"/project/{project(tenant, key)['id']}")


def delete_project(key: str) -> Any:
    """Both deletes: the project is gone."""

    def delete(tenant: Any) -> None:
        identifier = project(tenant, key)["id"]
        call(tenant, "DELETE", f"/project/{identifier}")
        call(tenant, "DELETE", f"/project/{identifier}")

    return delete


def global_policy(tenant: Any, key: str) -> dict[str, Any]:
    """The global policy with the key `key`."""
    rows = call(tenant, "GET", "/policy/global", params={"size": 1000})
    found = (call(tenant, "GET", f"/policy/global/{each['id']}") for each in rows)
    return next(each for each in found if each["policyKey"] == key)


def write_global_policy(tenant: Any, policy: dict[str, Any]) -> None:
    """Put a global policy whole, as the UI does."""
    call(tenant, "PUT", f"/policy/global/{policy['id']}", json=policy)


def change_global_policy(key: str, /, **changes: Any) -> Any:
    """A change of one global policy."""
    return lambda tenant: write_global_policy(tenant, global_policy(tenant, key) | changes)


def change_global_policy_action(key: str, /, **changes: Any) -> Any:
    """A change of the first action of a global policy."""

    def change(tenant: Any) -> None:
        policy = global_policy(tenant, key)
        policy["actions"][0] |= changes
        write_global_policy(tenant, policy)

    return change


def change_certification(key: str, /, **changes: Any) -> Any:
    """A change of the certification of a global policy."""

    def change(tenant: Any) -> None:
        policy = global_policy(tenant, key)
        policy["certification"] |= changes
        write_global_policy(tenant, policy)

    return change


def delete_global_policy(key: str) -> Any:
    """The deletion of one global policy."""
    return lambda tenant: call(tenant, "DELETE", f"/policy/global/{global_policy(tenant, key)['id']}")


def local_policies(tenant: Any, data_source: str) -> list[dict[str, Any]]:
    """The policies of a data source's own."""
    found: list[dict[str, Any]] = call(
        tenant,
        "GET",
        f"/policy/dataSourcePolicies/{data_source}",
        params={"excludeGlobal": "true", "retrieveAll": "true"},
    )
    return found


def write_local_policies(tenant: Any, data_source: str, policies: list[dict[str, Any]]) -> None:
    """Put the policies of a data source whole."""
    body = {"jsonPolicies": policies, "dataSourcePolicyHandler": {"visibilitySchema": {"fields": []}}}
    call(tenant, "PUT", f"/policy/handler/{data_source}", json=body)


def change_local_policy(data_source: str, place: int, **changes: Any) -> Any:
    """A change of one of the policies of a data source's own."""

    def change(tenant: Any) -> None:
        policies = local_policies(tenant, data_source)
        policies[place] |= changes
        write_local_policies(tenant, data_source, policies)

    return change


def integration(tenant: Any, host: str) -> dict[str, Any]:
    """The integration with this host."""
    return next(each for each in call(tenant, "GET", "/integrations") if each["config"].get("host") == host)


def change_integration(host: str, **changes: Any) -> Any:
    """A change of the `config` of one integration. A person would need its secrets, which the API does not return."""
    return lambda tenant: tenant.change_integration(integration(tenant, host)["id"], **changes)


def delete_integration(host: str) -> Any:
    """The deletion of one integration, for which a person has the credentials."""
    return lambda tenant: tenant.delete_integration(integration(tenant, host)["id"])


def data_object(tenant: Any, key: str, *path: str) -> dict[str, Any]:
    """The data object at a path of a connection."""
    body = {"filter": {"connection": {"connectionKey": key}, "dataObject": {"simpleObjectPath": list(path)}}}
    (found,) = call(tenant, "POST", "/api/connections/dataObjects/_search", json=body)["data"]
    return dict(found)


def change_data_object(key: str, *path: str, **changes: Any) -> Any:
    """A change of one data object: `settings`, `tags`."""

    def change(tenant: Any) -> None:
        identifier = data_object(tenant, key, *path)["id"]
        call(tenant, "PATCH", f"/api/connections/{key}/dataObjects/{identifier}", json=changes)

    return change


def delete_data_object(key: str, *path: str) -> Any:
    """The deletion of one data object and what is below it."""

    def delete(tenant: Any) -> None:
        call(tenant, "DELETE", f"/api/connections/{key}/dataObjects/{data_object(tenant, key, *path)['id']}")

    return delete


def tag_ids(tenant: Any, *names: str) -> list[dict[str, int]]:
    """Tags as data objects are given them."""
    found = {each["name"]: each["id"] for each in call(tenant, "GET", "/tag")}
    return [{"id": found[name]} for name in names]


def change_connection(key: str, /, **changes: Any) -> Any:
    """A change of one connection, as a patch."""
    return lambda tenant: call(tenant, "PATCH", f"/api/connections/{key}", json=changes)


def drive_connection(key: str, verb: str) -> Any:
    """An `_activate` or `_deactivate` of one connection."""
    return lambda tenant: call(tenant, "POST", f"/api/connections/{key}/{verb}")


def delete_connection(key: str) -> Any:
    """The deletion of one connection, which has to be inactive."""

    def delete(tenant: Any) -> None:
        drive_connection(key, "_deactivate")(tenant)
        call(tenant, "DELETE", f"/api/connections/{key}")

    return delete
