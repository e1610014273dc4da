"""An update of a host, people that its settings name, and the calls that several tests of hosts make."""

from __future__ import annotations

from typing import Any

from tests.tenant.client import Client

ME = {"id": 2, "type": "user"}
ANALYST = {"id": 3, "type": "user"}
STEWARDS = {"id": 9, "type": "group"}
UPDATE: dict[str, Any] = {
    "connection": {
        "technology": "Snowflake",
        "hostname": "new.snowflakecomputing.com",
        "port": 8443,
        "warehouse": "BIG",
        "role": "OTHER",
        "authenticationType": "userPassword",
        "username": "robot",
        "password": "fresh",
    },
    "settings": {"isActive": True},
    "options": {"forceRecursiveCrawl": False},
    "nativeIntegration": {
        "type": "Snowflake",
        "autoBootstrap": False,
        "config": {
            "authenticationType": "userPassword",
            "username": "robot",
            "password": "fresh",
            "host": "new.snowflakecomputing.com",
            "port": 8443,
            "warehouse": "BIG",
            "database": "immuta_sys",
            "impersonation": {"enabled": True},
            "audit": {"enabled": False},
            "workspaces": {"enabled": True, "warehouses": ["BIG"]},
            "lineage": {"enabled": False},
            "userRolePattern": {"exclude": ["ROBOT"]},
        },
    },
}


def overridden(client: Client, path: str, **overrides: Any) -> Any:
    return client.ok("PUT", f"/data/settings/{path}", json={"overrides": overrides})


def paths(answer: Any) -> list[str]:
    return ["/".join(hit["objectPath"]) for hit in answer["hits"]]
