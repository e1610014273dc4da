"""Whom a rule is about: `in_group("Privacy") | has_attribute("Clearance", "High")`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Never, overload

from immuta_constructs.policies.checks import is_known, one_line, text
from immuta_constructs.policies.words import Joinable, Word, described, problem
from immuta_constructs.tokens import is_resolvable

if TYPE_CHECKING:
    from immuta_constructs.data_immuta_purpose import DataImmutaPurpose
    from immuta_constructs.purpose import Purpose

__all__ = ["AnyPurpose", "Members", "Purposes", "Users", "any_purpose", "for_purpose", "has_attribute", "in_group"]

ANY_PURPOSE: Final = "<ANY PURPOSE>"


class Users(Joinable):
    """Users by groups, attributes and purposes; `|` and `&` join them. Made by `in_group` and its neighbours."""

    MEANING: ClassVar[str] = "users"
    MIXTURE: ClassVar[str] = "For a mixture make a group of its own; in entitled(), expression('...') can say it."
    PLACES: ClassVar[tuple[str, ...]] = ("Users",)

    def __or__(self, other: Users) -> Users:
        return self._together(other, "any")

    def __and__(self, other: Users) -> Users:
        return self._together(other, "all")

    def _together(self, other: Users, operator: str) -> Users:
        said, parts = self._joined(other, Users, operator)
        kind = self._kind(parts)
        lists = {
            name: tuple(each for part in parts for each in part.get(name, ())) or None
            for name in ("groups", "attributes", "purposes")
        }
        joined = operator if len(parts) > 1 else None
        return kind(said, {"operator": joined} | lists, parts, joined)

    @staticmethod
    def _kind(parts: tuple[object, ...]) -> type[Users]:
        """The narrowest kind that all parts have."""
        narrow = (each for each in (Members, Purposes) if all(isinstance(part, each) for part in parts))
        return next(narrow, Users)


class Members(Users):
    """Users by groups and attributes alone, as subscription policies know them."""

    MEANING: ClassVar[str] = "users"
    PLACES: ClassVar[tuple[str, ...]] = ("Users", "JoinByEntitlement")

    @overload
    def __or__(self, other: Members) -> Members: ...
    @overload
    def __or__(self, other: Users) -> Users: ...
    def __or__(self, other: Users) -> Users:
        return super().__or__(other)

    @overload
    def __and__(self, other: Members) -> Members: ...
    @overload
    def __and__(self, other: Users) -> Users: ...
    def __and__(self, other: Users) -> Users:
        return super().__and__(other)


class Purposes(Users):
    """Users by the purposes that they act under alone, as `require_purpose` takes them."""

    MEANING: ClassVar[str] = "users by purpose"
    PLACES: ClassVar[tuple[str, ...]] = ("Users", "PurposeRestriction")

    @overload
    def __or__(self, other: Purposes) -> Purposes: ...
    @overload
    def __or__(self, other: Users) -> Users: ...
    def __or__(self, other: Users) -> Users:
        return super().__or__(other)

    @overload
    def __and__(self, other: Purposes) -> Purposes: ...
    @overload
    def __and__(self, other: Users) -> Users: ...
    def __and__(self, other: Users) -> Users:
        return super().__and__(other)


class AnyPurpose(Word):
    """Any purpose at all, for `require_purpose`."""

    MEANING: ClassVar[str] = "any purpose"
    PLACES: ClassVar[tuple[str, ...]] = ("PurposeRestriction",)


def in_group(name: str, *more: Never) -> Members:
    """Members of a group.

    Args:
        name: the group's name.
        more: nothing; `in_group("A") | in_group("B")` says any, `&` both.
    """
    _one("in_group", name, more)
    return Members(f"in_group({name!r})", {"groups": (text(name, "in_group()", "the name of a group"),)})


def has_attribute(name: str, value: str) -> Members:
    """Users with an attribute.

    Args:
        name: the attribute's name.
        value: the value that they must have.
    """
    where = "has_attribute()"
    pair = {
        "name": one_line(name, where, "the name of an attribute"),
        "value": one_line(value, where, f"the value of the attribute {name!r}"),
    }
    return Members(f"has_attribute({name!r}, {value!r})", {"attributes": (pair,)})


def for_purpose(purpose: str | Purpose | DataImmutaPurpose, *more: Never) -> Purposes:
    """Users who act under a purpose.

    Args:
        purpose: the construct, or the purpose's whole name, such as "Research.Churn".
        more: nothing; `for_purpose(a) | for_purpose(b)` says any, `&` both.
    """
    _one("for_purpose", purpose, more)
    return Purposes(f"for_purpose({shown(purpose)})", {"purposes": (named(purpose, "for_purpose()"),)})


def any_purpose() -> AnyPurpose:
    """Any purpose: `require_purpose(any_purpose())`."""
    return AnyPurpose("any_purpose()", {"purposes": (ANY_PURPOSE,)})


def named(purpose: Any, where: str) -> Any:
    """A purpose as the constructs take it: the construct itself, or its name."""
    kind = getattr(purpose, "TERRAFORM_TYPE", None)
    if kind == "immuta_purpose":
        return purpose
    if kind is not None or isinstance(purpose, Word):
        raise problem(where, f"needs a purpose (a construct or a name), got {described(purpose)}.")
    return text(purpose, where, "a purpose (a construct or a name)")


def shown(purpose: Any) -> str:
    """A purpose as it is written in Python, as far as that is known."""
    if hasattr(purpose, "TERRAFORM_TYPE"):
        return f"<{purpose.TERRAFORM_TYPE}>"
    return repr(purpose) if is_known(purpose) or not is_resolvable(purpose) else "<reference>"


def _one(word: str, first: object, more: tuple[object, ...]) -> None:
    if more:
        first_, second = shown(first), shown(more[0])
        raise problem(
            f"{word}()",
            f"takes one, got {1 + len(more)}. Are all of them needed, or is any one enough? Write {word}({first_}) | "
            f"{word}({second}) for any, {word}({first_}) & {word}({second}) for all.",
        )
