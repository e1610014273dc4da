"""What a masking rule does, in words: to which columns, with which function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from immuta_policy_text.circumstances import flag, pattern_text
from immuta_policy_text.words import PENDING, UNKNOWN, anything, clauses, each_of, fixed, given, joined, name, variant

ALL: Final = "of any name"
UNITS: Final = {
    "MIN": "minute",
    "HOUR": "hour",
    "DAY": "day",
    "WEEK": "week",
    "MONTH": "month",
    "QUARTER": "quarter",
    "YEAR": "year",
}


def columns_text(fields: Any) -> str:
    """Columns as a noun phrase: `the columns tagged Discovered.PII or whose name matches "^id$"`.

    Parameters: `fields`, the column selectors of a masking rule of a global policy, or the names of columns of a
    local one; or UNKNOWN. A column that any of them selects is meant. Follows the V2 API, POST /api/v2/policy.
    """
    if fields is UNKNOWN:
        return f"the columns {PENDING}"
    names = each_of([each for each in fields or () if isinstance(each, str)], name)
    tags = each_of([each["column_tag"] for each in fields or () if _is_tag(each)], name)
    others = each_of([each for each in fields or () if not (isinstance(each, str) or _is_tag(each))], _selector)
    parts = [f"{word} {joined(found, 'or')}" for word, found in (("named", names), ("tagged", tags)) if found] + others
    if not parts:
        return "no columns"
    return "all columns" if parts == [ALL] else f"the columns {clauses(parts, 'or')}"


def _is_tag(selector: Any) -> bool:
    """Whether a tag is all that it has."""
    return isinstance(selector, Mapping) and given(selector, selector).keys() == {"column_tag"}


def _selector(it: Any) -> str:
    return variant(it, SELECTORS, "of a selector")


SELECTORS: Final[dict[str, Callable[[Any], str]]] = {
    "column_tag": lambda tag: f"tagged {name(tag)}",
    "column_regex": lambda pattern: f"whose name matches {pattern_text(pattern)}",
    "any_tag": fixed("with any tag"),
    "no_tags": fixed("without tags"),
    "all_columns": fixed(ALL),
}


def masking_text(masking_config: Any) -> str:
    """A masking function as it stands after `Mask with`: `hashing`, `the constant "REDACTED"`.

    Parameters: `masking_config`, the attribute of that name, of a global or a local policy; or UNKNOWN. Follows the
    V2 API, POST /api/v2/policy.
    """
    return variant(masking_config, FUNCTIONS, "a function")


def _anonymized(it: Any) -> str:
    forms = {"k_level": "k = {}", "re_id_probability": "re-identification at most {}% probable"}
    return f"k-anonymization ({joined(_members(it, forms) or ['by fingerprint'], 'and')})"


def _members(it: Any, forms: Mapping[str, str]) -> list[str]:
    if it is UNKNOWN:
        return [PENDING]
    return [form.format(anything(it[key])) for key, form in forms.items() if it.get(key) is not None]


def _randomized(it: Any) -> str:
    if it is UNKNOWN:
        return f"random values {PENDING}"
    clipped = flag(it.get("clip"), ", kept within the range")
    forms = {
        "replacement_rate_percent": "random categories ({}% of the values)",
        "stddev": f"random noise (standard deviation {{}}{clipped})",
    }
    return joined(_members(it, forms) or [f"random values{clipped}"], "and")


def _replaced(it: Any) -> str:
    if it is UNKNOWN:
        return f"a regular expression {PENDING}"
    every = it.get("global_match")
    which = f"every or the first, {PENDING}," if every is UNKNOWN else "every" if every else "the first"
    return f"a regular expression ({which} match of {pattern_text(it)} becomes {anything(it.get('replacement'))})"


def _rounded(it: Any) -> str:
    if it is UNKNOWN:
        return f"rounding {PENDING}"
    precision = it.get("time_precision")
    found = [f"to the {UNITS[precision]}"] if precision in UNITS else _members(it, {"time_precision": "to the unit {}"})
    found += _members(it, {"bucket_size": "to multiples of {}"})
    return f"rounding {joined(found or ['by fingerprint'], 'and')}"


FUNCTIONS: Final[dict[str, Callable[[Any], str]]] = {
    "hash": fixed("hashing"),
    "nullify": fixed("null"),
    "constant": lambda text: f"the constant {anything(text)}",
    "format_preserving": fixed("format-preserving masking"),
    "k_anonymization": _anonymized,
    "randomized_response": _randomized,
    "regular_expression": _replaced,
    "reversible": fixed("reversible masking"),
    "grouping": _rounded,
    "custom_function": lambda sql: f"the SQL function {anything(sql)}",
}
