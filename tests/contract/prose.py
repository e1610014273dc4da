"""What the documents of the Connections API say in words and not in a schema.

Some of it can be said as a schema; generated requests then keep to it or break it like any other. The rest depends on
what is stored: it tells whether a request that the schemas allow may be refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import jsonschema_rs

SYSTEM_NAMES = ("immutaSystemDatabase", "immutaSystemCatalog")
RESERVED = [
    "data",
    "connection",
    "object",
    "crawl",
    "search",
    "settings",
    "metadata",
    "permission",
    "sync",
    "bulk",
    "upgrade",
]
MARKERS = ("[REDACTED]", "<REDACTED>", "REDACTED")
_SYSTEM_NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
_KEY = "^[a-zA-Z0-9_-]+$"


def as_schema(document: dict[str, Any]) -> dict[str, Any]:
    """Write the rules into the schemas of the requests of a document, and return it."""
    for schema in _schemas(document["components"]["schemas"]):
        for name in SYSTEM_NAMES:
            if "minLength" in schema.get("properties", {}).get(name, {}):
                schema["properties"][name]["pattern"] = _SYSTEM_NAME
        # A part of a credential says something beside its type.
        if schema.get("required") == ["authenticationType"]:
            schema["minProperties"] = 2
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "connectionKey":
                    parameter["schema"]["pattern"] = _KEY
                if parameter["name"] == "dryRun":
                    parameter["schema"]["enum"] = ["true", "false"]
    return document


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _schemas(inner)


class Patches:
    """Which technology a patch fits, and whether it completes what is stored. The document does not tell them apart."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        variants = schemas["PatchConnectionRequestSchemaV1"]["anyOf"]
        self._parts = {_technology(variant): _validator(document, variant) for variant in variants}
        created = schemas["CreateConnectionRequestSchemaV1"]["oneOf"]
        self._wholes = {
            variant["properties"]["technology"]["const"]: _validator(
                document, variant["properties"]["clientConfiguration"]["properties"]["credential"]
            )
            for variant in created
        }

    def fitting(self, body: Any) -> list[str]:
        """Return the technologies whose patch this may be."""
        return [technology for technology, validator in self._parts.items() if validator.is_valid(body)]

    def may_be_refused(self, body: Any, technology: str, authentication_type: str) -> bool:
        """Tell whether a patch may be refused by a connection of a technology, with this type of credential.

        Another type of credential has to come complete, and so does a proxy where there is none.
        """
        client = body.get("clientConfiguration", {})
        credential, proxy = client.get("credential"), client.get("proxy")
        if technology not in self.fitting(body) or not _is_whole_proxy(proxy):
            return True
        switched = credential is not None and credential["authenticationType"] != authentication_type
        return switched and not self._wholes[technology].is_valid(credential)


def says_a_word_that_is_kept(body: Any) -> bool:
    """Tell whether a connection is created under a reserved key, or written with what stands for a secret when read."""
    key = body.get("connectionKey", "")
    return key.lower() in RESERVED or any(text in MARKERS for text in _texts(body.get("clientConfiguration")))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def may_refuse_tags(body: Any, known: Collection[int]) -> bool:
    """Tell whether a patch of a data object names tags that are not known, or to be added and removed at once."""
    tags = body.get("tags", {})
    added, removed = ({int(item["id"]) for item in tags.get(name, ())} for name in ("add", "remove"))
    return bool(added & removed or (added | removed) - set(known))


def has_cursor(query: Mapping[str, Any], body: Any) -> bool:
    """Tell whether a request goes on from a cursor: one that was not handed out may be refused."""
    page = body.get("meta", {}).get("page", {}) if isinstance(body, dict) else {}
    return "page[cursor]" in query or "cursor" in page


def _technology(variant: Mapping[str, Any]) -> str:
    return "Snowflake" if "policyConfiguration" in variant["properties"] else "Databricks"


def _is_whole_proxy(proxy: Any) -> bool:
    if proxy is None:
        return True
    needed = {"authenticationType", "username", "password"}
    return {"host", "port", "credential"} <= proxy.keys() and needed <= proxy["credential"].keys()


def _validator(document: Mapping[str, Any], schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
