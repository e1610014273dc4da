"""The report for a pull request: Markdown in which no name can pass for anything but a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from immuta_cli.plans.explanation import IN_TEXT, Explained, Explanation
from immuta_cli.plans.finding import NOT_JUDGED, Finding, Verdict

# What a renderer would take for a mention, an issue or an address: an invisible space behind the first letter ends it.
_LINKS: Final = re.compile(r"@|#(?=\w)|!(?=\d)|\bwww(?=\.)|:(?=//)|\b(?:GH|gh)(?=-\d)")
_MARKUP: Final = re.compile(r"[\\`*\[\]<>|~$]|&(?=[#\w])|(?<!\w)_|_(?!\w)|(?<=^)[#+=-]")
_ACTIONS: Final = {
    "create": "new",
    "update": "changed",
    "delete": "deleted",
    "replace": "replaced",
    "import": "imported",
    "move": "moved",
    "forget": "no longer managed by Terraform",
    "none": "as it was",
}
_VERDICTS: Final = {
    Verdict.WIDENS: "widens access",
    Verdict.MAY_WIDEN: "may widen access",
    Verdict.NARROWS: "narrows access",
    Verdict.MAY_NARROW: "may narrow access",
    Verdict.UNCHANGED: "leaves access as it is",
}
_SHORT: Final = {
    Verdict.WIDENS: "widens",
    Verdict.MAY_WIDEN: "may widen",
    Verdict.NARROWS: "narrows",
    Verdict.MAY_NARROW: "may narrow",
    Verdict.UNCHANGED: "unchanged",
}
_COUNTED: Final = {
    Verdict.WIDENS: ("widens access", "widen access"),
    Verdict.MAY_WIDEN: ("may widen it", "may widen it"),
    Verdict.NARROWS: ("narrows it", "narrow it"),
    Verdict.MAY_NARROW: ("may narrow it", "may narrow it"),
    Verdict.UNCHANGED: ("leaves it as it is", "leave it as it is"),
}
_KINDS: Final = {
    "immuta_data_policy": "data policy",
    "immuta_subscription_policy": "subscription policy",
    "immuta_data_source_policies": "policies of one data source",
}


def escaped(text: str) -> str:
    """`text` so that it stands in Markdown as it is."""
    plain = _MARKUP.sub(lambda found: f"\\{found[0]}", text.replace("\n", " "))
    return _LINKS.sub(lambda found: f"{found[0]}\u200b", plain)


def code(text: str) -> str:
    """`text` as a span of code, in which nothing is markup."""
    fence = "`" * (max((len(each) for each in re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def report(explanation: Explanation) -> str:
    """The whole report."""
    lines = ["## What this plan does to Immuta policies", "", f"**{headline(explanation)}**", ""]
    lines += _remarks(explanation)
    changing = _changing(explanation)
    if len(changing) > 1:
        lines += ["| access | policy | change |", "|---|---|---|", *map(_row, changing), ""]
    for policy in changing:
        lines += _policy(policy)
    if others := [policy for policy in explanation.policies if policy.change.identical]:
        lines += ["### Policies that stay as they are in Immuta", "", *map(_line, others), ""]
    if explanation.others:
        lines += ["### Other objects", "", *map(_line, explanation.others), ""]
    if explanation.drift:
        lines += ["### Changed outside of Terraform since the last apply", "", *map(_drift, explanation.drift), ""]
    lines += ["### Not judged", "", *(f"- {each}" for each in NOT_JUDGED)]
    return "\n".join(lines) + "\n"


def _changing(explanation: Explanation) -> list[Explained]:
    return [policy for policy in explanation.policies if not policy.change.identical]


def headline(explanation: Explanation) -> str:
    """The verdict in one sentence."""
    changing = _changing(explanation)
    counts = Counter(policy.finding.verdict for policy in changing)
    total = len(changing)
    if not total:
        return "No policy changes."
    if total == 1:
        return f"One policy changes: it {_access(changing[0].finding)}."
    first, *rest = [f"{counts[each]} {_COUNTED[each][counts[each] > 1]}" for each in Verdict if counts[each]]
    if "access" not in first:
        first = re.sub(r"\bit\b", "access", first, count=1)
    safe = "" if counts[Verdict.WIDENS] or counts[Verdict.MAY_WIDEN] else "; none widens it"
    return f"Of {total} policies that change, {', '.join([first, *rest])}{safe}."


def _access(finding: Finding) -> str:
    """What the change does, in a few words."""
    if finding.verdict == Verdict.WIDENS and finding.loses:
        return "widens access for some and narrows it for others"
    return _VERDICTS[finding.verdict]


def _remarks(explanation: Explanation) -> Iterator[str]:
    plan = explanation.plan
    if not plan.changes and not plan.drift:
        yield "The plan has no object of the Immuta provider. Is it the plan that was meant?"
        yield ""
    if not plan.complete or plan.deferred:
        yield "The plan is not complete: Terraform has put changes off that need another plan and apply. " + (
            f"Not judged: {', '.join(map(code, plan.deferred))}." if plan.deferred else ""
        )
        yield ""


def _row(policy: Explained) -> str:
    verdict = _SHORT[policy.finding.verdict]
    strong = policy.finding.verdict in (Verdict.WIDENS, Verdict.MAY_WIDEN)
    title = re.sub(r"(?<!\\)\|", r"\\|", _title(policy))  # a table ends its cells within spans of code, too
    return f"| {f'**{verdict}**' if strong else verdict} | {title} | {_ACTIONS[policy.change.action]} |"


def _title(policy: Explained) -> str:
    key = f" ({code(policy.key)})" if policy.key else ""
    prefix = "Data source " if policy.change.type == "immuta_data_source_policies" else ""
    return f"{prefix}{escaped(policy.label)}{key}"


def _policy(policy: Explained) -> Iterator[str]:
    change = policy.change
    yield f"### {_title(policy)}: {_ACTIONS[change.action]}, {_access(policy.finding)}"
    yield ""
    yield f"{_KINDS[change.type].capitalize()} {code(change.address)}{_where_from(policy)}"
    yield ""
    diff = policy.diff
    fence = "`" * max(3, 1 + max((len(each) for line in diff for each in re.findall("`+", line)), default=0))
    yield f"{fence}diff"
    yield from diff
    yield fence
    yield ""
    if beside := [each for each in policy.changed if each not in IN_TEXT]:
        yield f"Also changes: {', '.join(map(code, beside))}."
        yield ""
    yield from _finding(policy.finding)
    if policy.beside:
        names = ", ".join(f"{escaped(name)} ({code(address)})" for address, name in policy.beside)
        yield from (f"The same columns are masked by {names}; what that means together is not judged.", "")


def _where_from(policy: Explained) -> str:
    change = policy.change
    moved = f", until now {code(change.previous_address)}" if change.previous_address else ""
    imported = ", imported by this plan" if change.imported and change.action != "import" else ""
    left = ", left over from an earlier replacement" if change.deposed else ""
    return f"{moved}{imported}{left}"


def _finding(finding: Finding) -> Iterator[str]:
    for title, found in (("Who gains", finding.gains), ("Who loses", finding.loses)):
        if found:
            yield f"**{title}**"
            yield ""
            yield from (f"- {escaped(each.text)}." for each in found)
        else:
            yield f"**{title}:** nobody{' for sure' if finding.uncertain else ''}."
        yield ""
    if finding.uncertain:
        yield "**Uncertain**"
        yield ""
        for doubt in finding.uncertain:
            yield f"- {escaped(doubt.text)}: {escaped(doubt.why)}."
        yield ""


def _line(other: Explained) -> str:
    change = other.change
    kind = change.type.removeprefix("immuta_").replace("_", " ")
    label = f" {escaped(other.label)}" if other.label else ""
    changed = ", ".join(map(code, other.changed)) or "in a part that is not shown"
    attributes = f": {changed}" if change.action in ("update", "replace") else ""
    return f"- {kind}{label} ({code(change.address)}): {_ACTIONS[change.action]}{_where_from(other)}{attributes}"


def _drift(policy: Explained) -> str:
    if policy.change.type not in _KINDS:
        return _line(policy)
    return f"{_line(policy)}; that {_VERDICTS[policy.finding.verdict]}"
