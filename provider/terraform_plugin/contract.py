"""Terraform's contract with a provider, checked on this side before an answer is sent.

Terraform refuses an answer that breaks its rules with an error that names neither handler nor reason, or, worse, takes
it. Switched on (`TF_PLUGIN_CONTRACT=1`, and in this project's tests) every answer of a handler is held against the
rules first, and a breach names the resource, the attribute and both values.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from terraform_plugin.paths import ROOT, Key, Path
from terraform_plugin.values import is_unknown, sort_key, wholly_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin.schema import Attribute, Block

SWITCH: Final = "TF_PLUGIN_CONTRACT"
Breach = tuple[Path, str]


def switched_on() -> bool:
    """Whether answers are to be checked."""
    return os.environ.get(SWITCH, "") not in ("", "0")


def planned(
    block: Block, config: dict[str, Any], prior: dict[str, Any] | None, plan: dict[str, Any], path: Path = ROOT
) -> Iterator[Breach]:
    """A plan keeps what is configured, or the prior value where it means the same; it sets what is computed alone."""
    for member in block:
        here = path / member.name
        mine, before, after = config.get(member.name), (prior or {}).get(member.name), plan.get(member.name)
        if member.write_only:
            if after is not None:
                yield here, "it is write-only, and the plan holds a value"
        elif mine is None and not member.computed:
            if after is not None:
                yield here, f"it is not configured and not computed, and is planned as {_shown(member, after)}"
        elif mine is None or is_unknown(mine) or after == mine:
            continue
        elif member.nested and member.nested.mode != "set" and after is not None and not is_unknown(after):
            yield from _planned_inside(member, mine, before, after, here)
        elif after != before and not member.nested:
            yield here, f"it is configured as {_shown(member, mine)} and planned as {_shown(member, after)}"


def _planned_inside(member: Attribute, mine: Any, before: Any, after: Any, here: Path) -> Iterator[Breach]:
    assert member.nested is not None
    for place, wanted in _objects(member.nested.mode, mine, here):
        got, prior = _in_place(after, place, here), _in_place(before, place, here)
        if isinstance(wanted, dict) and isinstance(got, dict):
            yield from planned(member.nested.block, wanted, prior if isinstance(prior, dict) else None, got, place)
        elif got != wanted:
            yield place, f"it is configured as {_shown(member, wanted)} and planned as {_shown(member, got)}"


def applied(block: Block, plan: dict[str, Any], state: dict[str, Any]) -> Iterator[Breach]:
    """What was planned and known comes back identical, and nothing is unknown any more."""
    for member in block:
        yield from _applied(member, plan.get(member.name), state.get(member.name), ROOT / member.name)


def _applied(member: Attribute, plan: Any, state: Any, here: Path) -> Iterator[Breach]:
    if not wholly_known(state):
        yield here, "it is still unknown after the apply"
    elif is_unknown(plan) or plan == state:
        return
    elif member.nested and member.nested.mode != "set" and plan is not None and state is not None:
        for place, wanted in _objects(member.nested.mode, plan, here):
            got = _in_place(state, place, here)
            if isinstance(wanted, dict) and isinstance(got, dict):
                for inner in member.nested.block:
                    yield from _applied(inner, wanted.get(inner.name), got.get(inner.name), place / inner.name)
            elif got != wanted and not is_unknown(wanted):
                yield place, f"it was planned as {_shown(member, wanted)} and came back as {_shown(member, got)}"
    elif wholly_known(plan):
        yield here, f"it was planned as {_shown(member, plan)} and came back as {_shown(member, state)}"


def stored(block: Block, state: dict[str, Any], path: Path = ROOT) -> Iterator[Breach]:
    """A state holds nothing unknown and nothing write-only."""
    for member in block:
        here, value = path / member.name, state.get(member.name)
        if not wholly_known(value):
            yield here, "it is unknown in a state"
        elif member.write_only and value is not None:
            yield here, "it is write-only, and the state holds a value"
        elif member.nested and value is not None:
            for place, inner in _objects(member.nested.mode, value, here):
                if isinstance(inner, dict):
                    yield from stored(member.nested.block, inner, place)


def _objects(mode: str, value: Any, here: Path) -> Iterator[tuple[Path, Any]]:
    if is_unknown(value):
        return
    if mode == "single":
        yield here, value
    elif mode == "map":
        for key in sorted(value):
            yield here / Key(key), value[key]
    else:
        for index, element in enumerate(value):
            yield (here if mode == "set" else here / index), element


def _in_place(value: Any, place: Path, here: Path) -> Any:
    """The part of `value`, which stands at `here`, that stands at `place`."""
    if place == here:
        return value
    step = place.steps[-1]
    if isinstance(step, Key):
        return value.get(step.key) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _shown(member: Attribute, value: Any) -> str:
    hidden = member.sensitive or member.write_only or (member.nested and _has_secret(member.nested.block))
    if value is None:
        return "null"
    if is_unknown(value):
        return "unknown"
    return "(sensitive)" if hidden else sort_key(value)


def _has_secret(block: Block) -> bool:
    return any(member.sensitive or member.write_only for _, member in block.walk())
