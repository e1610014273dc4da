"""What can be said of one policy's change: who gains, who loses, what stays uncertain."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

NOT_JUDGED: Final = (
    (
        "Each policy is judged for itself. Other policies on the same data source may mask, hide or open what is said "
        "here to be seen; which of several masks of one column wins is up to Immuta."
    ),
    (
        "Which people are in a group, have an attribute or act under a purpose, and which data sources and columns "
        "carry a tag, is not in the plan. Changes of other objects (tags and owners of data objects, projects, "
        "purposes, connections, integrations) can matter for access and are only listed."
    ),
    (
        "Access that owners give by hand, decisions of approvers, and what becomes of people who are subscribed "
        "already, are not judged."
    ),
    "Conditions in SQL, expressions and patterns are compared letter by letter.",
)


class Verdict(Enum):
    """What a change does to access, in the order in which a reader wants to see it."""

    WIDENS = "widens"
    MAY_WIDEN = "may_widen"
    NARROWS = "narrows"
    MAY_NARROW = "may_narrow"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Statement:
    """A sentence about a change: whom it is about (`people`), what they can do, on which data sources (`where`)."""

    people: str
    what: str
    where: str = ""

    @property
    def text(self) -> str:
        """The sentence, without a full stop at its end."""
        comma = "," if ", " in self.people else ""
        sentence = f"{self.people}{comma} {self.what}"
        return sentence[:1].upper() + sentence[1:] + (f", on {self.where}" if self.where else "")


@dataclass(frozen=True)
class Doubt:
    """A change whose direction the rules do not settle; `widens` says whether somebody may gain by it."""

    text: str
    why: str
    widens: bool = True


@dataclass
class Finding:
    """All that is said of one policy."""

    gains: list[Statement] = field(default_factory=list)
    loses: list[Statement] = field(default_factory=list)
    uncertain: list[Doubt] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """What follows for access as a whole."""
        if self.gains:
            return Verdict.WIDENS
        if any(doubt.widens for doubt in self.uncertain):
            return Verdict.MAY_WIDEN
        if self.loses:
            return Verdict.NARROWS
        return Verdict.MAY_NARROW if self.uncertain else Verdict.UNCHANGED

    def all_in_doubt(self, why: str) -> Finding:
        """The same with every statement as a doubt."""
        gained = [Doubt(each.text, why) for each in self.gains]
        lost = [Doubt(each.text, why, widens=False) for each in self.loses]
        return Finding(uncertain=[*gained, *lost, *self.uncertain])


def merged(one: Finding, other: Finding, why: str) -> Finding:
    """What holds under both of two readings; what holds under one of them is uncertain."""
    found = Finding()
    for mine, theirs in ((one, other), (other, one)):
        found.gains += [each for each in mine.gains if each in theirs.gains and each not in found.gains]
        found.loses += [each for each in mine.loses if each in theirs.loses and each not in found.loses]
        doubts = [Doubt(each.text, why) for each in mine.gains if each not in theirs.gains]
        doubts += [Doubt(each.text, why, widens=False) for each in mine.loses if each not in theirs.loses]
        found.uncertain += [each for each in (*doubts, *mine.uncertain) if each not in found.uncertain]
    return found
