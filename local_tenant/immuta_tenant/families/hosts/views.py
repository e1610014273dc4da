"""What responses about hosts look like."""

from __future__ import annotations

from immuta_tenant.families.hosts.nodes import SETTINGS, Node
from immuta_tenant.kinds import USER
from immuta_tenant.store import Document, Store

_AUTHENTICATION = {
    "Snowflake": {
        "UsernamePassword": "userPassword",
        "UnencryptedKeyPair": "keyPair",
        "EncryptedKeyPair": "keyPair",
        "OAuthWithSecret": "oAuthClientCredentials",
        "OAuthWithCertificate": "oAuthClientCredentials",
    },
    "Databricks": {"Token": "token", "OAuthWithSecret": "oAuthM2M", "OAuthWithCertificate": "oAuthM2M"},
}
# As this API calls them; secrets are left out.
_CONNECTION = {"hostname": "host", "port": "port", "role": "role", "warehouse": "warehouse", "httpPath": "path"}
_CREDENTIAL = ("username", "clientId")


def host(store: Store, stored: Document) -> Document:
    """Return a host."""
    return {
        "connectionKey": stored["connectionKey"],
        "connection": _connection(stored),
        "createdAt": stored["createdAt"],
        "createdBy": int(stored["createdBy"]),
        "creator": _person(store, stored["createdBy"]),
        "updatedAt": stored["updatedAt"],
        "updatedBy": int(stored["updatedBy"]),
        "updater": _person(store, stored["updatedBy"]),
        "nativeIntegrationId": stored["id"],
    }


def node(store: Store, shown: Node) -> Document:
    """Return a host as a data object, or a data object."""
    below = [*shown.descendants(store)]
    return {
        "objectPath": shown.path,
        "technology": shown.host["technology"],
        "state": "active" if shown.value("isActive") else "inactive",
        "settings": {
            name: {
                "value": shown.value(name),
                "hasDescendantsWithOverrides": any(each.own(name) is not None for each in below),
            }
            for name in SETTINGS
        },
        "overrides": [name for name in SETTINGS if shown.own(name) is not None],
        "dataSourceId": None,
        "createdAt": shown.created,
        "lastCrawled": max((each.document["lastSyncedAt"] for each in below), default=None)
        if shown.is_host
        else shown.document["lastSyncedAt"],
        "remoteId": None if shown.is_host else shown.document["remoteId"],
    }


def _connection(stored: Document) -> Document:
    client = stored["clientConfiguration"]
    credential = client["credential"]
    return {
        "technology": stored["technology"],
        **{name: client[source] for name, source in _CONNECTION.items() if source in client},
        **{name: credential[name] for name in _CREDENTIAL if name in credential},
        "authenticationType": _AUTHENTICATION[stored["technology"]][credential["authenticationType"]],
    }


def _person(store: Store, account: str) -> Document:
    user = store.get(USER, int(account))
    profile = {"name": "", "email": None} if user is None else user["profile"]
    return {"id": int(account), "name": profile["name"], "email": profile["email"]}
