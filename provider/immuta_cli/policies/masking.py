"""Masking rules of V2: which columns, with which function."""

from __future__ import annotations

from typing import Any, Final

from immuta_cli.policies.reading import Node, Variants, given, nothing


def masking(config: Node) -> dict[str, Any]:
    """The configuration of a masking rule."""
    config.object("fields", "maskingConfig", "conditionalPredicate")
    return given(
        fields=config.member("fields").each(column),
        masking_config=function(config.member("maskingConfig")),
        conditional_predicate=config.member("conditionalPredicate").optional_text(),
    )


def column(field: Node) -> dict[str, Any] | None:
    """A column selector."""
    return field.variant(SELECTORS, "column selector")


def tagged(node: Node) -> dict[str, Any]:
    """With a tag on a column."""
    return {"column_tag": node.member("columnTag").text()}


def named(node: Node) -> dict[str, Any]:
    """With a column of a certain name."""
    pattern = given(regex=node.member("regex").text(), case_insensitive=node.member("caseInsensitive").flag())
    return {"column_regex": pattern}


SELECTORS: Final[Variants] = {
    "columnTags": (("columnTag",), tagged),
    "columnRegex": (("regex", "caseInsensitive"), named),
    "anyTag": nothing("any_tag"),
    "noTags": nothing("no_tags"),
    "allColumns": nothing("all_columns"),
}


def _constant(node: Node) -> dict[str, Any]:
    return {"constant": node.member("constant").text()}


def _k_anonymization(node: Node) -> dict[str, Any]:
    level, probability = node.member("kLevel").number(), node.member("reIdProbability").number()
    return {"k_anonymization": given(k_level=level, re_id_probability=probability)}


def _randomized(node: Node) -> dict[str, Any]:
    return {
        "randomized_response": given(
            replacement_rate_percent=node.member("replacementRatePercent").number(),
            stddev=node.member("stddev").number(),
            clip=node.member("clip").flag(),
        )
    }


def _expression(node: Node) -> dict[str, Any]:
    return {
        "regular_expression": given(
            regex=node.member("regex").text(),
            replacement=node.member("replacement").text(),
            case_insensitive=node.member("caseInsensitive").flag(),
            global_match=node.member("global").flag(),
        )
    }


def _grouping(node: Node) -> dict[str, Any]:
    precision, size = node.member("timePrecision").optional_text(), node.member("bucketSize").number()
    return {"grouping": given(time_precision=precision.upper() if precision else None, bucket_size=size)}


def _custom(node: Node) -> dict[str, Any]:
    return {"custom_function": node.member("sqlFunction").text()}


FUNCTIONS: Final[Variants] = {
    "Hash": nothing("hash"),
    "Null": nothing("nullify"),
    "Constant": (("constant",), _constant),
    "Format Preserving Masking": nothing("format_preserving"),
    "K-Anonymization": (("kLevel", "reIdProbability"), _k_anonymization),
    "Randomized Response": (("replacementRatePercent", "stddev", "clip"), _randomized),
    "Regular Expression": (("regex", "replacement", "caseInsensitive", "global"), _expression),
    "Reversible": nothing("reversible"),
    "Grouping": (("timePrecision", "bucketSize"), _grouping),
    "Custom Function": (("sqlFunction",), _custom),
}


def function(config: Node) -> dict[str, Any] | None:
    """A masking function. `Null` without quotes, which YAML takes for null, is the function of that name."""
    kind = config.member("type")
    if isinstance(kind.value, str) and not kind.given:
        config = Node({**config.value, "type": "Null"}, config.findings, config.steps)
    return config.variant(FUNCTIONS, "masking function")
