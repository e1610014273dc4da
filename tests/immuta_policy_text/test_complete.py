"""Each attribute that the provider knows is told, and what is not known yet is shown as such."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_policy_text import UNKNOWN, policy_text
from tests.immuta_policy_text.grammar import MODELS, leaves

EACH = [
    pytest.param(kind, one, other, id=f"{kind}-{name}")
    for kind, model in MODELS.items()
    for name, one, other in leaves(model.block)
]


@pytest.mark.parametrize(("kind", "one", "other"), EACH)
def test_an_attribute_is_told(kind: Any, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert policy_text(kind, one) != policy_text(kind, other)


def unknown_at_the_end(value: Any, element: bool = False) -> Any:
    """The object with its innermost member unknown; with `element`, with the first element of that."""
    if isinstance(value, dict) and value:
        *_, last = value
        return {**value, last: unknown_at_the_end(value[last], element)}
    if isinstance(value, list) and isinstance(value[0], dict) and value[0]:
        return [unknown_at_the_end(value[0], element)]
    return [UNKNOWN] if isinstance(value, list) and element else UNKNOWN


@pytest.mark.parametrize("element", [False, True], ids=["whole", "element"])
@pytest.mark.parametrize(("kind", "one", "other"), EACH)
def test_a_value_that_is_not_known_yet_is_shown_as_such(
    kind: Any, one: dict[str, Any], other: dict[str, Any], element: bool
) -> None:
    text = policy_text(kind, unknown_at_the_end(one, element))
    assert "(known after apply)" in text
    assert text not in (policy_text(kind, one), policy_text(kind, other))
