"""The page about the policy language shows every word and every attribute, and the provider takes what words accept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import immuta_constructs.policies
from immuta_cli.generate import policies as page
from immuta_cli.generate import policy_words
from immuta_constructs import SubscriptionPolicy
from immuta_constructs import data_policy as data
from immuta_constructs import data_source_policies as local
from immuta_constructs import subscription_policy as subscription
from immuta_constructs.errors import ValueProblem
from immuta_constructs.nested import NestedObject
from immuta_constructs.policies import (
    approved_by,
    attribute_matches,
    columns_named,
    columns_tagged,
    created,
    entitled,
    expression,
    for_purpose,
    has_attribute,
    hashing,
    in_domains,
    in_group,
    k_anonymity,
    mask,
    named,
    newer_than,
    on_server,
    random_category,
    random_noise,
    replacing,
    rounding,
    show_percent,
    show_rows,
    show_rows_where,
    tagged,
    value_in,
    where,
    without_tags,
)
from immuta_provider.resources.data_policy import DataPolicyResource
from immuta_provider.resources.data_source_policies import DataSourcePoliciesResource
from immuta_provider.resources.subscription_policy import SubscriptionPolicyResource
from terraform_plugin import Path
from terraform_plugin.codec import from_json
from terraform_plugin.validators import nulls, problems

SECTIONS = [name for name, *_ in page.SECTIONS]
PII = columns_tagged("Discovered.PII")


def used(*sections: str) -> list[dict[str, Any]]:
    """The attributes of a policy for each example of these sections."""
    return [page.in_policy(section, value) for section in sections for _, value in page.examples(section)]


def refusals(resource: Any, attributes: dict[str, Any]) -> list[str]:
    """What the provider has against a configuration."""
    block = resource.model.block
    exact = json.loads(json.dumps(attributes), parse_float=Decimal)
    values = from_json(exact, block.kind)
    return [f"{path}: {why}" for path, why in (*nulls(block, values), *problems(block, values, Path()))]


HEAD = {"policy_key": "k", "name": "N"}
SOME = {"actions": [show_percent(1).as_dict()]}


def test_the_provider_takes_every_word() -> None:
    for it in used(*page.DATA):
        assert refusals(DataPolicyResource(), HEAD | SOME | it) == []
    for it in used("SUBSCRIPTIONS"):
        assert refusals(SubscriptionPolicyResource(), HEAD | it) == []
    policies = {"data_source_id": "3", "policies": used("LOCAL")}
    assert refusals(DataSourcePoliciesResource(), policies) == []


def test_the_page_has_every_word() -> None:
    words = {name for name in immuta_constructs.policies.__all__ if name.islower()}
    shown = " ".join(text for section in SECTIONS for text, _ in page.examples(section))
    assert [name for name in sorted(words) if f"{name}(" not in shown] == []
    assert words <= vars(policy_words).keys()


def members_of(kind: type[NestedObject], path: str = "") -> Iterator[str]:
    for name, attribute in kind.ATTRIBUTES.items():
        yield f"{path}{name}"
        if attribute.nested:
            yield from members_of(attribute.nested, f"{path}{name}.")


def written_in(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield f"{path}{name}"
            yield from written_in(each, f"{path}{name}.")
    elif isinstance(value, list | tuple):
        for each in value:
            yield from written_in(each, path)


# Nobody has seen another than the default.
UNSAID = {"actions.rules.row_restriction_by_user_entitlements.column.type"}


def test_every_attribute_has_its_word() -> None:
    """The whole grammar: every member at every depth is written by one of the examples."""
    # Whom a rule is for is said in the same words as who is exempt.
    shown = {path.replace("inclusions.", "exceptions.") for it in used(*page.DATA) for path in written_in(it)}
    wanted = {path.replace("inclusions.", "exceptions.") for path in members_of(data.DataPolicyAction, "actions.")}
    wanted |= set(members_of(subscription.SubscriptionPolicyCircumstance, "circumstances."))
    wanted |= set(members_of(data.DataPolicyCertification, "certification."))
    wanted |= set(members_of(data.DataPolicyOwnerRestrictions, "owner_restrictions."))
    assert wanted - shown - UNSAID == set()


def test_every_attribute_of_subscriptions_has_its_word() -> None:
    shown = {path for it in used("SUBSCRIPTIONS") for path in written_in(it)}
    forms = {
        name: SubscriptionPolicy.ATTRIBUTES[name].nested for name in ("anyone", "approval", "entitlements", "manual")
    }
    wanted = {path for name, nested in forms.items() if nested for path in members_of(nested, f"{name}.")}
    assert forms.keys() | wanted <= shown


def test_every_attribute_of_local_policies_has_its_word() -> None:
    """Users and functions are the words of the other policies."""
    words = {path.removeprefix("actions.") for it in used(*page.DATA) for path in written_in(it)}
    shown = words | {path for it in used("LOCAL") for path in written_in(it)}
    assert set(members_of(local.DataSourcePoliciesLocalPolicy)) - shown == {"json"}


# What the provider refuse, the words refuse

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="$%{"), max_size=3)
NUMBERS = st.one_of(st.integers(-3, 103), st.floats(-1e9, 1e9), st.sampled_from([math.inf, -math.inf, math.nan]))
CALLS = st.one_of(
    st.builds(lambda tag: lambda: mask(columns_tagged(tag), using=hashing()), TEXTS),
    st.builds(lambda name: lambda: mask(columns_named(name), using=hashing()), TEXTS),
    st.builds(lambda name, value: lambda: show_percent(1).unless(has_attribute(name, value)), TEXTS, TEXTS),
    st.builds(lambda name: lambda: show_percent(1).unless(in_group(name) | for_purpose("p")), TEXTS),
    st.builds(lambda number: lambda: show_percent(number), NUMBERS),
    st.builds(lambda number: lambda: mask(PII, using=k_anonymity(k=number)), NUMBERS),
    st.builds(lambda number: lambda: mask(PII, using=k_anonymity(re_identification=number)), NUMBERS),
    st.builds(lambda number: lambda: mask(PII, using=random_category(number)), NUMBERS),
    st.builds(lambda number: lambda: mask(PII, using=random_noise(number)), NUMBERS),
    st.builds(lambda to: lambda: mask(PII, using=rounding(to)), st.one_of(NUMBERS, TEXTS)),
    st.builds(lambda regex, by: lambda: mask(PII, using=replacing(regex, by)), TEXTS, TEXTS),
    st.builds(lambda text: lambda: show_rows_where(text), TEXTS),
    st.builds(lambda tag, text: lambda: show_rows_where(value_in(columns_tagged(tag), text)), TEXTS, TEXTS),
    st.builds(lambda name: lambda: show_rows_where(attribute_matches(name, PII)), TEXTS),
    st.builds(lambda age: lambda: show_rows(newer_than(seconds=age)), st.one_of(st.integers(-3, 3), st.floats(0, 3))),
    st.builds(lambda text: lambda: show_percent(1).because(text), TEXTS),
)


@given(CALLS)
@settings(max_examples=150, deadline=None)
def test_what_words_accept_the_provider_accepts(call: Any) -> None:
    try:
        action = call()
    except ValueProblem:
        return
    assert refusals(DataPolicyResource(), {**HEAD, "actions": [action.as_dict()]}) == []


@given(st.lists(TEXTS, max_size=2), st.lists(TEXTS, max_size=2), TEXTS, st.one_of(TEXTS, st.datetimes().map(str)))
@settings(max_examples=60, deadline=None)
def test_circumstances_that_words_accept_the_provider_accepts(
    names: list[str], ids: list[str], text: str, moment: str
) -> None:
    calls: list[Any] = [
        lambda: in_domains(*names, ids=ids),
        lambda: tagged(text),
        lambda: on_server(text),
        lambda: created(moment),
        lambda: created("2026-01-01T00:00:00Z", moment),
        without_tags,
    ]
    for call in calls:
        try:
            found = call()
        except ValueProblem:
            continue
        assert refusals(DataPolicyResource(), HEAD | SOME | page.in_policy("WHERE", where(found))) == []


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=60, deadline=None)
def test_subscriptions_that_words_accept_the_provider_accepts(one: str, two: str, three: str) -> None:
    calls: list[Any] = [
        lambda: entitled(in_group(one) | has_attribute(two, three)),
        lambda: entitled(expression(one)),
        lambda: approved_by(one, named(two)),
    ]
    for call in calls:
        try:
            found = call()
        except ValueProblem:
            continue
        assert refusals(SubscriptionPolicyResource(), HEAD | page.in_policy("SUBSCRIPTIONS", found)) == []
