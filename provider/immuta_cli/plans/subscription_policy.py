"""Who gains and who loses by the change of a subscription policy: who gets access to which data sources, and how.

What else decides about access is not in the policy: other policies on the same data source, people whom owners add by
hand, and what approvers decide. So a way in that needs somebody's decision is no gain but a possible one, and where a
policy comes or goes, what holds there without it is said to be uncertain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from immuta_cli.plans import phrases
from immuta_cli.plans.conditions import Unjudged, fact, known, members, sources, users
from immuta_cli.plans.finding import Doubt, Finding, Statement
from immuta_cli.plans.formula import FALSE, TRUE, Formula, both, negated
from immuta_cli.plans.theory import Knowledge, knowledge
from immuta_policy_text.words import joined, name

Policy = Mapping[str, Any]
SHUT, BY_HAND, APPROVED, BY_THEMSELVES, AT_ONCE = range(-1, 4)
_FORMS: Final = ("anyone", "approval", "entitlements", "manual")
_APPROVAL: Final = ("required_permission", "specific_approver_required")
_DECISION: Final = "somebody has to decide in each case"
_INSTEAD: Final = "what applies there without this policy is not in it"
_SHARED: Final = "it depends on the other subscription policies of the data source"


@dataclass(frozen=True)
class Way:
    """How `who` gets access: `rank` from shut to at once, and the same in words."""

    who: Formula
    rank: int
    words: str
    approvals: frozenset[tuple[Any, bool]] = frozenset()


@dataclass(frozen=True)
class Access:
    """What a subscription policy says about access, `where` it is in force."""

    where: Formula = FALSE
    ways: tuple[Way, ...] = ()
    form: str = ""
    discoverable: bool = False
    shared: bool = False
    verb: str = ""

    @property
    def formulas(self) -> Iterator[Formula]:
        """Everything that it is made of."""
        yield self.where
        yield from (way.who for way in self.ways)


def subscription_policy(before: Policy | None, after: Policy | None) -> Finding:
    """What the change of an `immuta_subscription_policy` means; None stands for no policy. Raises Unjudged."""
    one, other = _access(before), _access(after)
    if one == other:
        return Finding()
    finding = Finding()
    about = knowledge(one.formulas, other.formulas)
    if one.verb == other.verb or FALSE in (one.where, other.where):
        _Change(one, other, about, finding).look()
    else:  # one for reading is no change of one for writing
        _Change(one, Access(), about, finding).look()
        _Change(Access(), other, about, finding).look()
    return finding


def _access(policy: Policy | None) -> Access:
    if policy is None or known(policy.get("staged"), "staged"):
        return Access()
    form, value = _form(policy)
    return Access(
        where=sources(policy),
        ways=tuple(_ways(form, value)),
        form=form,
        discoverable=form == "entitlements" and bool(known(value.get("allow_discovery"), "allow_discovery")),
        shared=bool(known(policy.get("share_responsibility"), "share_responsibility")),
        verb="write" if known(policy.get("access_grant"), "access_grant") == "WRITE" else "read",
    )


def _form(policy: Policy) -> tuple[str, Mapping[str, Any]]:
    given = [form for form in _FORMS if policy.get(form) is not None]
    if len(given) != 1:
        raise Unjudged("how people subscribe cannot be read")
    return given[0], known(policy[given[0]], given[0])


def _ways(form: str, value: Mapping[str, Any]) -> Iterator[Way]:
    if form == "manual":
        yield Way(TRUE, BY_HAND, "only when a data owner adds them")
    elif form == "approval":
        yield _approved(value)
    else:
        who = TRUE if form == "anyone" else _entitled(value)
        if known(value.get("automatic_subscription"), "automatic_subscription"):
            yield Way(who, AT_ONCE, "automatically")
        else:
            yield Way(who, BY_THEMSELVES, "by subscribing themselves")
        if form == "entitlements":
            yield Way(negated(who), SHUT, "not at all")


def _entitled(value: Mapping[str, Any]) -> Formula:
    expression = known(value.get("advanced"), "an expression")
    if expression is not None:
        return fact("user", "expression", expression.strip())
    return users({**value, "purposes": None}, "entitlements", "any")


def _approved(value: Mapping[str, Any]) -> Way:
    found = [known(each, "an approval") for each in members(value.get("approvals"), "approvals")]
    pairs = [
        (
            known(each.get("required_permission"), "an approval"),
            bool(known(each.get("specific_approver_required"), "an approval")),
        )
        for each in found
    ]
    listed = sorted(f"{name(permission)}{' (named by the requester)' if named else ''}" for permission, named in pairs)
    return Way(
        TRUE,
        APPROVED,
        f"after approval by {joined(listed, 'and') or 'nobody'}",
        frozenset((permission, bool(named)) for permission, named in pairs),
    )


@dataclass
class _Change:
    before: Access
    after: Access
    known: Knowledge
    finding: Finding

    def look(self) -> None:
        """Add what there is to the finding."""
        self._comes()
        self._goes()
        if self.known.loose.possible(self.before.where, self.after.where):
            for one in self.before.ways:
                for other in self.after.ways:
                    self._changes(one, other)
            self._discovery()
            self._sharing()

    def _comes(self) -> None:
        new = (self.after.where, negated(self.before.where))
        if not self.known.loose.possible(*new):
            return
        for way in self.after.ways:
            if way.rank > BY_HAND and self.known.loose.possible(way.who):
                statement = Statement(self._people(way.who), self._get(self.after, way), self._named(new))
                self._gain(statement, way, both(way.who, *new))
        if self.after.form != "anyone" and not self.after.shared:
            where = f", on {self._named(new)}"
            self._doubt(f"People who get in there by other means today may lose access{where}", _INSTEAD, widens=False)
        elif self.after.form == "manual":
            text = f"People whom a data owner adds may get in by this policy alone, on {self._named(new)}"
            self._doubt(text, _SHARED, widens=True)

    def _goes(self) -> None:
        old = (self.before.where, negated(self.after.where))
        if not self.known.loose.possible(*old):
            return
        named = self._named(old)
        for way in self.before.ways:
            if way.rank > BY_HAND:
                text = f"can no longer get {self.before.verb} access {way.words} by this policy"
                self._lose(Statement(self._people(way.who), text, named), both(way.who, *old))
        if self.before.form != "anyone":
            text = f"Others than this policy lets in may get access, on {named}"
            self._doubt(text, _INSTEAD, widens=True)

    def _changes(self, one: Way, other: Way) -> None:
        region = both(one.who, other.who, self.before.where, self.after.where)
        if not self.known.loose.possible(region):
            return
        there = f"can get no {self.after.verb} access" if other.rank == SHUT else self._get(self.after, other)
        what = f"{there} (until now: {one.words})"
        statement = Statement(self._people(both(one.who, other.who)), what)
        if other.rank > one.rank:
            self._gain(statement, other, region)
        elif other.rank < one.rank:
            self._lose(statement, region)
        elif one.approvals != other.approvals:
            if one.approvals < other.approvals:
                self._lose(statement, region)
            else:
                self._doubt(statement.text, _DECISION, widens=True)

    def _discovery(self) -> None:
        if self.before.form != "entitlements" or self.after.form != "entitlements":
            return
        if self.before.discoverable == self.after.discoverable:
            return
        shut = both(*(way.who for access in (self.before, self.after) for way in access.ways if way.rank == SHUT))
        if self.after.discoverable:
            found = Statement(self._people(shut), "can see that the data sources exist (until now: they were hidden)")
            self.finding.gains.append(found)
        else:
            found = Statement(self._people(shut), "can no longer see that the data sources exist")
            self.finding.loses.append(found)

    def _sharing(self) -> None:
        if self.before.shared != self.after.shared:
            more = "may get in" if self.after.shared else "may lose access"
            text = f"People who meet another subscription policy of the same data sources and not this one {more}"
            self._doubt(text, _SHARED, widens=self.after.shared)

    def _gain(self, statement: Statement, way: Way, region: Formula) -> None:
        if way.rank < BY_THEMSELVES:
            self._doubt(statement.text, _DECISION, widens=True)
        elif self.known.tight.possible(region):
            self.finding.gains.append(statement)
        else:
            self._doubt(statement.text, self.known.why(region), widens=True)

    def _lose(self, statement: Statement, region: Formula) -> None:
        if self.known.tight.possible(region):
            self.finding.loses.append(statement)
        else:
            self._doubt(statement.text, self.known.why(region), widens=False)

    def _doubt(self, text: str, why: str, *, widens: bool) -> None:
        self.finding.uncertain.append(Doubt(text, why, widens))

    def _people(self, who: Formula) -> str:
        return phrases.people(self.known.loose.simplified(who))

    def _named(self, where: tuple[Formula, ...]) -> str:
        return phrases.data_sources(self.known.loose.simplified(*where))

    def _get(self, access: Access, way: Way) -> str:
        return f"can get {access.verb} access {way.words}"
