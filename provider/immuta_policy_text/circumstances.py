"""Where a policy applies, in words: its circumstances, and the owners that it is limited to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from immuta_policy_text.words import (
    PENDING,
    UNKNOWN,
    anything,
    clauses,
    each_of,
    fixed,
    joined,
    joining,
    name,
    shown,
    variant,
)


def circumstances_text(policy: Mapping[str, Any]) -> str:
    """Where a policy applies, as `Applies to data sources with a column tagged Discovered.PII.` says it.

    Parameters: `policy`, the attributes of a global policy, of which `circumstances`, `circumstance_operator`,
    `owner_selected` and `owner_restrictions` count. Each sentence stands on a line of its own. Follows the V2 API,
    POST /api/v2/policy.
    """
    sentences = [_applies(policy)]
    owners = policy.get("owner_restrictions")
    if owners is not None:
        sentences.append(f"Limited to data sources owned by {_owners(owners)}.")
    return "\n".join(sentences)


def _applies(policy: Mapping[str, Any]) -> str:
    selected, where = policy.get("owner_selected"), _where(policy)
    if selected is UNKNOWN:
        return f"Applies to {where or 'all data sources'}, only where the owner selects it or everywhere: {PENDING}."
    if selected:
        return f"Applies to {where or 'data sources'} only where the owner selects it."
    return f"Applies to {where or 'all data sources'}."


def _where(policy: Mapping[str, Any]) -> str:
    circumstances = policy.get("circumstances")
    found = each_of(circumstances, _circumstance)
    if not found:
        return ""
    word, doubt = joining(policy.get("circumstance_operator"), circumstances, found)
    return f"data sources {clauses(found, word)}{doubt}"


def _circumstance(it: Any) -> str:
    return variant(it, KINDS, "with a circumstance")


def pattern_text(pattern: Any) -> str:
    """A regular expression, always in quotes."""
    if pattern is UNKNOWN:
        return PENDING
    return f"{anything(pattern.get('regex'))}{flag(pattern.get('case_insensitive'), ' ignoring case')}"


def flag(value: Any, meaning: str) -> str:
    """What a flag means where it is set."""
    if value is UNKNOWN:
        return f"{meaning} or not, {PENDING}"
    return meaning if value else ""


def _created(span: Any) -> str:
    if span is UNKNOWN:
        return f"created at a time {PENDING}"
    start, end = span.get("start_date"), span.get("end_date")
    if end is None:
        return f"created since {moment_text(start)}"
    return f"created from {moment_text(start)} until {moment_text(end)}"


def moment_text(value: Any) -> str:
    """A moment in UTC, however it was spelled; one without a time zone, or no moment at all, in quotes."""
    if not isinstance(value, str):
        return name(value)
    try:
        moment = datetime.fromisoformat(value)
        utc = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return shown(value)
    fine = "seconds" if not utc.microsecond else "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return f"{utc.isoformat(timespec=fine)}Z" if moment.tzinfo else shown(value)


def _domains(domains: Any) -> str:
    return f"in {joined(each_of(domains, _domain), 'or')}" if domains else "in no domain"


def _domain(it: Any) -> str:
    return variant(it, DOMAIN, "a domain")


def _owners(owners: Any) -> str:
    if owners is UNKNOWN:
        return PENDING
    people = each_of(owners.get("users"), _user)
    groups = each_of(owners.get("groups"), lambda group: f"group {name(group)}")
    return joined(people + groups, "or") if people or groups else "anybody"


def _user(user: Any) -> str:
    if user is UNKNOWN:
        return f"user {PENDING}"
    return f"user {name(user.get('username'))} of {name(user.get('iamid'))}"


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "tag": lambda tag: f"tagged {name(tag)}",
    "column_tag": lambda tag: f"with a column tagged {name(tag)}",
    "column_regex": lambda pattern: f"with a column whose name matches {pattern_text(pattern)}",
    "any_tag": fixed("with any tag"),
    "no_tags": fixed("without tags"),
    "time": _created,
    "server": lambda server: f"on server {name(server)}",
    "domains": _domains,
}
DOMAIN: Final[dict[str, Callable[[Any], str]]] = {
    "name": lambda known: f"domain {name(known)}",
    "id": lambda known: f"the domain with id {name(known)}",
}
