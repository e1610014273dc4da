"""Which classes the nested objects of one construct become.

A class is named after the construct and the provider's model (`DataPolicyUsers`), and an object that stands in several
places has one class. Where the schema does not name the model, or two different ones have the same name, it is named
after its place (`DataPolicyActionsRulesExceptions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from immuta_cli.generate import names
from immuta_cli.generate.schema import Attribute


def named(main: str, attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """The attributes of a construct's block with the names of their classes.

    Args:
        main: the construct's class.
        attributes: those of its block.
    """
    return _named(main, main, attributes, {main: ()})


def of(attributes: Iterable[Attribute]) -> list[Attribute]:
    """One attribute for each class of nested objects, the innermost first, because the outer ones name them."""
    return list({attribute.class_name: attribute for attribute in _nested(attributes)}.values())


def _named(
    main: str, place: str, attributes: Iterable[Attribute], taken: dict[str, tuple[Attribute, ...]]
) -> tuple[Attribute, ...]:
    return tuple(_with_class(main, place + names.pascal(each.name), each, taken) for each in attributes)


def _with_class(main: str, place: str, attribute: Attribute, taken: dict[str, tuple[Attribute, ...]]) -> Attribute:
    if not attribute.nesting or not attribute.configurable:
        return attribute
    members = _named(main, place, attribute.members, taken)
    wanted = attribute.model if attribute.model.startswith(main) else main + attribute.model
    name = wanted if attribute.model and taken.setdefault(wanted, members) == members else place
    taken[name] = members
    return replace(attribute, members=members, class_name=name)


def _nested(attributes: Iterable[Attribute]) -> Iterator[Attribute]:
    for attribute in attributes:
        if attribute.nesting and attribute.configurable:
            yield from _nested(attribute.members)
            yield attribute
