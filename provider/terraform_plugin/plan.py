"""Planning: from a configuration and the prior state to what Terraform shows the user before it does anything.

The functions work on plain values and know neither the wire nor the handlers. The order in which the servicer uses
them: `propose` (defaults, computed values carried over, the user's form where the meaning is equal), then the
resource's own `plan` hook, then `replacements`, then `mark_unknown` where anything changed.

Terraform's rules behind it: a configured value is planned as it stands or as the prior value in the same place, never
as anything else; what is planned as known must come out of the apply just so; what is not configured may be planned as
anything where it is computed, and only as null where it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin.codec import canonical_set
from terraform_plugin.paths import ROOT, Key, Path
from terraform_plugin.values import UNKNOWN, as_float, is_unknown, wholly_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from terraform_plugin.schema import Attribute, Block, Nested

Values = dict[str, Any]


def propose(block: Block, config: Values, prior: Values | None) -> Values:
    """What the configuration asks for, with everything that it leaves open taken from defaults and the prior state."""
    return _propose_object(block, config, prior, prior)


def _propose_object(block: Block, config: Values, prior: Values | None, source: Values | None) -> Values:
    """`prior` is the object in the same place, whose form is kept; `source` the one whose computed values are kept."""
    return {
        member.name: _propose(
            member,
            config.get(member.name),
            (prior or {}).get(member.name),
            (source or {}).get(member.name),
            source is None,
        )
        for member in block
    }


def _propose(member: Attribute, config: Any, prior: Any, source: Any, creating: bool) -> Any:
    if member.write_only:
        return None
    wanted = _wanted(member, config)
    if wanted is None and member.computed and not member.has_default:
        return UNKNOWN if creating else source
    if wanted is None or is_unknown(wanted):
        return wanted
    if member.nested:
        wanted = _propose_objects(member, member.nested, wanted, prior, source)
        if member.nested.mode != "set" and member.same is None:
            return wanted  # the members have their form; as a whole, prior may hold what is not configured
    return prior if prior is not None and equivalent(member, wanted, prior) else wanted


def _wanted(member: Attribute, config: Any) -> Any:
    return member.default if config is None and member.has_default else config


def _propose_objects(member: Attribute, nested: Nested, config: Any, prior: Any, source: Any) -> Any:
    if nested.mode == "set":
        return canonical_set(_keep_elements(nested.block, prior, _stripped(member, config)))
    origins = _origins(nested.block, config, source) if nested.mode == "list" else {}

    def one(mine: Any, place: Any) -> Any:
        before, origin = _at(prior, place), _at(source, origins.get(place, place))
        return mine if _is_no_object(mine) else _propose_object(nested.block, mine, before, origin)

    return _each_object(nested, config, one)


def _origins(block: Block, config: list[Any], prior: Any) -> dict[int, int]:
    """For each element of a list the place that it had before; a place behind the end for a new one.

    An element is the one that looked the same before, as far as it is configured. The others stay where they are as
    long as the list is as long as it was: otherwise nobody can tell a new element from a changed one.
    """
    before = prior if isinstance(prior, list) else []
    if not any(member.keep_state for _, member in block.walk()):
        return {}
    free = dict.fromkeys(range(len(before)))
    origins = {}
    for place, mine in enumerate(config):
        found = next((at for at in (place, *free) if at in free and _looks_like(block, mine, before[at])), None)
        if found is not None:
            origins[place] = found
            del free[found]
    stays = free if len(config) == len(before) else {}
    return {place: origins.get(place, place if place in stays else len(before)) for place in range(len(config))}


def _looks_like(block: Block, config: Any, before: Any) -> bool:
    if _is_no_object(config) or _is_no_object(before):
        return False
    return all(
        _looks_alike(member, config.get(member.name), before.get(member.name))
        for member in block
        if not member.write_only
    )


def _looks_alike(member: Attribute, config: Any, before: Any) -> bool:
    if config is None and member.computed:
        return True
    if _is_no_object(config) or before is None or not member.nested or member.nested.mode == "set":
        return equivalent(member, config, before)
    inner = member.nested.block
    if member.nested.mode == "single":
        return _looks_like(inner, config, before)
    pairs = [(_at(config, place), _at(before, place)) for place in _places(config, before)]
    return len(config) == len(before) and all(_looks_like(inner, mine, other) for mine, other in pairs)


def _is_no_object(value: Any) -> bool:
    return value is None or is_unknown(value)


def _each_object(nested: Nested, value: Any, visit: Callable[[Any, Any], Any]) -> Any:
    """Visit each object of a nested attribute together with its place: an index, a key, or None for the only one."""
    if nested.mode == "single":
        return visit(value, None)
    if nested.mode == "map":
        return {key: visit(mine, key) for key, mine in value.items()}
    return [visit(mine, index) for index, mine in enumerate(value)]


def mark_unknown(block: Block, config: Values, proposed: Values, planned: Values) -> Values:
    """Show the computed values that an update may change as known after apply.

    What the resource's own hook changed between `proposed` and `planned` stays as the hook set it.
    """
    return {
        member.name: _mark(member, config.get(member.name), proposed.get(member.name), planned.get(member.name))
        for member in block
    }


def _mark(member: Attribute, config: Any, proposed: Any, planned: Any) -> Any:
    wanted = _wanted(member, config)
    if wanted is None:
        touched = proposed != planned
        open_to_change = member.computed and not member.has_default and not member.keep_state
        return UNKNOWN if open_to_change and not touched else planned
    if not member.nested or member.nested.mode == "set" or is_unknown(wanted) or _is_no_object(planned):
        return planned
    inner = member.nested.block

    def one(after: Any, place: Any) -> Any:
        mine, before = _known_object(_at(wanted, place)), _known_object(_at(proposed, place))
        return after if _is_no_object(after) else mark_unknown(inner, mine, before, after)

    return _each_object(member.nested, planned, one)


def keep_unmanaged(block: Block, config: Values, planned: Values, new: Values) -> Values:
    """`new`, with the planned value of what is not configured and keeps its state.

    Terraform was promised that value. If the API has another one by now, the next refresh shows it.
    """
    return {
        member.name: _keep_unmanaged(member, config.get(member.name), planned.get(member.name), new.get(member.name))
        for member in block
    }


def _keep_unmanaged(member: Attribute, config: Any, planned: Any, new: Any) -> Any:
    if config is None:
        return planned if member.keep_state and wholly_known(planned) else new
    if not member.nested or member.nested.mode == "set" or _is_no_object(planned) or _is_no_object(new):
        return new
    inner = member.nested.block

    def one(after: Any, place: Any) -> Any:
        mine, before = _known_object(_at(config, place)), _known_object(_at(planned, place))
        return after if _is_no_object(after) else keep_unmanaged(inner, mine, before, after)

    return _each_object(member.nested, new, one)


def _known_object(value: Any) -> Values:
    return {} if _is_no_object(value) else value


def _at(value: Any, place: Any) -> Any:
    """What stands at a place (see `_each_object`), or None."""
    if place is None:
        return None if is_unknown(value) else value
    if isinstance(value, dict):
        return value.get(place)
    return value[place] if isinstance(value, list) and place < len(value) else None


def replacements(block: Block, prior: Values, planned: Values, path: Path = ROOT) -> list[Path]:
    """The paths whose change needs a new object. `planned` is the plan before `mark_unknown`.

    A computed value that is only shown as unknown because something else changes is no reason for a new object.
    """
    found: list[Path] = []
    for member in block:
        before, after = prior.get(member.name), planned.get(member.name)
        if before == after:
            continue
        here = path / member.name
        if _needs_replacement(member, before, after):
            found.append(here)
        elif member.nested and not is_unknown(after):
            found.extend(_nested_replacements(member.nested, before, after, here))
    return found


def _needs_replacement(member: Attribute, before: Any, after: Any) -> bool:
    if callable(member.requires_replace) and not is_unknown(after):
        return member.requires_replace(before, after)
    return bool(member.requires_replace)


def _nested_replacements(nested: Nested, before: Any, after: Any, here: Path) -> list[Path]:
    inner = nested.block
    if nested.mode == "single":
        return replacements(inner, before or {}, after or {}, here)
    if nested.mode == "set":
        return [] if _decisive(inner, before) == _decisive(inner, after) else [here]
    found: list[Path] = []
    for place in _places(before, after):
        old, new = _at(before, place), _at(after, place)
        if not is_unknown(new):
            step = Key(place) if isinstance(place, str) else place
            found.extend(replacements(inner, old or {}, new or {}, here / step))
    return found


def _decisive(block: Block, elements: Any) -> list[Any]:
    """Of a set of objects the part whose change needs a new object; its elements have no place to compare them by."""
    names = [name for name, member in block.attributes.items() if _decides(member)]
    parts = [each if _is_no_object(each) else {name: each.get(name) for name in names} for each in elements or []]
    return canonical_set(parts) if names else []


def _decides(member: Attribute) -> bool:
    inner = member.nested.block.walk() if member.nested else ()
    return bool(member.requires_replace) or any(inside.requires_replace for _, inside in inner)


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
    if left is None or right is None:
        return False
    if member.nested is None:
        return member.number is float and _floats(left) == _floats(right)
    inner = member.nested.block
    if member.nested.mode == "set":
        return _same_set(inner, left, right)
    if len(left) != len(right):
        return False
    if member.nested.mode == "single":
        return _same_object(inner, left, right)
    return all(_same_object(inner, _at(left, place), _at(right, place)) for place in _places(left, right))


def _floats(value: Any) -> Any:
    """The numbers of a value as a handler sees them whose model says `float`: with 53 bits."""
    if isinstance(value, dict):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    return None if value is None else as_float(value)


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


def _keep_elements(block: Block, kept: Any, new: list[Any]) -> list[Any]:
    """The elements of a set, each in the form that an element of `kept` has which means the same; no form twice."""
    forms = [form for form in kept if form not in new] if isinstance(kept, list) else []
    elements = []
    for mine in new:
        exact = isinstance(kept, list) and mine in kept
        form = mine if exact else next((form for form in forms if _same_object(block, form, mine)), mine)
        if form in forms:
            forms.remove(form)
        elements.append(form)
    return elements


def keep_form(block: Block, kept: Values, new: Values) -> Values:
    """`new`, with the form that `kept` has wherever the two mean the same. Nothing write-only stays."""
    return {
        member.name: None if member.write_only else _keep(member, kept.get(member.name), new.get(member.name))
        for member in block
    }


def _keep(member: Attribute, kept: Any, new: Any) -> Any:
    if not is_unknown(kept) and equivalent(member, kept, new):
        return _stripped(member, kept)
    if member.nested is None or _is_no_object(new) or _is_no_object(kept):
        return _stripped(member, new)
    inner = member.nested.block
    if member.nested.mode == "set":
        return canonical_set(_keep_elements(inner, kept, _stripped(member, new)))

    def one(mine: Any, place: Any) -> Any:
        return mine if _is_no_object(mine) else keep_form(inner, _known_object(_at(kept, place)), mine)

    return _each_object(member.nested, new, one)


def _stripped(member: Attribute, value: Any) -> Any:
    if member.nested is None or _is_no_object(value):
        return value
    inner = member.nested.block
    stripped = _each_object(
        member.nested, value, lambda mine, _: mine if _is_no_object(mine) else without_write_only(inner, mine)
    )
    return canonical_set(stripped) if member.nested.mode == "set" else stripped


def without_write_only(block: Block, values: Values) -> Values:
    """`values` with everything write-only set to null, at every depth."""
    return {member.name: None if member.write_only else _stripped(member, values.get(member.name)) for member in block}


def write_only_paths(block: Block, values: Values, path: Path = ROOT) -> Iterator[Path]:
    """The paths of the write-only attributes that have a value."""
    for member in block:
        value, here = values.get(member.name), path / member.name
        if value is None or is_unknown(value):
            continue
        if member.write_only:
            yield here
        if member.nested and member.nested.mode == "single":
            yield from write_only_paths(member.nested.block, value, here)
        elif member.nested:
            for place in _places(value, None):
                inner = _known_object(_at(value, place))
                yield from write_only_paths(
                    member.nested.block, inner, here / (Key(place) if isinstance(place, str) else place)
                )


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
    """`values` with the default of each attribute that is null, at every depth: what an import starts from."""
    return {member.name: _with_default(member, values.get(member.name)) for member in block}


def _with_default(member: Attribute, value: Any) -> Any:
    wanted = _wanted(member, value)
    if not member.nested or member.nested.mode == "set" or _is_no_object(wanted):
        return wanted
    inner = member.nested.block
    return _each_object(
        member.nested, wanted, lambda mine, _: mine if _is_no_object(mine) else with_defaults(inner, mine)
    )
