"""The report as JSON, for programs that decide about a pull request. Its form is described in docs/cli.md."""

from __future__ import annotations

import json
from typing import Any, Final

from immuta_cli.plans.explanation import Explained, Explanation
from immuta_cli.plans.finding import NOT_JUDGED, Doubt, Statement, Verdict

FORMAT_VERSION: Final = "1.0"


def report(explanation: Explanation) -> str:
    """The whole report."""
    return json.dumps(document(explanation), indent=2) + "\n"


def document(explanation: Explanation) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "format_version": FORMAT_VERSION,
        "verdict": explanation.verdict.value,
        "counts": {verdict.value: explanation.counts[verdict] for verdict in Verdict},
        "policies": [_policy(each) for each in explanation.policies],
        "others": [_object(each) for each in explanation.others],
        "drift": [_object(each) for each in explanation.drift],
        "untouched": explanation.untouched,
        "deferred": list(explanation.plan.deferred),
        "complete": explanation.plan.complete,
        "not_judged": list(NOT_JUDGED),
    }


def _object(it: Explained) -> dict[str, Any]:
    return {
        "address": it.change.address,
        "previous_address": it.change.previous_address,
        "type": it.change.type,
        "action": it.change.action,
        "name": it.label,
        "changed": list(it.changed),
    }


def _policy(it: Explained) -> dict[str, Any]:
    return _object(it) | {
        "policy_key": it.key or None,
        "imported": it.change.imported,
        "before": it.before,
        "after": it.after,
        "verdict": it.finding.verdict.value,
        "gains": [_statement(each) for each in it.finding.gains],
        "loses": [_statement(each) for each in it.finding.loses],
        "uncertain": [_doubt(each) for each in it.finding.uncertain],
        "same_columns": [address for address, _ in it.beside],
    }


def _statement(it: Statement) -> dict[str, Any]:
    return {"text": it.text, "people": it.people, "what": it.what, "where": it.where or None}


def _doubt(it: Doubt) -> dict[str, Any]:
    return {"text": it.text, "why": it.why, "may_widen": it.widens}
