"""How `immuta_connection` is put to the test, on each platform; `credentials` has every kind of credential.

The suite shows each kind of attribute once with Terraform; `test_connection_attributes.py` goes through all of them.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Final

from immuta_provider.resources.connection import RESERVED, ConnectionResource
from tests.acceptance import outside, suite

KEY: Final = "warehouse"
OTHER: Final = "lakehouse"
PEM: Final = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqplanted\n-----END PRIVATE KEY-----\n"
OWNERS: Final = [{"id": "1", "type": "GROUP"}, {"id": "2", "type": "USER"}]

_USER: Final = {"username": "immuta_svc"}
_CLIENT: Final = {"client_id": "client-1", "authority_url": "https://login.example.com/token", "scope": "all-apis"}
_KEY_FILE: Final = {"filename": "immuta.p8", "content": PEM}
# Every kind of credential, with its secrets as `x`.
CREDENTIALS: Final[dict[str, dict[str, Any]]] = {
    "username_password": {**_USER, "password": "planted-password"},
    "oauth_with_secret": {**_CLIENT, "client_secret": "planted-client-secret"},
    "oauth_with_certificate": {
        **_CLIENT,
        "resource": "https://resource.example.com",
        "public_certificate_thumbprint": "planted-thumbprint",
        "private_key": _KEY_FILE,
    },
    "unencrypted_key_pair": {**_USER, "private_key": _KEY_FILE},
    "encrypted_key_pair": {**_USER, "private_key": _KEY_FILE, "password": "planted-passphrase"},
    "token": {"token": "planted-token"},
}
SECRETS: Final = ("password", "client_secret", "public_certificate_thumbprint", "content", "token")
OF_SNOWFLAKE: Final = tuple(kind for kind in CREDENTIALS if kind != "token")
OF_DATABRICKS: Final = ("token", "oauth_with_secret", "oauth_with_certificate")


def write_only(credential: dict[str, Any]) -> dict[str, Any]:
    """The credential with its secrets as `x_wo`."""
    return {
        f"{name}_wo" if name in SECRETS else name: write_only(value) if isinstance(value, dict) else value
        for name, value in credential.items()
    }


def snowflake(kind: str = "username_password", credential: dict[str, Any] | None = None) -> dict[str, Any]:
    """A whole configuration of Snowflake."""
    return {
        "client_configuration": {
            "host": "org-acc.snowflakecomputing.com",
            "port": 8443,
            "warehouse": "IMMUTA_WH",
            "role": "IMMUTA_SYSTEM",
            "account_id": "ORG-ACC",
            "immuta_system_database": "IMMUTA",
            "credential": {kind: credential or CREDENTIALS[kind]},
        },
        "policy_configuration": {
            "impersonation": {"impersonation_role": "IMPERSONATOR"},
            "workspaces": {"warehouses": ["LARGE", "SMALL"]},
            "exclude_user_group_pattern": ["ETL", "Etl"],
        },
        "audit_configuration": {"enabled": False},
    }


def databricks(kind: str = "token", credential: dict[str, Any] | None = None) -> dict[str, Any]:
    """A whole configuration of Databricks."""
    return {
        "client_configuration": {
            "host": "adb-1.azuredatabricks.net",
            "port": 8443,
            "path": "sql/protocolv1/o/0/abc",
            "immuta_system_catalog": "immuta",
            "credential": {kind: credential or CREDENTIALS[kind]},
            "proxy": {
                "host": "https://proxy.example.com",
                "port": 3128,
                "credential": {"username": "proxy_svc", "password": "planted-proxy-password"},
            },
        },
        "policy_configuration": {"exclude_group_pattern": "no_policies"},
        "audit_configuration": {"enabled": True, "workspace_ids": ["1", "2"]},
    }


def minimal(key: str = KEY, **platform: Any) -> dict[str, Any]:
    """The least that makes a connection; to Snowflake unless another platform is given."""
    client = {
        "host": "org-acc.snowflakecomputing.com",
        "warehouse": "IMMUTA_WH",
        "role": "IMMUTA_SYSTEM",
        "account_id": "ORG-ACC",
        "immuta_system_database": "IMMUTA",
        "credential": {"username_password": write_only(CREDENTIALS["username_password"])},
    }
    return {
        "connection_key": key,
        "data_object_defaults": {"owners": [{"id": "2", "type": "USER"}]},
        **(platform or {"snowflake": {"client_configuration": client}}),
    }


def full(key: str, **platform: Any) -> dict[str, Any]:
    """A connection with everything."""
    return {
        "connection_key": key,
        **platform,
        "data_object_defaults": {"sync_policy": True, "owners": OWNERS},
        "data_object_sync": {
            "enabled": False,
            "schedule": "EVERY_12_HOURS",
            "start_time": 4,
            "sync_all_data_objects": False,
        },
        "active": True,
        "sync_on_create": False,
        "activate_to_update": True,
        "deletion_protection": False,
        "extra_json": json.dumps({"dataObjectSync": {"startTime": 4}}),
    }


def _new_credential(kind: str, credential: dict[str, Any], path: str) -> dict[str, Any]:
    """By dotted name, another value for each member of a credential, in both of its forms."""
    found: dict[str, Any] = {}
    for name, value in credential.items():
        if isinstance(value, dict):
            found |= _new_credential(kind, value, f"{path}.{name}")
        else:
            found[f"{path}.{name}"] = value.replace("planted", "rotated") if name in SECRETS else f"{value}/other"
        if name in SECRETS:
            found |= {f"{path}.{name}_wo": "rotated-only", f"{path}.{name}_wo_version": 2}
    return found


def _new_credentials(platform: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    path = f"{platform}.client_configuration.credential"
    return {
        name: value
        for kind in kinds
        for name, value in _new_credential(kind, CREDENTIALS[kind], f"{path}.{kind}").items()
    }


# By dotted name, another value for every attribute at every depth but those of the frame.
NEW_OF_SNOWFLAKE: Final[dict[str, Any]] = {
    "snowflake.client_configuration.host": "org-other.snowflakecomputing.com",
    "snowflake.client_configuration.port": 444,
    "snowflake.client_configuration.warehouse": "OTHER_WH",
    "snowflake.client_configuration.role": "OTHER_ROLE",
    "snowflake.client_configuration.account_id": "ORG-OTHER",
    "snowflake.client_configuration.immuta_system_database": "OTHER",
    **_new_credentials("snowflake", OF_SNOWFLAKE),
    "snowflake.policy_configuration.impersonation.impersonation_role": "OTHER_IMPERSONATOR",
    "snowflake.policy_configuration.workspaces.warehouses": ["SMALL"],
    "snowflake.policy_configuration.exclude_user_group_pattern": [],
    "snowflake.audit_configuration.enabled": True,
}
NEW_OF_DATABRICKS: Final[dict[str, Any]] = {
    "databricks.client_configuration.host": "adb-2.azuredatabricks.net",
    "databricks.client_configuration.port": 444,
    "databricks.client_configuration.path": "sql/protocolv1/o/0/other",
    "databricks.client_configuration.immuta_system_catalog": "other",
    **_new_credentials("databricks", OF_DATABRICKS),
    "databricks.client_configuration.proxy.host": "http://other.example.com",
    "databricks.client_configuration.proxy.port": 3129,
    "databricks.client_configuration.proxy.credential.username": "other",
    "databricks.client_configuration.proxy.credential.password": "rotated-proxy-password",
    "databricks.client_configuration.proxy.credential.password_wo": "rotated-only",
    "databricks.client_configuration.proxy.credential.password_wo_version": 2,
    "databricks.policy_configuration.exclude_group_pattern": "other_group",
    "databricks.audit_configuration.enabled": False,
    "databricks.audit_configuration.workspace_ids": ["3"],
}
NEW: Final[dict[str, Any]] = {
    "data_object_defaults.sync_policy": False,
    "data_object_defaults.owners": [{"id": "3", "type": "GROUP"}],
    "data_object_sync.enabled": True,
    "data_object_sync.schedule": "EVERY_2_HOURS",
    "data_object_sync.start_time": 23,
    "data_object_sync.sync_all_data_objects": True,
}
REPLACES: Final = frozenset(
    {
        "snowflake.client_configuration.immuta_system_database",
        "databricks.policy_configuration.exclude_group_pattern",
    }
)


def changed(configuration: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The top-level attribute of a dotted path, as it is when the end of the path has another value."""
    first, *others = path.split(".")
    part = copy.deepcopy(configuration[first])
    place = part
    for step in others[:-1]:
        place = place[step]
    place[others[-1]] = value
    return {first: part}


def _case(key: str, platform: str, other: str, configuration: dict[str, Any], **rest: Any) -> suite.Case:
    """The case of one platform. `shown`: the attributes that the suite changes, and the patch that does it outside."""
    new = NEW | (NEW_OF_SNOWFLAKE if platform == "snowflake" else NEW_OF_DATABRICKS)
    shown: dict[str, dict[str, Any]] = rest.pop("shown")
    updates = {name: changed(configuration, name, new[name]) for name in shown}
    drifts = {name: outside.change_connection(key, **change) for name, change in shown.items() if change}
    every = [name for name, _ in ConnectionResource.model.block.walk()]
    attributes = (f"{platform}.", "data_object_")
    covered = {name: "test_every_attribute" for name in every if name.startswith(attributes) and name not in shown}
    return suite.Case(
        resource=ConnectionResource,
        variant=platform,
        soak=platform == "databricks",
        elsewhere=(other,),
        identity="connection_key",
        full=configuration,
        updates={
            **updates,
            "sync_on_create": {"sync_on_create": True},
            "activate_to_update": {"activate_to_update": False},
            "connection_key": {"connection_key": f"{key}-2"},
        },
        drifts=drifts,
        replaces=frozenset({"connection_key"}),
        gone=outside.delete_connection(key),
        covered_by={
            **covered,
            "active": "test_active",
            "extra_json": "test_extra_json_is_compared_at_its_paths",
            **dict.fromkeys((name for name in every if name.startswith("health.")), "test_health"),
            "state": "test_health",
            **dict.fromkeys(
                (name for name in every if name.startswith(("setup.", "created_"))), "test_what_is_read_only"
            ),
        },
        tests="test_connection_attributes.py",
        keys=(),
        refused_keys=("", "a b", "a/b", "a.b", "\u00e4", "id:1", *RESERVED, "Data"),
        **rest,
    )


SNOWFLAKE: Final = _case(
    KEY,
    "snowflake",
    "databricks",
    full(KEY, snowflake=snowflake(credential=write_only(CREDENTIALS["username_password"]))),
    minimal=minimal(),
    shown={
        "data_object_defaults.sync_policy": {"dataObjectDefaults": {"syncPolicy": False}},
        "snowflake.client_configuration.role": {"clientConfiguration": {"port": 8443, "role": "X"}},
    },
    import_ids=(KEY, f"key:{KEY}"),
    after_import=frozenset({"sync_on_create", "activate_to_update", "extra_json"}),
)
DATABRICKS: Final = _case(
    OTHER,
    "databricks",
    "snowflake",
    full(OTHER, databricks=databricks()),
    minimal=minimal(
        OTHER,
        databricks={
            "client_configuration": {
                "host": "adb-1.azuredatabricks.net",
                "path": "sql/protocolv1/o/0/abc",
                "immuta_system_catalog": "immuta",
                "credential": {"token": CREDENTIALS["token"]},
            }
        },
    ),
    shown={
        "databricks.client_configuration.credential.token.token": {},
        "databricks.client_configuration.path": {"clientConfiguration": {"port": 8443, "path": "x"}},
    },
    import_ids=(OTHER,),
    after_import=frozenset({"databricks", "sync_on_create", "activate_to_update", "extra_json"}),
)
