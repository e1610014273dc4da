"""What there is on the data platforms: the objects that a sync finds, as they are declared.

A declaration is an object whose names are connection keys or technologies, each with the tree of what is there. The
key of a connection comes before its technology.
"""

# ruff: noqa: N815 - the fields are the attributes of the API, letter by letter
from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, RootModel

from immuta_tenant.errors import ApiError
from immuta_tenant.kinds import DISCOVERABLE
from immuta_tenant.store import Document, Store
from immuta_tenant.validation import Body, NotNull, validated

_SETTINGS = "settings"
_REQUEST = "request"


class Declared(Body):
    """One object of a data platform and what is in it; `type` as it stands in paths (`DATABASE`, `TABLE`)."""

    name: str = Field(min_length=1)
    type: str = Field(min_length=1)
    remoteId: NotNull[str] = Field(default=None, min_length=1)
    remoteType: NotNull[str] = None
    remoteFormat: NotNull[str] = None
    remoteKind: NotNull[str] = None
    remoteCreatedAt: NotNull[str] = None
    remoteUpdatedAt: NotNull[str] = None
    children: list[Declared] = Field(default_factory=list)


class Declaration(RootModel[dict[str, list[Declared]]]):
    """What a file or a request declares."""


def _table(name: str, remote_id: str, kind: str = "TABLE") -> Document:
    return {"name": name, "type": kind, "remoteId": remote_id, "remoteType": kind}


SEEDED: Mapping[str, list[Document]] = {
    "Snowflake": [
        {
            "name": "SALES",
            "type": "DATABASE",
            "children": [
                {
                    "name": "PUBLIC",
                    "type": "SCHEMA",
                    "children": [
                        _table("CUSTOMERS", "1026"),
                        _table("ORDERS", "1025"),
                        _table("ORDERS_BY_REGION", "1027", "VIEW"),
                    ],
                },
                {"name": "FINANCE", "type": "SCHEMA", "children": [_table("LEDGER", "2048")]},
            ],
        },
    ],
    "Databricks": [
        {
            "name": "main",
            "type": "CATALOG",
            "children": [
                {
                    "name": "default",
                    "type": "SCHEMA",
                    "children": [
                        _table("trips", "0b4d9d3e-6f2a-4a3c-9a63-2f1c8f7d1e11"),
                        _table("trips_by_day", "5d1f7c52-2f0b-4c1b-8e57-93f0a4f3b722", "VIEW"),
                    ],
                },
                {
                    "name": "finance",
                    "type": "SCHEMA",
                    "children": [_table("ledger", "c0a8e6b4-7d19-4d5c-b0a5-1b6f0e9f2a33")],
                },
            ],
        },
    ],
}


def read(source: str | Mapping[str, Any] | None) -> Document:
    """Return a declaration as plain data.

    Parameters:
        source: the path of a JSON or (`.toml`) TOML file, the declaration itself, or None for the default one.

    Raises:
        ValueError: the file cannot be read, or does not declare objects.
    """
    try:
        declared: Any = SEEDED if source is None else _loaded(source) if isinstance(source, str) else source
        return checked(declared)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"the data objects cannot be read from {source}: {error}") from error
    except ApiError as error:
        raise ValueError(f"the data objects are not declared well: {error.message}") from None


def checked(declared: Any) -> Document:
    """Return a declaration as plain data.

    Raises:
        ApiError: 400 when it is none.
    """
    found: Document = validated(Declaration, declared).model_dump(exclude_none=True)
    return found


def seed(store: Store, declared: Document) -> None:
    """Let the configured declaration be the only configured one, also after a restart with another."""
    _forget(store, (item for item in store.all(DISCOVERABLE) if item["origin"] == _SETTINGS))
    for scope, objects in declared.items():
        store.insert(DISCOVERABLE, {"scope": scope, "origin": _SETTINGS, "objects": objects})


def declare(store: Store, declared: Document) -> None:
    """Let there be these objects from now on, for the connections and technologies that are named."""
    for scope, objects in declared.items():
        _forget(store, (item for item in store.find(DISCOVERABLE, scope) if item["origin"] == _REQUEST))
        store.insert(DISCOVERABLE, {"scope": scope, "origin": _REQUEST, "objects": objects})


def present(store: Store, connection: Document) -> list[Document]:
    """Return the objects that are there for a connection."""
    for scope in (connection["connectionKey"], connection["technology"]):
        found = sorted(store.find(DISCOVERABLE, scope), key=lambda item: item["origin"] == _SETTINGS)
        if found:
            return list(found[0]["objects"])
    return []


def _loaded(path: str) -> Any:
    text = Path(path).read_text(encoding="utf-8")
    return tomllib.loads(text) if path.lower().endswith(".toml") else json.loads(text)


def _forget(store: Store, items: Iterable[Document]) -> None:
    for item in list(items):
        store.remove(DISCOVERABLE, item["id"])
