"""Planning: from a configuration and the prior state to what Terraform shows the user before it does anything.

The functions work on plain values and know neither the wire nor the handlers. The order in which the servicer uses
them: `propose` (defaults, computed values carried over, the user's form where the meaning is equal), then the
resource's own `plan` hook, then `mark_unknown` where anything changed, then `replacements`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin.codec import canonical_set
from terraform_plugin.paths import ROOT, Key, Path
from terraform_plugin.values import UNKNOWN, is_unknown, wholly_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from terraform_plugin.schema import Attribute, Block

Values = dict[str, Any]


def propose(block: Block, config: Values, prior: Values | None) -> Values:
    """What the configuration asks for, with everything that it leaves open taken from defaults and the prior state."""
    return {
        member.name: _propose(member, config.get(member.name), prior.get(member.name) if prior else None, prior is None)
        for member in block
    }


def _propose(member: Attribute, config: Any, prior: Any, creating: bool) -> Any:
    if member.write_only:
        return None
    if is_unknown(config):
        return config
    if config is None:
        return _unset(member, prior, creating)
    if member.nested and member.nested.mode != "set":
        inner = member.nested.block
        return _each(member, config, prior, lambda mine, before: propose(inner, mine, before))
    if member.nested:
        config = canonical_set([without_write_only(member.nested.block, element) for element in config])
    return prior if equivalent(member, config, prior) else config


def _unset(member: Attribute, prior: Any, creating: bool) -> Any:
    if member.has_default:
        return member.default
    if member.computed:
        return UNKNOWN if creating else prior
    return None


def _each(member: Attribute, value: Any, prior: Any, visit: Callable[[Values, Values | None], Values]) -> Any:
    """Visit each object of a nested attribute together with the prior object in the same place."""
    mode = member.nested.mode if member.nested else ""

    def one(mine: Any, before: Any) -> Any:
        return mine if mine is None or is_unknown(mine) else visit(mine, before if isinstance(before, dict) else None)

    if mode == "single":
        return one(value, prior)
    if mode == "map":
        before = prior if isinstance(prior, dict) else {}
        return {key: one(mine, before.get(key)) for key, mine in value.items()}
    earlier = prior if isinstance(prior, list) else []
    return [one(mine, earlier[i] if i < len(earlier) else None) for i, mine in enumerate(value)]


def mark_unknown(block: Block, config: Values, proposed: Values, planned: Values) -> Values:
    """Show the computed values that an update may change as known after apply.

    What the resource's own hook changed between `proposed` and `planned` stays as the hook set it.
    """
    return {
        member.name: _mark(member, config.get(member.name), proposed.get(member.name), planned.get(member.name))
        for member in block
    }


def _mark(member: Attribute, config: Any, proposed: Any, planned: Any) -> Any:
    if config is None:
        touched = proposed != planned
        open_to_change = member.computed and not member.has_default and not member.keep_state
        return UNKNOWN if open_to_change and not touched else planned
    if not member.nested or member.nested.mode == "set" or is_unknown(config) or is_unknown(planned) or planned is None:
        return planned
    inner = member.nested.block
    if member.nested.mode == "single":
        return mark_unknown(inner, config, proposed or {}, planned)
    pairs = _pairs(config, proposed, planned)
    marked = {
        place: after if after is None or is_unknown(after) else mark_unknown(inner, mine or {}, before or {}, after)
        for place, mine, before, after in pairs
    }
    return marked if member.nested.mode == "map" else list(marked.values())


def _pairs(config: Any, proposed: Any, planned: Any) -> Iterator[tuple[Any, Any, Any, Any]]:
    places: Iterable[Any] = planned if isinstance(planned, dict) else range(len(planned))
    for place in places:
        yield place, _at(config, place), _at(proposed, place), planned[place]


def _at(value: Any, place: Any) -> Any:
    if isinstance(value, dict):
        return value.get(place)
    if isinstance(value, list):
        return value[place] if place < len(value) else None
    return None


def replacements(block: Block, prior: Values, planned: Values, path: Path = ROOT) -> list[Path]:
    """The paths whose change needs a new object."""
    found: list[Path] = []
    for member in block:
        before, after = prior.get(member.name), planned.get(member.name)
        if before == after:
            continue
        here = path / member.name
        if _needs_replacement(member, before, after):
            found.append(here)
        elif member.nested:
            found.extend(_nested_replacements(member, before, after, here))
    return found


def _needs_replacement(member: Attribute, before: Any, after: Any) -> bool:
    if callable(member.requires_replace):
        return member.requires_replace(before, after)
    return member.requires_replace


def _nested_replacements(member: Attribute, before: Any, after: Any, here: Path) -> list[Path]:
    assert member.nested  # noqa: S101 - the caller looked; this tells the type checker
    inner = member.nested.block
    if is_unknown(after):
        return []
    if member.nested.mode == "single":
        return replacements(inner, before or {}, after or {}, here)
    if member.nested.mode == "set":
        return [here] if any(a.requires_replace is True for _, a in inner.walk()) else []
    found: list[Path] = []
    for place in _places(before, after):
        old, new = _at(before, place), _at(after, place)
        if not is_unknown(new):
            step = Key(place) if isinstance(place, str) else place
            found.extend(replacements(inner, old or {}, new or {}, here / step))
    return found


def _places(before: Any, after: Any) -> list[Any]:
    if isinstance(before, dict) or isinstance(after, dict):
        return sorted({**(before or {}), **(after or {})})
    return list(range(max(len(before or []), len(after or []))))


def equivalent(member: Attribute, left: Any, right: Any) -> bool:
    """Whether two known values of an attribute mean the same."""
    if left == right:
        return True
    if not (wholly_known(left) and wholly_known(right)):
        return False
    if member.same is not None:
        return member.same(left, right)
    if left is None or right is None or member.nested is None:
        return False
    inner = member.nested.block
    if member.nested.mode == "set":
        return _same_set(inner, left, right)
    if len(left) != len(right):
        return False
    if member.nested.mode == "single":
        return _same_object(inner, left, right)
    return all(_same_object(inner, _at(left, place), _at(right, place)) for place in _places(left, right))


def _same_object(block: Block, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    return all(equivalent(member, left.get(member.name), right.get(member.name)) for member in block)


def _same_set(block: Block, left: list[Values], right: list[Values]) -> bool:
    rest = list(right)
    for mine in left:
        match = next((other for other in rest if _same_object(block, mine, other)), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest


def keep_form(block: Block, kept: Values, new: Values) -> Values:
    """`new`, with the form that `kept` has wherever the two mean the same. Nothing write-only stays."""
    return {
        member.name: None
        if member.write_only
        else _keep(member, kept.get(member.name), new.get(member.name))
        for member in block
    }


def _keep(member: Attribute, kept: Any, new: Any) -> Any:
    if is_unknown(kept) or equivalent(member, kept, new):
        return kept if not is_unknown(kept) else _stripped(member, new)
    if member.nested and member.nested.mode != "set" and kept is not None and new is not None and not is_unknown(new):
        inner = member.nested.block
        return _each(member, new, kept, lambda mine, before: keep_form(inner, before or {}, mine))
    return _stripped(member, new)


def _stripped(member: Attribute, value: Any) -> Any:
    if member.nested is None or value is None or is_unknown(value):
        return value
    inner = member.nested.block
    if member.nested.mode == "set":
        return canonical_set([without_write_only(inner, element) for element in value])
    return _each(member, value, None, lambda mine, _: without_write_only(inner, mine))


def without_write_only(block: Block, values: Values) -> Values:
    """`values` with everything write-only set to null, at every depth."""
    return {
        member.name: None if member.write_only else _stripped(member, values.get(member.name)) for member in block
    }


def without_unknowns(value: Any) -> Any:
    """`value` with null where something is unknown: the state of an object whose create did not finish."""
    if is_unknown(value):
        return None
    if isinstance(value, dict):
        return {name: without_unknowns(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_unknowns(member) for member in value]
    return value


def with_defaults(block: Block, values: Values) -> Values:
    """`values` with the default of each attribute that is null: what an import starts from."""
    return {
        member.name: member.default
        if values.get(member.name) is None and member.has_default
        else values.get(member.name)
        for member in block
    }
