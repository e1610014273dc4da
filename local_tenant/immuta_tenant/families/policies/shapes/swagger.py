"""The spelling that an older, published description of the V1 API settles or suggests; else that of the house."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from immuta_tenant.families.policies.shapes import moves
from immuta_tenant.kinds import USER
from immuta_tenant.store import Document, Store

CIRCUMSTANCE: tuple[moves.Move, ...] = ()
SUBSCRIPTION: tuple[moves.Move, ...] = ()
_METADATA = "config.maskingConfig.metadata"
_RULES: dict[str, tuple[moves.Move, ...]] = {
    "masking": (
        ("config.conditionalPredicate", f"{_METADATA}.conditionalPredicate"),
        (f"{_METADATA}.replacementRatePercent", f"{_METADATA}.replacementRate"),
        # `global` says there that the masking is a global one, so the flag of the expression needs another name.
        (f"{_METADATA}.global", f"{_METADATA}.replaceAll"),
    ),
    "time": (("config.time", "config.filterSeconds"),),
}


def show_rule(rule: Document, *, local: bool) -> None:
    """Spell a stored rule this way."""
    moves.there(rule, _RULES.get(rule["type"], ()))
    config = rule["config"]
    if rule["type"] == "masking":
        _add_to_metadata(config["maskingConfig"], local=local)
    if rule["type"] == "minimization":
        config.setdefault("hashPhrase", None)
    if rule["type"] == "visibility" and not local:
        for condition in config.get("qualifications", {}).get("conditions", ()):
            condition["field"] = {"name": condition["field"], "hasLeafNodes": False, "source": "curated"}


def read_rule(rule: Document) -> None:
    """Turn a rule that is spelled this way into the house's spelling, as far as it is one."""
    _drop_from_metadata(rule)
    moves.back(rule, _RULES.get(str(rule.get("type")), ()))


def show_owners(store: Store, owners: Document) -> Document:
    """Spell owner restrictions this way: with ids, and `userid` for the name at login."""
    users = [_user(store, user["iamid"], user["username"]) for user in owners["users"]]
    groups = [{"id": _made_up_id(name), "name": name, "iamid": None, "userid": None} for name in owners["groups"]]
    return {"users": users, "groups": groups}


def read_owners(store: Store, owners: Any) -> Any:
    """Return owner restrictions in the house's spelling; a user is found by `userid`, else by id."""
    if not isinstance(owners, dict):
        return owners
    return {key: [_read_owner(store, key, item) for item in _list(owners.get(key))] for key in owners}


def _add_to_metadata(masking: Document, *, local: bool) -> None:
    metadata = masking["metadata"]
    if masking["type"] == "Regular Expression":
        metadata["global"] = not local
    if masking["type"] == "Randomized Response":
        metadata["kind"] = "categorical" if "replacementRate" in metadata else "numeric"


def _drop_from_metadata(rule: Document) -> None:
    config = rule.get("config")
    masking = config.get("maskingConfig") if isinstance(config, dict) else None
    metadata = masking.get("metadata") if isinstance(masking, dict) else None
    if isinstance(masking, dict) and isinstance(metadata, dict):
        surplus = {"Regular Expression": "global", "Randomized Response": "kind"}.get(str(masking.get("type")), "")
        metadata.pop(surplus, None)


def _user(store: Store, iamid: str, username: str) -> Document:
    known = next((user for user in store.find(USER, username) if user["iamid"] == iamid), None)
    identifier = _made_up_id(f"{iamid}/{username}") if known is None else known["id"]
    name = username if known is None else known["profile"]["name"]
    return {"id": identifier, "name": name, "iamid": iamid, "userid": username}


def _made_up_id(name: str) -> int:
    # For users and groups that the tenant does not have: the same name has the same id.
    return 100_000 + crc32(name.encode()) % 900_000


def _read_owner(store: Store, key: str, item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    if key == "groups":
        return item.get("name")
    if "userid" not in item and isinstance(item.get("id"), int):
        item = {name: (store.get(USER, item["id"]) or {}).get(name) for name in ("iamid", "userid")}
    names = {"id": None, "name": None, "userid": "username"}
    return {names.get(name, name): value for name, value in item.items() if names.get(name, name) is not None}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
