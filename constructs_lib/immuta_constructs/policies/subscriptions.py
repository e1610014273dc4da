"""Who may subscribe: one of four arguments of `SubscriptionPolicy`, to be unpacked.

```python
SubscriptionPolicy(..., **entitled(in_group("Analysts") & has_attribute("Clearance", "High")))
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypedDict

from immuta_constructs.policies.checks import flags, one_line, text
from immuta_constructs.policies.users import Members, Users
from immuta_constructs.policies.words import Word, described, expected, problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from immuta_constructs.engine import cdk

__all__ = [
    "Anyone",
    "Approval",
    "ApprovedBy",
    "ByHand",
    "Certification",
    "Entitled",
    "Expression",
    "Owners",
    "anyone",
    "approved_by",
    "by_hand",
    "certification",
    "entitled",
    "expression",
    "named",
    "owned_by",
]


ATTRIBUTES: Final = {"automatically": "automatic_subscription", "discoverable": "allow_discovery"}


class Anyone(TypedDict):
    """The argument `anyone`."""

    anyone: Mapping[str, Any]


class ApprovedBy(TypedDict):
    """The argument `approval`."""

    approval: Mapping[str, Any]


class Entitled(TypedDict):
    """The argument `entitlements`."""

    entitlements: Mapping[str, Any]


class ByHand(TypedDict):
    """The argument `manual`."""

    manual: Mapping[str, Any]


class Approval(Word):
    """An approval, for `approved_by`."""

    MEANING: ClassVar[str] = "an approval"
    PLACES: ClassVar[tuple[str, ...]] = ("Approval",)


class Expression(Word):
    """An expression instead of groups and attributes, for `entitled`."""

    MEANING: ClassVar[str] = "an expression, for entitled()"
    PLACES: ClassVar[tuple[str, ...]] = ("JoinByEntitlement",)


class Owners(Word):
    """Owners, for `owner_restrictions=`."""

    MEANING: ClassVar[str] = "owners of data sources, for owner_restrictions="
    PLACES: ClassVar[tuple[str, ...]] = ("OwnerRestrictions",)


class Certification(Word):
    """A certification, for `certification=`."""

    MEANING: ClassVar[str] = "a certification, for certification="
    PLACES: ClassVar[tuple[str, ...]] = ("Certification",)


def anyone(*, automatically: bool | cdk.IResolvable = False) -> Anyone:
    """Anybody may subscribe.

    Args:
        automatically: whether everybody is subscribed at once. Default: False.
    """
    given = flags("anyone()", automatically=automatically)
    return {"anyone": {ATTRIBUTES[name]: value for name, value in given.items()}}


def approved_by(*approvals: str | Approval) -> ApprovedBy:
    """People subscribe after approval, each of those that are listed.

    Args:
        approvals: the permissions that approvers must have, such as "OWNER" or "GOVERNANCE"; `named("GOVERNANCE")`
            where the person who asks names the approver.
    """
    where = "approved_by()"
    if not approvals:
        raise problem(where, "needs a permission that approvers must have. Write approved_by('OWNER').")
    return {"approval": {"approvals": tuple(dict.fromkeys(_approval(each, where) for each in approvals))}}


def named(permission: str) -> Approval:
    """An approver with this permission whom the person who asks for access names.

    Args:
        permission: the permission, such as "GOVERNANCE".
    """
    needed = one_line(permission, "named()", "a permission such as 'GOVERNANCE'")
    return Approval(f"named({permission!r})", {"required_permission": needed, "specific_approver_required": True})


def entitled(
    who: Members | Expression,
    *,
    automatically: bool | cdk.IResolvable = False,
    discoverable: bool | cdk.IResolvable = False,
) -> Entitled:
    """People with certain groups or attributes may subscribe.

    Args:
        who: `in_group("A") | has_attribute("B", "c")`, or `expression("@isInGroups('A') AND ...")`.
        automatically: whether they are subscribed at once. Default: False.
        discoverable: whether others see that the data source exists. Default: False.
    """
    where = "entitled()"
    if isinstance(who, str):
        raise problem(where, f"needs users. Write in_group({who!r}), or expression({who!r}).")
    if isinstance(who, Users) and not isinstance(who, Members):
        raise problem(
            where,
            f"got {described(who)}, and Immuta lets people subscribe by groups and attributes only. A purpose is asked "
            "for by a data policy: require_purpose(...).",
        )
    users = who if isinstance(who, Expression) else expected(who, Members, where, "users, such as in_group('Analysts')")
    for group in users.get("groups", ()):
        one_line(group, where, "the name of a group")
    given = flags(where, automatically=automatically, discoverable=discoverable)
    return {"entitlements": users.as_dict() | {ATTRIBUTES[name]: value for name, value in given.items()}}


def expression(text_: str) -> Expression:
    """Users by an expression, for `entitled`.

    Args:
        text_: such as "@isInGroups('Analysts') AND @hasAttribute('Clearance', 'high')".
    """
    return Expression(f"expression({text_!r})", {"advanced": text(text_, "expression()", "an expression")})


def by_hand() -> ByHand:
    """Data owners add subscribers by hand."""
    return {"manual": {}}


def owned_by(*, users: Collection[tuple[str, str]] = (), groups: Collection[str] = ()) -> Owners:
    """Data sources of these owners only: `owner_restrictions=owned_by(...)`.

    Args:
        users: pairs of identity manager and name, such as ("bim", "jane@example.com"); `bim` is Immuta's own.
        groups: names of groups.
    """
    where = "owned_by()"
    if isinstance(groups, str) or isinstance(users, str):
        raise problem(where, "needs lists: owned_by(users=[('bim', 'jane@example.com')], groups=['Stewards']).")
    found = {
        "users": tuple(_owner(each, where) for each in users) or None,
        "groups": tuple(text(each, where, "the name of a group") for each in groups) or None,
    }
    if not any(found.values()):
        raise problem(where, "needs users or groups. Left out, a policy applies whoever the owner is.")
    shown = [f"{name}={list(given)!r}" for name, given in (("users", users), ("groups", groups)) if given]
    return Owners(f"owned_by({', '.join(shown)})", found)


def certification(label: str, text_: str, *, tags: Collection[str] = ()) -> Certification:
    """What data owners certify before a data policy becomes active on their data sources.

    Args:
        label: the label of the certification.
        text_: the statement that owners certify.
        tags: tags that it is about, whole names. Default: none.
    """
    where = "certification()"
    if isinstance(tags, str):
        raise problem(where, f"tags needs a list. Write tags=[{tags!r}].")
    found = {
        "label": text(label, where, "a label"),
        "text": text(text_, where, "the statement that owners certify"),
        "tags": tuple(text(each, where, "the name of a tag") for each in tags) or None,
    }
    more = f", tags={list(tags)!r}" if tags else ""
    return Certification(f"certification({label!r}, {text_!r}{more})", found)


def _approval(given: Any, where: str) -> Approval:
    if isinstance(given, str):
        needed = one_line(given, where, "a permission such as 'OWNER'")
        return Approval(repr(given), {"required_permission": needed})
    return expected(given, Approval, where, "permissions of approvers", "Write 'OWNER', or named('GOVERNANCE').")


def _owner(given: Any, where: str) -> dict[str, str]:
    if isinstance(given, str) or not isinstance(given, (tuple, list)) or len(given) != 2:
        raise problem(where, f"a user is a pair such as ('bim', 'jane@example.com'), got {described(given)}.")
    manager, name = given
    return {"iamid": text(manager, where, "an identity manager"), "username": text(name, where, "a user's name")}
