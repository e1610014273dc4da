"""What a policy does: `mask(...)`, `show_rows_where(...)` and their neighbours, and for whom.

An action is one rule, or a chain of rules: `mask(...).for_only(contractors).otherwise(mask(...).unless(privacy))`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Never, Self, overload

from immuta_constructs.policies.checks import number, text
from immuta_constructs.policies.masking import LocalMaskingFunction, MaskingFunction
from immuta_constructs.policies.rows import Age, ColumnValues, LocalMatches, Matches
from immuta_constructs.policies.users import AnyPurpose, Purposes, Users, named, shown
from immuta_constructs.policies.where import Circumstances, ColumnSelector, EitherColumns, NamedColumns
from immuta_constructs.policies.words import Word, described, expected, problem

if TYPE_CHECKING:
    from immuta_constructs.data_immuta_purpose import DataImmutaPurpose
    from immuta_constructs.purpose import Purpose

__all__ = [
    "Action",
    "AnyAction",
    "LocalAction",
    "mask",
    "require_purpose",
    "show_percent",
    "show_rows",
    "show_rows_where",
]


class AnyAction(Word):
    """An action of global policies or of one data source's own; its methods say for whom it is, and why."""

    MEANING: ClassVar[str] = "an action"
    ALONE: ClassVar[str] = "Actions stand side by side, [a, b]; a chain is a.for_only(...).otherwise(b)."

    def unless(self, users: Users, *more: Never) -> Self:
        """Everyone but these users.

        Args:
            users: `in_group("Privacy") | has_attribute("Clearance", "High")`.
            more: nothing; `|` and `&` say whether any or all are meant.
        """
        return self._for("unless", "exceptions", users, more)

    def otherwise(self, action: Self) -> Self:
        """What is done for all who are left: the users whom the rules before do not include.

        Args:
            action: the next rule, or a chain of rules, with its own `for_only` and `unless`.
        """
        given = self._next(action)
        last = self["rules"][-1]
        if not {"inclusions", "exceptions"} & set(last):
            raise problem(
                ".otherwise()",
                "nobody is left: the rule before is for everyone. Say for whom it is: .for_only(...).otherwise(...).",
            )
        return self._with([*self["rules"], *given["rules"]], f".otherwise({given!r})")

    def because(self, text_: str) -> Self:
        """Why: the description of the action, for people who look at the policy.

        Args:
            text_: one or more lines.
        """
        if "description" in self:
            raise problem(".because()", f"the action has a description already: {self['description']!r}.")
        why = text(text_, ".because()", "the reason")
        return type(self)(f"{self!r}.because({text_!r})", {**dict(self), "description": why})

    if not TYPE_CHECKING:  # type checkers know the methods by themselves

        def __getattr__(self, name: str) -> Never:
            raise AttributeError(
                f"An action has no {name!r}, but .unless(users), .for_only(users), .otherwise(action), .because(text)."
            )

    def _next(self, action: Any) -> Self:
        instead = "Write mask(..., using=...) or the like."
        given = expected(action, type(self), ".otherwise()", f"{self.MEANING}", instead)
        if "description" in given:
            raise problem(
                ".otherwise()",
                "a chain of rules has one description. Write it at the end: .otherwise(...).because(...).",
            )
        return given

    def _for(self, word: str, member: str, users: Any, more: tuple[object, ...] = ()) -> Self:
        where = f".{word}()"
        if more:
            raise problem(where, f"takes one, got {1 + len(more)}. Join the users: | for any, & for all.")
        instead = f"Write in_group({users!r})." if isinstance(users, str) else ""
        who = expected(users, Users, where, "users", instead)
        *before, last = self["rules"]
        if before:
            raise problem(
                where,
                f"after .otherwise() it is unclear which rule is meant. Write .otherwise(mask(...).{word}(...)).",
            )
        if member in last:
            raise problem(where, f"is said twice. Join the users: {where[:-1]}... | ...) for any, & for all.")
        return self._with([{**last, member: who}], f".{word}({who!r})")

    def _with(self, rules: list[Any], more: str) -> Self:
        return type(self)(f"{self!r}{more}", {**dict(self), "rules": rules})


class Action(AnyAction):
    """An action of a global data policy."""

    MEANING: ClassVar[str] = "an action of global policies"
    PLACES: ClassVar[tuple[str, ...]] = ("PolicyAction",)

    def for_only(self, users: Users, *more: Never) -> Self:
        """These users only; `.otherwise(...)` says what is done for the others.

        Args:
            users: `in_group("Contractors")`.
            more: nothing; `|` and `&` say whether any or all are meant.
        """
        return self._for("for_only", "inclusions", users, more)

    def misplaced(self, wanted: str) -> str | None:
        """A purpose is asked for in the same words everywhere."""
        for_local = wanted.endswith("LocalPolicy") and all(
            set(rule) <= {"purpose_restriction", "exceptions"} for rule in self["rules"]
        )
        return None if for_local else super().misplaced(wanted)


class LocalAction(AnyAction):
    """An action of one data source's own policies, on columns by name: an element of `policies=[...]`."""

    MEANING: ClassVar[str] = "an action on columns by name, for the policies of one data source (DataSourcePolicies)"
    PLACES: ClassVar[tuple[str, ...]] = ("LocalPolicy",)

    def for_only(self, _users: Never) -> Self:
        """Not known here: says so."""
        raise problem(
            ".for_only()",
            "only global policies know it. In the policies of one data source say who is exempt: .unless(...).",
        )


@overload
def mask(*columns: ColumnSelector, using: MaskingFunction, where: str | None = None) -> Action: ...
@overload
def mask(*columns: NamedColumns, using: LocalMaskingFunction) -> LocalAction: ...
def mask(
    *columns: ColumnSelector | NamedColumns, using: MaskingFunction | None = None, where: str | None = None
) -> Action | LocalAction:
    """Masks columns.

    Args:
        columns: which ones, each of them: `columns_tagged("Discovered.PII")`; `columns("iban")` for the policies of
            one data source.
        using: the masking function, such as `hashing()`.
        where: an SQL condition: only the rows for which it holds, such as `@columnTagged('Discovered.Country') =
            'AT'`. Default: all rows.
    """
    given = [_selected(each) for each in columns]
    function = expected(using, MaskingFunction, "mask()", "a masking function", "Write mask(..., using=hashing()).")
    said = ", ".join([*map(repr, columns), f"using={function!r}", *([f"where={where!r}"] if where is not None else [])])
    local = [each for each in given if isinstance(each, NamedColumns)]
    if not given:
        raise problem("mask()", "needs columns. Write mask(columns_tagged('Discovered.PII'), using=...).")
    if len(local) == len(given):
        return LocalAction(f"mask({said})", {"rules": [{"masking": _local(local, function, where)}]})
    if local:
        raise problem(
            "mask()", "takes columns by tag (global policies) or by name (one data source), not both at once."
        )
    fields = tuple(dict.fromkeys(one for each in given for one in _each(each)))
    masking: dict[str, Any] = {"fields": fields, "masking_config": function}
    if where is not None:
        masking["conditional_predicate"] = text(where, "mask()", "an SQL condition as `where`")
    return Action(f"mask({said})", {"rules": [{"masking": masking}]})


@overload
def show_rows_where(condition: str | Matches | ColumnValues) -> Action: ...
@overload
def show_rows_where(condition: LocalMatches) -> LocalAction: ...
def show_rows_where(condition: str | Matches | ColumnValues | LocalMatches) -> Action | LocalAction:
    """Shows the rows for which a condition holds.

    Args:
        condition: an SQL condition, such as "@columnTagged('Discovered.Country') in ('AT', 'CH')"; what of the user
            must equal which column, such as `group_matches(columns_tagged("Org.Department"))`; or values, such as
            `value_in(columns_tagged("Org.Region"), "EU")`.
    """
    said = f"show_rows_where({condition!r})"
    if isinstance(condition, str):
        predicate = text(condition, "show_rows_where()", "an SQL condition")
        return Action(said, {"rules": [{"row_restriction_by_custom_where_clause": {"predicate": predicate}}]})
    if isinstance(condition, LocalMatches):
        return LocalAction(said, {"rules": [{"row_restriction_by_user_entitlements": condition}]})
    if not isinstance(condition, (Matches, ColumnValues)):
        wanted = "an SQL condition, or what must match, such as group_matches(columns_tagged('Org.Department'))"
        instead = f"Write show_rows({condition!r})." if isinstance(condition, Age) else ""
        expected(condition, Matches, "show_rows_where()", wanted, instead)
    return Action(said, {"rules": [{"row_restriction_by_user_entitlements": condition}]})


def show_rows(age: Age) -> Action:
    """Shows rows of a certain age.

    Args:
        age: `newer_than(days=30)` or `older_than(...)`.
    """
    instead = "Conditions stand in show_rows_where(...)."
    found = expected(age, Age, "show_rows()", "an age, such as newer_than(days=30)", instead)
    return Action(f"show_rows({found!r})", {"rules": [{"time_restriction": found}]})


def show_percent(percent: float) -> Action:
    """Shows a share of the rows.

    Args:
        percent: the share, from 0 to 100.
    """
    share = number(percent, "show_percent()", "a percentage", least=0, most=100)
    return Action(f"show_percent({percent})", {"rules": [{"minimization": {"percent": share}}]})


def require_purpose(purpose: str | Purpose | DataImmutaPurpose | Purposes | AnyPurpose, *more: Never) -> Action:
    """Shows rows to those who act under a purpose.

    Args:
        purpose: the construct, or its whole name; `for_purpose(a) | for_purpose(b)` for any of several, `&` for all;
            `any_purpose()` for any at all.
        more: nothing; join them.
    """
    where = "require_purpose()"
    if more:
        one, two = shown(purpose), shown(more[0])
        raise problem(
            where,
            f"takes one, got {1 + len(more)}. Are all of them needed, or is any one enough? Write "
            f"require_purpose(for_purpose({one}) | for_purpose({two})) for any, & instead of | for all.",
        )
    if isinstance(purpose, (Purposes, AnyPurpose)):
        return Action(f"require_purpose({purpose!r})", {"rules": [{"purpose_restriction": purpose}]})
    if isinstance(purpose, Users):
        raise problem(
            where, f"takes purposes only, got {described(purpose)}. Groups and attributes stand in .unless(...)."
        )
    name = named(purpose, where)
    return Action(f"require_purpose({shown(purpose)})", {"rules": [{"purpose_restriction": {"purposes": (name,)}}]})


def _selected(value: Any) -> ColumnSelector | NamedColumns:
    if isinstance(value, NamedColumns):
        return value
    return expected(value, ColumnSelector, "mask()", "columns", _instead_of(value))


def _instead_of(value: Any) -> str:
    """What to write where columns are wanted."""
    if isinstance(value, str):
        return f"Write columns_tagged({value!r}), or columns({value!r}) for the policies of one data source."
    if isinstance(value, MaskingFunction):
        return f"Write using={value!r}."
    if isinstance(value, Circumstances) and value.operator == "all":
        return "What one of the selectors names is masked: write |."
    if isinstance(value, Circumstances) and "tag" in value:
        return f"It names data sources by their own tag; for columns write columns_tagged({value['tag']!r})."
    return ""


def _each(selector: ColumnSelector | NamedColumns) -> tuple[Any, ...]:
    return selector.parts if isinstance(selector, EitherColumns) else (selector,)


def _local(columns: list[NamedColumns], function: MaskingFunction, where: str | None) -> dict[str, Any]:
    if where is not None:
        raise problem("mask()", "only global policies know `where`, and these are columns by name.")
    if not isinstance(function, LocalMaskingFunction):
        raise problem(
            "mask()",
            f"the policies of one data source do not know {described(function)}. They know hashing(), null(), "
            "constant(), replacing(), rounding() and reversible().",
        )
    names = dict.fromkeys(name for each in columns for name in each["columns"])
    return {"columns": tuple(names), "masking_config": function}
