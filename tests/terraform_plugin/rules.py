"""What Terraform demands of a provider's answers, written from its documentation and apart from our own checker.

`plan_breaches` is what it demands of a planned object, `result_breaches` of anything that comes after a plan: the plan
that is made again at apply, when more is known, and the state at the end. `state_breaches` is what it demands of every
state. Each yields one line per breach; a correct answer has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin import types
from terraform_plugin.values import Dynamic, is_unknown, wholly_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin.schema import Attribute, Block, Nested

Values = dict[str, Any]


def plan_breaches(
    block: Block, prior: Values | None, config: Values, planned: Values, where: str = ""
) -> Iterator[str]:
    """A configured value is planned as it stands or as the equal prior one; what is left open is null or computed."""
    for member in block:
        before = None if prior is None else prior[member.name]
        yield from _attribute(member, before, config[member.name], planned[member.name], f"{where}.{member.name}")


def _attribute(member: Attribute, prior: Any, config: Any, planned: Any, where: str) -> Iterator[str]:
    if member.write_only:
        if planned is not None:
            yield f"{where}: write-only, and planned"
        return
    if planned == config or (config is not None and prior is not None and planned == prior):
        return
    if config is None:
        if not member.computed:
            yield f"{where}: neither configured nor computed, and planned as {planned!r}"
    elif member.nested is None:
        yield f"{where}: planned as {planned!r}, configured as {config!r}, was {prior!r}"
    elif planned is None or is_unknown(planned) or is_unknown(config):
        yield f"{where}: objects are configured as {config!r} and planned as {planned!r}"
    else:
        yield from _objects(member.nested, prior, config, planned, where)


def _objects(nested: Nested, prior: Any, config: Any, planned: Any, where: str) -> Iterator[str]:
    mode, block = nested.mode, nested.block
    if mode == "single":
        yield from plan_breaches(block, None if is_unknown(prior) else prior, config, planned, where)
    elif len(config) != len(planned) or (mode == "map" and config.keys() != planned.keys()):
        yield f"{where}: {len(config)} objects are configured, {len(planned)} are planned"
    elif mode != "set":  # the elements of a set have no place by which to tell them apart
        for place in config if mode == "map" else range(len(config)):
            mine, after, here = config[place], planned[place], f"{where}[{place!r}]"
            if isinstance(mine, dict) and isinstance(after, dict):
                yield from plan_breaches(block, _object_at(prior, place), mine, after, here)
            elif mine != after:
                yield f"{here}: configured as {mine!r}, planned as {after!r}"


def _object_at(value: Any, place: Any) -> Any:
    if isinstance(value, list):
        return value[place] if place < len(value) else None
    return value.get(place) if isinstance(value, dict) else None


def promise_breaches(block: Block, prior: Any, config: Any, planned: Any, where: str = "") -> Iterator[str]:
    """What the schema layer itself promises of what is not configured: its default, or that it keeps its state."""
    if not (isinstance(config, dict) and isinstance(planned, dict)):
        return
    for member in block:
        before = prior[member.name] if isinstance(prior, dict) else None
        mine, after, here = config[member.name], planned[member.name], f"{where}.{member.name}"
        if mine is None and member.has_default and not member.nested:
            if after not in (member.default, before):
                yield f"{here}: the default is {member.default!r}, and {after!r} is planned"
        elif mine is None and member.keep_state and isinstance(prior, dict) and after != before:
            yield f"{here}: it keeps {before!r}, and {after!r} is planned"
        elif member.nested and member.nested.mode == "single":
            yield from promise_breaches(member.nested.block, before, mine, after, here)
        elif member.nested and member.nested.mode == "map" and isinstance(mine, dict):
            for key, each in mine.items():
                yield from promise_breaches(member.nested.block, _object_at(before, key), each, after[key], here)


def result_breaches(kind: types.Type, planned: Any, actual: Any, where: str = "") -> Iterator[str]:
    """What was planned and known comes out just so, at every depth."""
    if is_unknown(planned):
        return
    if planned is None or actual is None or is_unknown(actual):
        if not (planned is None and actual is None):
            yield f"{where}: planned as {planned!r}, came out as {actual!r}"
    elif isinstance(kind, types.Object):
        for name, member in kind.attributes.items():
            yield from result_breaches(member, planned[name], actual[name], f"{where}.{name}")
    elif isinstance(kind, types.Collection):
        yield from _elements(kind, planned, actual, where)
    elif isinstance(planned, Dynamic) and not wholly_known(planned):
        return  # its type may change with the value
    elif planned != actual:
        yield f"{where}: planned as {planned!r}, came out as {actual!r}"


def _elements(kind: types.Collection, planned: Any, actual: Any, where: str) -> Iterator[str]:
    if kind.kind == "set":
        if len(actual) > len(planned) or (wholly_known(planned) and len(actual) != len(planned)):
            yield f"{where}: {len(planned)} elements were planned, there are {len(actual)}"
        for some, others, what in ((planned, actual, "planned"), (actual, planned, "not planned")):
            for one in some:
                pairs = ((one, other) if some is planned else (other, one) for other in others)
                if all(any(result_breaches(kind.element, *pair)) for pair in pairs):
                    yield f"{where}: {one!r} was {what}"
        return
    if len(planned) != len(actual) or (kind.kind == "map" and planned.keys() != actual.keys()):
        yield f"{where}: planned as {planned!r}, came out as {actual!r}"
        return
    for place in planned if kind.kind == "map" else range(len(planned)):
        yield from result_breaches(kind.element, planned[place], actual[place], f"{where}[{place!r}]")


def state_breaches(block: Block, state: Values, where: str = "") -> Iterator[str]:
    """Nothing is unknown, nothing write-only has a value."""
    for member in block:
        value, here = state[member.name], f"{where}.{member.name}"
        if not wholly_known(value):
            yield f"{here}: unknown"
        if member.write_only and value is not None:
            yield f"{here}: write-only"
        if member.nested and value is not None:
            inner = {"single": lambda v: [v], "map": lambda v: list(v.values())}.get(member.nested.mode, list)(value)
            for each in inner:
                if each is not None:
                    yield from state_breaches(member.nested.block, each, here)
