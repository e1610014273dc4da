"""YAML and JSON as texts stand in them, and what is neither."""

from __future__ import annotations

import pytest

from immuta_cli.policies.documents import Plain, Unreadable, documents, is_null
from immuta_cli.policies.payload import Policy, read
from immuta_cli.policies.reading import plain

SCALARS = [
    ("2024-01-31", "2024-01-31"),
    ("2024-01-31T00:00:00Z", "2024-01-31T00:00:00Z"),
    ("on", "on"),
    ("No", "No"),
    ("1:30", "1:30"),
    ("0x1F", "0x1F"),
    ("1_000", "1_000"),
    ("007", 7),
    ("1.10", 1.1),
    ("-2e3", -2000.0),
    ("true", True),
    ("FALSE", False),
    ("~", None),
    ("Null", None),
    ("", None),
    ("'Null'", "Null"),
    ('"7"', "7"),
    ("!!int '7'", 7),
    ("!!timestamp 2024-01-31", "2024-01-31"),
    ("|-\n  two\n  lines", "two\nlines"),
    (".inf", ".inf"),
    ("=", "="),
]


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_scalar_keeps_its_text_and_has_a_value(text: str, value: object) -> None:
    (document,) = documents(f"it: {text}\n")
    assert plain(document["it"]) == value
    assert isinstance(document["it"], str)
    if isinstance(document["it"], Plain):
        assert document["it"] == text.removeprefix("!!int ").strip("'")


def names(text: str) -> dict[str, object]:
    """The groups and the one attribute of a policy that names them so."""
    exempt = f"{{operator: any, groups: [{text}], attributes: [{{name: {text}, value: {text}}}]}}"
    rule = f"{{type: minimization, config: {{percent: '5'}}, exceptions: {exempt}}}"
    (document,) = documents(f"{{policyKey: 1e3, name: 2024-01-31, type: data, actions: [{{rules: [{rule}]}}]}}")
    policy = read(document)
    assert isinstance(policy, Policy), policy
    assert (policy.key, policy.attributes["name"]) == ("1e3", "2024-01-31")
    read_rule = policy.attributes["actions"][0]["rules"][0]
    assert read_rule["minimization"] == {"percent": 5}
    found: dict[str, object] = read_rule["exceptions"]
    return found


@pytest.mark.parametrize("text", ["2024-01-31", "on", "1:30", "007", "1.10", "true", "0x1F", "1e3"])
def test_names_stay_what_they_are(text: str) -> None:
    assert names(text) == {"operator": "any", "groups": [text], "attributes": [{"name": text, "value": text}]}


@pytest.mark.parametrize("null", ["Null", "null", "~", "", "NULL", "'Null'", '"null"'])
def test_the_masking_function_null_needs_no_quotes(null: str) -> None:
    (document,) = documents(
        "{policyKey: a, name: a, type: data, actions: [{rules: [{type: Masking, config: {fields: [{type: anyTag}], "
        f"maskingConfig: {{type: {null}}}}}}}]}}]}}"
    )
    policy = read(document)
    assert isinstance(policy, Policy), policy
    assert policy.attributes["actions"][0]["rules"][0]["masking"]["masking_config"] == {"nullify": {}}


def test_anchors_and_merges() -> None:
    (document,) = documents("a: &x {b: 1, c: two}\nd: {<<: *x, c: three}\ne: *x\n")
    assert plain(document) == {"a": {"b": 1, "c": "two"}, "d": {"b": 1, "c": "three"}, "e": {"b": 1, "c": "two"}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing\n", []),
        ("---\n---\n", []),
        ("a: 1\n---\n---\nb: 2\n---\n", [{"a": 1}, {"b": 2}]),
        ("- {a: 1}\n- {b: 2}\n", [{"a": 1}, {"b": 2}]),
        ('[{"a": 1}, {"b": null}]', [{"a": 1}, {"b": None}]),
        ('{"a": 1,\n}', [{"a": 1}]),
        ("just a text", ["just a text"]),
        ("{a: 1}\n---\n{b: 2}\n", [{"a": 1}, {"b": 2}]),
    ],
)
def test_documents(text: str, found: list[object]) -> None:
    assert [plain(each) for each in documents(text)] == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\nb: [1\nc: 2\n", "line 3, column 2: expected ',' or ']', but got ':'"),
        ("a: 1\na: 2\n", "line 2, column 1: the member 'a' stands twice in one object"),
        ('{"a": 1, "a": 2}', "the member 'a' stands twice in one object"),
        ("a: {{EnvVar}}\n", "line 1, column 5: found unhashable key"),
        ("a: \x00\n", "character 4, #x0000: special characters are not allowed"),
        ("a: !secret b\n", "line 1, column 4: could not determine a constructor for the tag '!secret'"),
        (
            "a: !!python/name:os.system\n",
            "line 1, column 4: could not determine a constructor for the tag 'tag:yaml.org,2002:python/name:os.system'",
        ),
        ("&a [*a]", "it refers to itself, or holds what is no JSON: Circular reference detected"),
        (
            "a: !!binary aGk=\n",
            "it refers to itself, or holds what is no JSON: Object of type bytes is not JSON serializable",
        ),
        ('{"a": "\\ud800"}', "half of a surrogate pair"),
        ("[" * 100_000, "it is nested too deeply"),
        ("*a", "line 1, column 1: found undefined alias 'a'"),
    ],
)
def test_what_is_no_document(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as raised:
        documents(text)
    assert why in str(raised.value)


def test_null_in_all_its_spellings() -> None:
    assert [is_null(each) for each in documents("- {a: ~}\n")[0].values()] == [True]
    assert not is_null("null")
