"""`any_of` and `all_of`: `|` and `&` for lists."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, overload

from immuta_constructs.policies.words import Joinable, expected, problem

if TYPE_CHECKING:
    from immuta_constructs.policies.rows import LocalMatches, Matches
    from immuta_constructs.policies.users import Members, Purposes, Users
    from immuta_constructs.policies.where import Circumstances

__all__ = ["all_of", "any_of"]


@overload
def any_of(*words: Members) -> Members: ...
@overload
def any_of(*words: Purposes) -> Purposes: ...
@overload
def any_of(*words: Users) -> Users: ...
@overload
def any_of(*words: Circumstances) -> Circumstances: ...
@overload
def any_of(*words: Matches) -> Matches: ...
@overload
def any_of(*words: LocalMatches) -> LocalMatches: ...
def any_of(*words: Any) -> Any:
    """Any one of them is enough: `a | b | ...` for a list.

    Args:
        words: users, circumstances or matches, one or more.
    """
    return functools.reduce(operator.or_, _joinable(words, "any_of"))


@overload
def all_of(*words: Members) -> Members: ...
@overload
def all_of(*words: Purposes) -> Purposes: ...
@overload
def all_of(*words: Users) -> Users: ...
@overload
def all_of(*words: Circumstances) -> Circumstances: ...
@overload
def all_of(*words: Matches) -> Matches: ...
@overload
def all_of(*words: LocalMatches) -> LocalMatches: ...
def all_of(*words: Any) -> Any:
    """All of them are needed: `a & b & ...` for a list.

    Args:
        words: users, circumstances or matches, one or more.
    """
    return functools.reduce(operator.and_, _joinable(words, "all_of"))


def _joinable(words: tuple[Any, ...], name: str) -> tuple[Joinable, ...]:
    if not words:
        raise problem(f"{name}()", "needs at least one; of none, nobody knows who or what is meant.")
    if isinstance(words[0], (list, tuple, set, frozenset, Iterator)):
        raise problem(f"{name}()", f"takes them one by one. Write {name}(*words).")
    wanted = "users, circumstances or matches"
    return tuple(expected(each, Joinable, f"{name}()", wanted) for each in words)
