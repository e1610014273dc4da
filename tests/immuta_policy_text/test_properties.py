"""Texts tell policies apart, whatever they are and however their names look.

Of all objects that are drawn, any two have the same text just when they mean the same: not only those drawn together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from immuta_policy_text import circumstances_text, masking_text, policy_text, rule_text, users_text
from immuta_provider.resources.policies.circumstances import Circumstance
from immuta_provider.resources.policies.local import LocalRule
from immuta_provider.resources.policies.masking import MaskingConfig
from immuta_provider.resources.policies.rules import Rule
from immuta_provider.resources.policies.users import Users
from terraform_plugin import Model
from tests.immuta_policy_text.grammar import MODELS, meaning, neighbours, objects


def of_policy(kind: Any) -> Callable[[Any], str]:
    return lambda policy: policy_text(kind, policy)


TOLD: list[Any] = [
    pytest.param(Users, users_text, id="users"),
    pytest.param(MaskingConfig, masking_text, id="masking"),
    pytest.param(Circumstance, lambda it: circumstances_text({"circumstances": [it]}), id="circumstances"),
    pytest.param(Rule, rule_text, id="rule"),
    pytest.param(LocalRule, rule_text, id="local rule"),
    *(pytest.param(model, of_policy(kind), id=kind) for kind, model in MODELS.items()),
]


def tell_apart(model: type[Model], text_of: Callable[[Any], str], examples: int) -> None:
    meanings: dict[str, Any] = {}
    texts: dict[Any, str] = {}

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data())
    def each(data: st.DataObject) -> None:
        one = data.draw(objects(model.block))
        for it in (one, data.draw(neighbours(model.block, one))):
            text, meant = text_of(it), meaning(model.block, it)
            assert meanings.setdefault(text, meant) == meant
            assert texts.setdefault(meant, text) == text

    each()


@pytest.mark.parametrize(("model", "text_of"), TOLD)
def test_two_have_the_same_text_just_when_they_mean_the_same(model: type[Model], text_of: Callable[[Any], str]) -> None:
    tell_apart(model, text_of, 200 if model not in MODELS.values() else 40)


@pytest.mark.soak
@pytest.mark.parametrize(("model", "text_of"), TOLD)
def test_of_a_great_many_none_is_taken_for_another(model: type[Model], text_of: Callable[[Any], str]) -> None:
    tell_apart(model, text_of, 5_000)
