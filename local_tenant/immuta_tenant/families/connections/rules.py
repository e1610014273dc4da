"""What is to go wrong with connections, on request: components that are not healthy, tasks that fail, and no new tasks.

A rule holds for the connections whose key matches a shell pattern, for ever or for a number of times.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from immuta_tenant.families.connections.errors import UNHEALTHY, error
from immuta_tenant.kinds import CONNECTION_RULE
from immuta_tenant.store import Document, Store

HEALTH = "health"
FAILURE = "failure"
UNAVAILABLE = "unavailable"


def add(store: Store, effect: str, key: str = "*", count: int | None = None, **attributes: Any) -> int:
    """Let something go wrong; returns the number of the rule.

    Parameters:
        effect: `health` (with `component`, `message`, `details`), `failure` (with `type`, `code`, `message`,
            `details`) or `unavailable`.
        key: a shell pattern of connection keys.
        count: how often; by default until the rules are cleared.
        attributes: what belongs to the effect.
    """
    rule = {"effect": effect, "connectionKey": key, "count": count, **attributes}
    return int(store.insert(CONNECTION_RULE, rule)["id"])


def clear(store: Store, effect: str | None = None) -> None:
    """Let nothing go wrong any more, or nothing of one kind."""
    for rule in store.all(CONNECTION_RULE):
        if effect in (None, rule["effect"]):
            store.remove(CONNECTION_RULE, rule["id"])


def health_error(store: Store, connection: Document, component: str) -> Document | None:
    """Return what a validation of a component finds wrong, if anything."""
    rule = _used(store, HEALTH, connection["connectionKey"], component=component)
    return None if rule is None else _error(rule | {"code": UNHEALTHY})


def failure(store: Store, task: Document) -> Document | None:
    """Return the error with which a task is to fail, if it is."""
    rule = _used(store, FAILURE, task["connectionKey"], type=task["type"])
    return None if rule is None else _error(rule)


def is_unavailable(store: Store, key: str) -> bool:
    """Tell whether no task can be started for a connection now."""
    return _used(store, UNAVAILABLE, key) is not None


def _used(store: Store, effect: str, key: str, **conditions: str) -> Document | None:
    for rule in store.all(CONNECTION_RULE):
        meant = rule["effect"] == effect and all(rule[name] == value for name, value in conditions.items())
        if not meant or rule["count"] == 0 or not fnmatchcase(key, rule["connectionKey"]):
            continue
        if rule["count"] is not None:
            store.save(CONNECTION_RULE, rule | {"count": rule["count"] - 1})
        return rule
    return None


def _error(rule: Document) -> Document:
    details = {} if rule.get("details") is None else {"details": rule["details"]}
    return error(rule["code"], rule["message"], **details)
