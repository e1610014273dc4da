"""What all words of the policy language are: immutable values in the form of the attributes that they stand for.

A word is a `Mapping`, so it stands wherever a construct takes a dictionary. It knows how it was written and where, so
that whoever gets it in the wrong place can say so; nothing here needs an engine or node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NoReturn, TypeVar

from immuta_constructs.errors import ValueProblem, at_caller, caller

__all__ = ["Joinable", "Word", "described", "expected", "keywords", "problem"]

W = TypeVar("W", bound="Word")
_LONGEST_SHOWN: Final = 100
OPERATORS: Final = {"any": "|", "all": "&"}
# What to write in a place, by the last part of the name of the class that it takes.
_WANTED: Final = {
    "Circumstance": "a circumstance, such as columns_tagged('Discovered.PII') or tagged('Finance')",
    "ColumnSelector": "columns, such as columns_tagged('Discovered.PII')",
    "MaskingConfig": "a masking function, such as hashing()",
    "Users": "users, such as in_group('Privacy')",
    "Action": "an action, such as mask(..., using=...) or show_rows_where(...)",
    "LocalPolicy": "an action on columns by name, such as mask(columns('iban'), using=hashing())",
    "Certification": "certification('label', 'text')",
    "OwnerRestrictions": "owned_by(users=[...], groups=[...])",
}


class Word(Mapping[str, Any]):
    """A value of the language.

    Args:
        said: how it is written in Python.
        members: what it stands for, by Terraform's names; None is left out.
    """

    MEANING: ClassVar[str] = "a word of the policy language"
    """What it is, for messages."""
    ALONE: ClassVar[str] = "| and & join users with users, circumstances with circumstances, and matches with matches."
    """What to write instead of joining it with something else."""
    PLACES: ClassVar[tuple[str, ...]] = ()
    """Where it stands as it is: ends of names of the constructs' nested classes, such as "Circumstance"."""

    def __init__(self, said: str, members: Mapping[str, Any]) -> None:
        self.__dict__.update(_said=said, _members=_frozen(dict(members)), _made_at=caller())

    def as_dict(self) -> dict[str, Any]:
        """The attributes that it stands for, as plain dictionaries and lists."""
        return {name: _plain(value) for name, value in self.__dict__["_members"].items()}

    def misplaced(self, wanted: str) -> str | None:
        """What to say to whoever got it in the wrong place; None where the place is right.

        Args:
            wanted: the name of the class of that place, such as "DataPolicyCircumstance".
        """
        if wanted.endswith(self.PLACES):
            return None
        instead = max((end for end in _WANTED if wanted.endswith(end)), key=len, default=None)
        file, line = self.__dict__["_made_at"]
        text = f"{described(self)} ({file}:{line}) is {self.MEANING}, and does not belong here."
        return f"{text} Write {_WANTED[instead]}." if instead else text

    def __getitem__(self, name: str) -> Any:
        return self.__dict__["_members"][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__["_members"])

    def __len__(self) -> int:
        return len(self.__dict__["_members"])

    def __hash__(self) -> int:
        return hash(repr(self.as_dict()))

    def __repr__(self) -> str:
        return str(self.__dict__["_said"])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{self!r} cannot be changed; write a new one.")

    def __bool__(self) -> NoReturn:
        raise problem(
            described(self),
            "`or`, `and`, `not` and `if` would take or drop it without a word. Write | for any, & for all; for "
            "everyone but these users, .unless(...).",
        )

    if not TYPE_CHECKING:  # type checkers refuse what is not defined by themselves

        def __or__(self, other: Any) -> NoReturn:
            raise _not_joined(self, other, "|")

        def __and__(self, other: Any) -> NoReturn:
            raise _not_joined(self, other, "&")

        def __invert__(self) -> NoReturn:
            raise problem(
                f"~{described(self)}",
                "Immuta has no word for `not`. .unless(...) exempts users, .for_only(...).otherwise(...) tells users "
                "apart, value_not_in(...) leaves values out.",
            )

        def __ror__(self, other: Any) -> NoReturn:
            raise _not_joined(other, self, "|")

        def __rand__(self, other: Any) -> NoReturn:
            raise _not_joined(other, self, "&")


class Joinable(Word):
    """A word that `|` and `&` join with others of its kind, all of them by the same one.

    Its `MIXTURE` tells what to write where both are needed.

    Args:
        said: how it is written in Python.
        members: what it stands for.
        parts: the single words of which it is made.
        operator: "any" or "all"; None for a single word.
    """

    MIXTURE: ClassVar[str]

    def __init__(
        self, said: str, members: Mapping[str, Any], parts: tuple[Any, ...] = (), operator: str | None = None
    ) -> None:
        super().__init__(said, members)
        self.__dict__.update(_parts=parts, _operator=operator)

    @property
    def parts(self) -> tuple[Any, ...]:
        """The single words of which it is made; itself where it is one."""
        return self.__dict__["_parts"] or (self,)

    @property
    def operator(self) -> Literal["any", "all"] | None:
        """What joins them: "any" or "all"; None for a single word."""
        found: Literal["any", "all"] | None = self.__dict__["_operator"]
        return found

    def _joined(self, other: Joinable, family: type[Joinable], operator: str) -> tuple[str, tuple[Any, ...]]:
        """How the two are written as one, and their parts, each once."""
        sign = OPERATORS[operator]
        if not isinstance(other, family):
            raise _not_joined(self, other, sign)
        if {self.operator, other.operator} - {None, operator}:
            raise problem(
                f"{self.bracketed(operator)} {sign} {other.bracketed(operator)}",
                f"mixes | and &. Immuta joins {family.MEANING} by one of them: write only |, or only &. {self.MIXTURE}",
            )
        return f"{self!r} {sign} {other!r}", tuple(dict.fromkeys((*self.parts, *other.parts)))

    def bracketed(self, operator: str) -> str:
        """How it is written where it is joined by an operator."""
        return f"({self!r})" if self.operator not in (None, operator) else repr(self)


def problem(where: str, text: str) -> ValueProblem:
    """The error for what somebody wrote, with their file and line."""
    return ValueProblem(at_caller(f"{where}: {text}"))


def described(value: object) -> str:
    """A value as it is shown in a message: words as they were written, other things as Python shows them."""
    kind = getattr(value, "TERRAFORM_TYPE", None)
    if kind is not None:
        return f"a construct of type {kind}"
    if callable(value) and not isinstance(value, Word):
        return f"the function {getattr(value, '__name__', value)}"
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def keywords(given: Mapping[str, Any]) -> str:
    """Keyword arguments as they are written after others."""
    return "".join(f", {name}={value!r}" for name, value in given.items())


def expected(value: object, kind: type[W], where: str, wanted: str, instead: str = "") -> W:
    """The value, a word of a kind. Raises ValueProblem, with what to write instead.

    Args:
        value: what was given.
        kind: the class of words that fit.
        where: the word that wants it, such as "mask()".
        wanted: what it wants, such as "columns".
        instead: what to write, when there is more to say than `wanted`.
    """
    if isinstance(value, kind):
        return value
    meaning = f", which is {value.MEANING}" if isinstance(value, Word) else ""
    got = "" if value is None else f", got {described(value)}{meaning}"
    instead = _repair(value) or instead
    raise problem(where, f"needs {wanted}{got}.{' ' if instead else ''}{instead}")


def _repair(value: object) -> str:
    """What is wrong with a value whatever is wanted."""
    name = getattr(value, "__name__", None)
    if callable(value) and name:
        return f"Was the call forgotten: {name}()?"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "Write it without the list."
    return "Words take words, not dictionaries." if isinstance(value, dict) else ""


def _not_joined(left: object, right: object, sign: str) -> ValueProblem:
    words = [each for each in (left, right) if isinstance(each, Word)]
    told = " and ".join(dict.fromkeys(each.MEANING for each in words))
    if len(words) == 1:
        told += f" and {described(right if words[0] is left else left)}"
    instead = next((each.ALONE for each in words if each.ALONE != Word.ALONE), Word.ALONE)
    return problem(f"{described(left)} {sign} {described(right)}", f"cannot be joined: {told}. {instead}")


def _frozen(value: Any) -> Any:
    if isinstance(value, Word):
        return value
    if isinstance(value, Mapping):
        return MappingProxyType({name: _frozen(each) for name, each in value.items() if each is not None})
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return list(map(_plain, value)) if isinstance(value, (list, tuple)) else value
