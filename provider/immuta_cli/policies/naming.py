"""Policies with the names that they get in code."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import immuta_constructs.policies
from immuta_cli.policies import names
from immuta_cli.policies.payload import Policy
from immuta_provider.resources.import_ids import escape

# What a function of the generated modules would hide.
RESERVED: Final = frozenset(
    (
        *immuta_constructs.policies.__all__,
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *("add_policies", "annotations", "json"),
    )
)
# What the CDK hides, and files that are there beside those of the policies.
TAKEN: Final = ("default", "resource", "versions", "__init__")


@dataclass(frozen=True)
class Named:
    """A policy with `id`, the name of its construct or resource, and `function`, that of its function in Python."""

    policy: Policy
    id: str
    function: str

    @property
    def import_id(self) -> str:
        """What its import block says."""
        return escape(self.policy.key)


def named(policies: Iterable[Policy]) -> list[Named]:
    """The policies by name."""
    found = {each.key: each for each in policies}
    ids = names.unique(found, TAKEN)
    functions = _functions(ids)
    made = (Named(found[key], name, functions[key]) for key, name in ids.items())
    return sorted(made, key=_natural)


def _natural(each: Named) -> list[str | int]:
    """People's order, in which v9 comes before v10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", each.function)]


def _functions(ids: dict[str, str]) -> dict[str, str]:
    """Names of functions by key: those of the constructs, longer where they would hide something."""
    plain = {key: names.function(name) for key, name in ids.items()}
    taken = RESERVED | set(plain.values())
    for key, name in plain.items():
        while name in RESERVED or (name != plain[key] and name in taken):
            name += "_policy"  # noqa: PLW2901 - until it is free
        plain[key] = name
        taken |= {name}
    return plain
