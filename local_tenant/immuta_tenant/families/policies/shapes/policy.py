"""A whole policy in one of the shapes, and back."""

from __future__ import annotations

import copy
from typing import Any, Literal

from immuta_tenant.families.policies.shapes import moves, scrambled, swagger
from immuta_tenant.store import Document, Store

Shape = Literal["house", "swagger", "scrambled"]


def show(store: Store, policy: Document, shape: str) -> Document:
    """Return a stored policy (its V1 attributes) the way the shape spells it."""
    shown = copy.deepcopy(policy)
    shown["actions"] = [show_action(action, shape, local=False) for action in shown["actions"]]
    if shape == "scrambled":
        for circumstance in shown["circumstances"] or ():
            moves.there(circumstance, scrambled.CIRCUMSTANCE)
    owners = shown["ownerRestrictions"]
    if owners is not None and shape != "house":
        is_swagger = shape == "swagger"
        shown["ownerRestrictions"] = swagger.show_owners(store, owners) if is_swagger else scrambled.show_owners(owners)
    return shown


def show_action(action: Document, shape: str, *, local: bool) -> Document:
    """Return a stored action the way the shape spells it; in a local policy columns are names."""
    shown = copy.deepcopy(action)
    if shape == "house":
        return shown
    if shown["type"] == "subscription":
        moves.there(shown, _module(shape).SUBSCRIPTION)
        return shown
    for rule in shown["rules"]:
        _module(shape).show_rule(rule, local=local)
    if shape == "scrambled" and all(rule["type"] == "customWhere" for rule in shown["rules"]):
        shown["type"] = "customWhere"
    return shown


def read(store: Store, body: Document, shape: str) -> Document:
    """Return a body in the house's spelling; what is not spelled right is left for the validation to refuse."""
    stated = copy.deepcopy(body)
    if isinstance(stated.get("actions"), list):
        stated["actions"] = [read_action(action, shape) for action in stated["actions"]]
    if shape == "scrambled" and isinstance(stated.get("circumstances"), list):
        for circumstance in stated["circumstances"]:
            if isinstance(circumstance, dict):
                moves.back(circumstance, scrambled.CIRCUMSTANCE)
    owners = stated.get("ownerRestrictions")
    if owners is not None and shape != "house":
        is_swagger = shape == "swagger"
        stated["ownerRestrictions"] = (
            swagger.read_owners(store, owners) if is_swagger else scrambled.read_owners(owners)
        )
    return stated


def read_action(action: Any, shape: str) -> Any:
    """Return an action in the house's spelling, as far as it is one."""
    if shape == "house" or not isinstance(action, dict):
        return action
    stated = copy.deepcopy(action)
    moves.back(stated, _module(shape).SUBSCRIPTION)
    rules = stated.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict):
            _module(shape).read_rule(rule)
    return stated


def _module(shape: str) -> Any:
    return swagger if shape == "swagger" else scrambled
