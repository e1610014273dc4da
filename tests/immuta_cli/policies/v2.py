"""The grammar of V2 policies: payloads by chance, what two payloads have in common that mean the same, and examples."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import yaml
from hypothesis import strategies as st

PAYLOADS = pathlib.Path(__file__).parent / "payloads"
SETS = (
    "circumstances",
    "fields",
    "groups",
    "attributes",
    "purposes",
    "approvals",
    "tags",
    "users",
    "domains",
    "values",
)
TYPES_OF_RULES = (
    "Masking",
    "Minimization",
    "Purpose Restriction",
    "Time Restriction",
    "Row Restriction By User Entitlements",
    "Row Restriction by Custom Where Clause",
)


def examples(*names: str) -> list[dict[str, Any]]:
    """The payloads in the files, all of them or some, as YAML means them."""
    files = [PAYLOADS / name for name in names] or sorted(PAYLOADS.iterdir())
    return [each for file in files for each in yaml.safe_load_all(file.read_text()) if each is not None]


# What means the same


def normalised(value: Any, name: str = "") -> Any:
    """A payload without what says nothing: nulls, falsehoods, empty sets, the order of sets, idle operators, case."""
    if isinstance(value, dict):
        members = {key: normalised(inner, key) for key, inner in _said(value).items()}
        return {key: inner for key, inner in members.items() if inner not in (None, False, "", []) or key == "constant"}
    if isinstance(value, list):
        inner = [normalised(each) for each in value]
        return sorted(_once(inner), key=_sorted) if name in SETS else inner
    if name in ("operator", "circumstanceOperator"):
        return value.lower()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _said(value: dict[str, Any]) -> dict[str, Any]:
    found = dict(value)
    if isinstance(found.get("matches"), dict):
        found["matches"] = [found["matches"]]
    for name in TYPES_OF_RULES:
        if str(found.get("type")).lower() == name.lower():
            found["type"] = name
    if isinstance(found.get("matches"), list):
        found["matches"] = sorted(_once(found["matches"]), key=_sorted)
    found = {key: inner for key, inner in found.items() if inner != {} and key != "recertify"}
    joins = {"circumstanceOperator": ("circumstances",), "operator": ("groups", "attributes", "purposes", "matches")}
    for operator, lists in joins.items():
        if sum(len(_once(found.get(each) or [])) for each in lists) < 2:
            found.pop(operator, None)
    return found


def _sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _once(values: list[Any]) -> list[Any]:
    return [each for index, each in enumerate(values) if each not in values[:index]]


# By chance

WORDS = st.sampled_from(("Rides", "Depot.North", "a b", "Zürich", "${x}", "%{y}", "it's", 'a "q"', "\\d", "1.10", "on"))
PIECES = st.sampled_from((*"ab 'é${}%\\\"\n\t.", "\n  AND ", "${", "%{", "東京", "😀", "\r", "\u200b"))
NAMES = WORDS | st.lists(PIECES, min_size=1, max_size=8).map(lambda pieces: "".join("".join(pieces).split())).filter(
    bool
)
TEXTS = NAMES | st.lists(PIECES, min_size=1, max_size=25).map("".join) | st.just("a long text " * 12 + "'end'")
FLAGS = st.booleans()
PERCENTS = st.integers(0, 100) | st.floats(0, 100).map(lambda number: round(number, 4))
OPERATORS = st.sampled_from(("any", "all", "ANY", "All"))


def objects(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these members, some of them left out."""
    return st.fixed_dictionaries(required, optional=optional)


def sets(element: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[list[Any]]:
    """Some elements, perhaps one of them twice."""
    return st.lists(element, min_size=least, max_size=6 if element is NAMES else 3)


def typed(kind: str, **members: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A variant by its `type`."""
    return objects({"type": st.just(kind), **members})


def users(*, purposes: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Groups, attributes and purposes, at least one of them."""
    pairs = st.fixed_dictionaries({"name": NAMES, "value": NAMES})
    lists = {"groups": sets(NAMES, 0), "attributes": sets(pairs, 0)} | (
        {"purposes": sets(NAMES, 0)} if purposes else {}
    )
    return objects({"operator": OPERATORS}, **lists).filter(lambda it: any(it.get(name) for name in lists))


PATTERNS = {"regex": TEXTS, "caseInsensitive": FLAGS}
COLUMNS = st.one_of(
    typed("columnTags", columnTag=NAMES),
    typed("columnRegex", **PATTERNS),
    st.sampled_from(("anyTag", "noTags", "allColumns")).map(lambda kind: {"type": kind}),
)
MOMENTS = st.sampled_from(("2023-01-01T00:00:00.000Z", "2024-02-29T12:30:00.500Z", "2025-12-31T23:59:59.999Z"))
DOMAINS = NAMES.map(lambda name: {"name": name}) | st.integers(1, 99).map(lambda number: {"id": str(number)})
CIRCUMSTANCES = st.one_of(
    typed("tags", tag=NAMES),
    typed("columnTags", columnTag=NAMES),
    typed("columnRegex", **PATTERNS),
    st.sampled_from(("anyTag", "noTags")).map(lambda kind: {"type": kind}),
    typed("time", startDate=MOMENTS, endDate=MOMENTS | st.none()),
    typed("server", server=NAMES),
    typed("domains", domains=sets(DOMAINS)),
)
FUNCTIONS = st.one_of(
    st.sampled_from(("Hash", "Null", "Format Preserving Masking", "Reversible", "K-Anonymization", "Grouping")).map(
        lambda kind: {"type": kind}
    ),
    typed("Constant", constant=TEXTS | st.just("")),
    typed("K-Anonymization", kLevel=st.integers(2, 99)),
    typed("K-Anonymization", reIdProbability=PERCENTS),
    typed("Randomized Response", replacementRatePercent=PERCENTS),
    typed("Randomized Response", stddev=PERCENTS, clip=FLAGS),
    objects({"type": st.just("Regular Expression"), "regex": TEXTS, "replacement": TEXTS}, caseInsensitive=FLAGS)
    | typed("Regular Expression", regex=TEXTS, replacement=TEXTS, **{"global": FLAGS}),
    typed("Grouping", timePrecision=st.sampled_from(("MIN", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"))),
    typed("Grouping", bucketSize=st.integers(1, 10**6) | PERCENTS),
    typed("Custom Function", sqlFunction=TEXTS),
)
MATCHES = typed("group", tag=NAMES) | typed("attribute", attribute=NAMES, tag=NAMES)
ENTITLED = st.one_of(
    objects({"operator": OPERATORS, "matches": sets(MATCHES) | MATCHES}),
    objects(
        {"column": st.fixed_dictionaries({"type": st.just("tag"), "name": NAMES}), "values": sets(NAMES)}, invert=FLAGS
    ),
)
CONFIGS = st.one_of(
    st.tuples(
        st.just("Masking"),
        objects({"fields": sets(COLUMNS), "maskingConfig": FUNCTIONS}, conditionalPredicate=TEXTS),
    ),
    st.tuples(st.just("Minimization"), objects({"percent": PERCENTS})),
    st.tuples(
        st.just("Purpose Restriction"),
        objects({"purposes": sets(NAMES | st.just("<ANY PURPOSE>")), "operator": OPERATORS}),
    ),
    st.tuples(
        st.just("Time Restriction"),
        objects({"isOlderOrNewer": st.sampled_from(("newer", "older")), "time": st.integers(1, 10**9)}),
    ),
    st.tuples(
        st.sampled_from(("Row Restriction By User Entitlements", "Row Restriction by User Entitlements")), ENTITLED
    ),
    st.tuples(st.just("Row Restriction by Custom Where Clause"), objects({"predicate": TEXTS})),
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule of any kind, for anybody."""
    kind, config = draw(CONFIGS)
    kind = draw(st.sampled_from((kind, kind.lower(), kind.upper())))
    return {"type": kind, "config": config} | draw(objects({}, exceptions=users() | st.none(), inclusions=users()))


ACTIONS = objects({"rules": st.lists(rules(), min_size=1, max_size=3)}, description=TEXTS | st.just("") | st.none())
CERTIFICATIONS = objects({"label": TEXTS, "text": TEXTS}, tags=sets(NAMES), recertify=FLAGS)
PAIRS = st.fixed_dictionaries({"iamid": NAMES, "username": NAMES})
OWNERS = objects({}, users=sets(PAIRS), groups=sets(NAMES)).filter(bool)
APPROVALS = st.fixed_dictionaries({"requiredPermission": NAMES, "specificApproverRequired": FLAGS})
FORMS = st.one_of(
    objects({"type": st.just("anyone")}, automaticSubscription=FLAGS, description=TEXTS),
    objects({"type": st.just("approval"), "approvals": sets(APPROVALS)}, description=TEXTS),
    objects(
        {"type": st.just("entitlements"), "entitlements": users(purposes=False)},
        automaticSubscription=FLAGS,
        allowDiscovery=FLAGS,
    ),
    objects({"type": st.just("entitlements"), "advanced": TEXTS.filter(str.strip)}, allowDiscovery=FLAGS),
    objects({"type": st.just("manual")}, description=TEXTS | st.just("")),
)
HEAD: dict[str, Any] = {"policyKey": TEXTS, "name": TEXTS}
WHERE: dict[str, Any] = {"circumstances": sets(CIRCUMSTANCES), "circumstanceOperator": OPERATORS}
DATA = objects(
    HEAD | {"type": st.just("data"), "actions": st.lists(ACTIONS, min_size=1, max_size=3)},
    **WHERE,
    staged=FLAGS,
    template=st.just(False),
    ownerRestrictions=OWNERS,
    certification=CERTIFICATIONS,
)
SUBSCRIPTIONS = objects(HEAD | {"type": st.just("subscription"), "actions": FORMS}, **WHERE, staged=FLAGS)
POLICIES = (DATA | SUBSCRIPTIONS).filter(
    lambda it: "circumstanceOperator" in it or len(_once(it.get("circumstances") or [])) < 2
)
