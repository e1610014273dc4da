"""Random types and values of Terraform, for property tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from terraform_plugin import types
from terraform_plugin.codec import canonical_set
from terraform_plugin.values import UNKNOWN, Dynamic, Unknown, composed, number

REFINED = Unknown(12, b"\x81\x01\xc2")  # what Terraform sends for a value that is unknown, but not null

names = st.text("abcdefgh_", min_size=1, max_size=4)
scalar_types = st.sampled_from([types.STRING, types.NUMBER, types.BOOL])


def _wrap(inner: st.SearchStrategy[types.Type]) -> st.SearchStrategy[types.Type]:
    return st.one_of(
        st.builds(types.list_of, inner),
        st.builds(types.set_of, inner),
        st.builds(types.map_of, inner),
        st.builds(types.Object, st.dictionaries(names, inner, max_size=3)),
        st.builds(types.Tuple, st.lists(inner, max_size=3).map(tuple)),
    )


concrete_types: st.SearchStrategy[types.Type] = st.recursive(scalar_types, _wrap, max_leaves=6)

_numbers: st.SearchStrategy[Any] = st.one_of(
    st.integers(-(10**30), 10**30),
    st.sampled_from([0, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**100, Decimal("1E+500")]),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
numbers = _numbers.map(number)

_scalars: dict[types.Type, st.SearchStrategy[Any]] = {
    types.STRING: st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(composed),  # as Terraform sends it
    types.NUMBER: numbers,
    types.BOOL: st.booleans(),
}


@st.composite
def values(draw: st.DrawFn, kind: types.Type, *, known: bool = False) -> Any:
    """A value of `kind`: perhaps null, perhaps unknown, perhaps so only inside."""
    luck = draw(st.integers(0, 9))
    if luck == 0:
        return None
    if luck == 1 and not known:
        return draw(st.sampled_from([UNKNOWN, REFINED]))
    if kind == types.DYNAMIC:
        actual = draw(concrete_types)
        return Dynamic(actual, draw(values(actual, known=known)))
    if isinstance(kind, types.Primitive):
        return draw(_scalars[kind])
    return draw(_composite(kind, known=known))


def _composite(kind: types.Type, *, known: bool) -> st.SearchStrategy[Any]:
    match kind:
        case types.Collection("map"):
            return st.dictionaries(names, values(kind.element, known=known), max_size=3)
        case types.Collection("set"):
            return st.lists(values(kind.element, known=known), max_size=3).map(canonical_set)
        case types.Collection():
            return st.lists(values(kind.element, known=known), max_size=3)
        case types.Object():
            return st.fixed_dictionaries({name: values(each, known=known) for name, each in kind.attributes.items()})
        case types.Tuple():
            return st.tuples(*(values(each, known=known) for each in kind.elements)).map(list)
    raise AssertionError(kind)


@st.composite
def typed_values(draw: st.DrawFn, *, known: bool = False) -> tuple[types.Type, Any]:
    """A type (dynamic among them) and a value of it."""
    kind = draw(st.one_of(concrete_types, st.just(types.DYNAMIC)))
    return kind, draw(values(kind, known=known))
