"""Whatever is known only after apply, or sensitive, in a policy of the grammar: it is explained, and nothing leaks."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from immuta_cli.plans import machine, markdown, plan_file
from immuta_cli.plans.explanation import explained
from tests.acceptance import grammar
from tests.immuta_cli.plans.plans import change, plan

WRITTEN = [
    each for group in vars(grammar).values() if isinstance(group, tuple) for each in group if hasattr(each, "key")
]


def _marked(value: Any, draw: random.Random) -> Any:
    if isinstance(value, dict):
        return {name: _marked(each, draw) for name, each in value.items()}
    if isinstance(value, list):
        return [_marked(each, draw) for each in value]
    return draw.random() < 0.1


def _known(value: Any, unknown: Any) -> Any:
    """The value as a plan holds it: without the members that are known after apply."""
    if isinstance(value, dict):
        return {name: _known(each, unknown[name]) for name, each in value.items() if unknown[name] is not True}
    if isinstance(value, list):
        return [_known(each, mark) for each, mark in zip(value, unknown, strict=True)]
    return None if unknown is True else value


def _texts(value: Any, marks: Any) -> set[str]:
    if isinstance(value, dict):
        return {text for name, each in value.items() for text in _texts(each, marks[name])}
    if isinstance(value, list):
        return {text for each, mark in zip(value, marks, strict=True) for text in _texts(each, mark)}
    return {value} if marks is True and isinstance(value, str) and " " in value else set()


@pytest.mark.parametrize("seed", range(4))
def test_any_part_may_be_unknown_or_sensitive(seed: int) -> None:
    draw = random.Random(seed)
    assert len(WRITTEN) > 100
    for written in WRITTEN:
        before, after = written.attributes("before"), written.attributes("after")
        unknown, old, new = _marked(after, draw), _marked(before, draw), _marked(after, draw)
        marks = {"after_unknown": unknown, "before_sensitive": old, "after_sensitive": new}
        entry = change(written.type, ["update"], before, _known(after, unknown), **marks)

        found = explained(plan_file.parsed(plan(entry), "x"))

        secrets = _texts(before, old)
        for text in (markdown.report(found), json.dumps(machine.document(found), ensure_ascii=False)):
            assert [each for each in secrets if re.search(rf"{re.escape(each)}(?!\d)", text)] == [], written.key
