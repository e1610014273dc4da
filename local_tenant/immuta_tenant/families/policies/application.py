"""Which global policies apply where: nothing is stored about it, so it always tells the truth about the moment.

A policy is active when it is neither staged nor deleted. It applies by its circumstances, everywhere when it has none,
or where an owner has selected it; owner restrictions narrow each of these down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from immuta_tenant.kinds import DATA_SOURCE, DATA_SOURCE_COLUMN, DATA_SOURCE_TAG, POLICY_APPLICATION, TAG
from immuta_tenant.store import Document, Store


@dataclass(frozen=True)
class Facts:
    """What policies look at: a data source, its tags, its columns with theirs, and the policies its owner selected."""

    source: Document
    tags: frozenset[str]
    columns: dict[str, frozenset[str]]
    selected: frozenset[int] = field(default_factory=frozenset)

    @property
    def column_tags(self) -> frozenset[str]:
        """The tags of all columns."""
        return frozenset[str]().union(*self.columns.values())


def facts(store: Store, source: Document) -> Facts:
    """Return the facts of one data source."""
    names = {tag["id"]: tag["name"] for tag in store.all(TAG) if not tag["deleted"]}
    attached = [item["tag"] for item in store.children(DATA_SOURCE_TAG, source["id"])]
    columns = {
        column["name"]: frozenset(names[tag] for tag in column["tags"] if tag in names)
        for column in store.children(DATA_SOURCE_COLUMN, source["id"])
    }
    selected = frozenset(item["policy"] for item in store.children(POLICY_APPLICATION, source["id"]))
    return Facts(source, frozenset(names[tag] for tag in attached if tag in names), columns, selected)


def all_facts(store: Store) -> list[Facts]:
    """Return the facts of every live data source, by id."""
    return [facts(store, source) for source in store.all(DATA_SOURCE) if not source["deleted"]]


def sources_of(policy: Document, known: Iterable[Facts]) -> list[Document]:
    """Return the data sources that a policy applies to."""
    return [item.source for item in known if applies(policy, item)]


def applies(policy: Document, known: Facts) -> bool:
    """Tell whether a policy applies to a data source."""
    if policy["staged"] or policy["deleted"] or not _owned(policy["ownerRestrictions"], known.source):
        return False
    if policy["selection"] == "owner":
        return policy["id"] in known.selected
    return policy["selection"] == "all" or _met(policy["circumstances"], known)


def matched_tag(selector: Any, tags: Iterable[str]) -> str | None:
    """Return the tag by which a selector of columns chooses a column; a parent covers what is below it."""
    name = selector.get("name") if isinstance(selector, dict) else None
    return next((tag for tag in sorted(tags) if name is not None and _covers(name, tag)), None)


def selects(selector: Document, column: str, tags: frozenset[str]) -> bool:
    """Tell whether a selector of columns chooses a column."""
    match selector.get("type"):
        case "allColumns":
            return True
        case "anyTag":
            return bool(tags)
        case "noTags":
            return not tags
        case "columnRegex":
            return _found(selector["columnRegex"], column)
        case _:
            return matched_tag(selector, tags) is not None


def _met(circumstances: Sequence[Document], known: Facts) -> bool:
    met = [(item["operator"], _holds(item, known)) for item in circumstances]
    if len(met) == 1:
        return met[0][1]
    alternatives = [holds for operator, holds in met if operator == "or"]
    return all(holds for operator, holds in met if operator == "and") and (any(alternatives) or not alternatives)


def _holds(item: Document, known: Facts) -> bool:
    match item["type"]:
        case "tags":
            return any(_covers(item["tag"]["name"], tag) for tag in known.tags)
        case "columnTags":
            return any(_covers(item["columnTag"]["name"], tag) for tag in known.column_tags)
        case "columnRegex":
            return any(_found(item["columnRegex"], column) for column in known.columns)
        case "anyTag":
            return bool(known.tags | known.column_tags)
        case "noTags":
            return not known.tags | known.column_tags
        case "time":
            # ISO 8601 with milliseconds and Z: the order of the texts is that of the moments.
            created = str(known.source["createdAt"])
            return bool(item["startDate"] <= created and (item["endDate"] is None or created <= item["endDate"]))
        case "server":
            return bool(item["server"] == known.source["connectionString"])
        case _:
            return any(_is_domain(domain, known.source) for domain in item["domains"])


def _is_domain(domain: Document, source: Document) -> bool:
    pairs = {"id": source["domainId"], "name": source["domainName"]}
    return all(pairs[name] == value for name, value in domain.items())


def _covers(name: str, tag: str) -> bool:
    return tag == name or tag.startswith(f"{name}.")


def _found(pattern: Document, text: str) -> bool:
    try:
        return re.search(pattern["regex"], text, re.IGNORECASE if pattern["caseInsensitive"] else 0) is not None
    except re.error:
        return False  # an expression of another dialect than Python's matches nothing here


def _owned(restrictions: Document | None, source: Document) -> bool:
    if restrictions is None:
        return True
    owners = source["owners"]
    users = any(user in owners["users"] for user in restrictions["users"])
    return users or any(group in owners["groups"] for group in restrictions["groups"])
