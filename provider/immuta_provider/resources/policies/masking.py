"""What a masking rule does: to which columns, with which function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.equality import false_is_null
from immuta_provider.resources.policies.circumstances import TAG, AnyTag, ColumnRegex, NoTags, pattern
from immuta_provider.resources.policies.forms import Undocumented, members, number, only_given, optional_text, text
from terraform_plugin import Model, attribute
from terraform_plugin.validators import at_most_one_of, between, exactly_one_of, length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terraform_plugin.schema import Block

NOTHING: Final[frozenset[str]] = frozenset()
TIME_PRECISIONS: Final = ("MIN", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")


class AllColumns(Model):
    """Every column. It has no members: `{}`."""


SELECTORS: Final = ("column_tag", "column_regex", "any_tag", "no_tags", "all_columns")


class ColumnSelector(Model, validators=[exactly_one_of(*SELECTORS)]):
    """Which columns: exactly one of the members."""

    column_tag: str | None = attribute(validators=[length(1)], description="Columns with this tag, by its whole name.")
    column_regex: ColumnRegex | None = attribute(description="Columns whose name matches.")
    any_tag: AnyTag | None = attribute(description="Columns with any tag: `{}`.")
    no_tags: NoTags | None = attribute(description="Columns without tags: `{}`.")
    all_columns: AllColumns | None = attribute(description="All columns: `{}`.")


class Hash(Model):
    """Hashing. It has no members: `{}`."""


class Nullify(Model):
    """Null instead of the value. It has no members: `{}`."""


class FormatPreserving(Model):
    """Masking that keeps the format. It has no members: `{}`."""


class Reversible(Model):
    """Masking that can be undone for those who may. It has no members: `{}`."""


class KAnonymization(Model, validators=[at_most_one_of("k_level", "re_id_probability")]):
    """K-anonymization: by the column's fingerprint where it has no member."""

    k_level: int | None = attribute(validators=[between(2, 1e9)], description="How many people are alike at least.")
    re_id_probability: float | None = attribute(
        validators=[between(0, 100)], description="The greatest probability of re-identification, in percent."
    )


def _clip_belongs_to_stddev(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    if values.get("clip") is not None and values.get("stddev") is None:
        yield "clip", "it belongs to stddev"


class RandomizedResponse(
    Model, validators=[exactly_one_of("replacement_rate_percent", "stddev"), _clip_belongs_to_stddev]
):
    """Random values for some: of categories by a rate, of numbers by a standard deviation."""

    replacement_rate_percent: float | None = attribute(
        validators=[between(0, 100)], description="For categories: the share that is replaced, in percent."
    )
    stddev: float | None = attribute(description="For numbers: the standard deviation of the noise.")
    clip: bool | None = attribute(same=false_is_null, description="For numbers: keep within the column's range.")


class RegularExpression(Model):
    """What matches a pattern is replaced."""

    regex: str = attribute(required=True, validators=[length(1)], description="The pattern.")
    replacement: str = attribute(required=True, description="What stands instead; `$1` is the first group.")
    case_insensitive: bool | None = attribute(
        same=false_is_null, description="Whether upper and lower case are the same. Default: false."
    )
    global_match: bool | None = attribute(
        same=false_is_null,
        description="Replace every match and not only the first (API name: `global`). Default: false.",
    )


class Grouping(Model, validators=[at_most_one_of("time_precision", "bucket_size")]):
    """Values in groups: of dates, of numbers, or by the column's fingerprint where it has no member."""

    time_precision: str | None = attribute(one_of=TIME_PRECISIONS, description="For dates: how coarse.")
    bucket_size: float | None = attribute(description="For numbers: the size of a group.")


FUNCTIONS: Final = (
    "hash",
    "nullify",
    "constant",
    "format_preserving",
    "k_anonymization",
    "randomized_response",
    "regular_expression",
    "reversible",
    "grouping",
    "custom_function",
)


class MaskingConfig(Model, validators=[exactly_one_of(*FUNCTIONS)]):
    """The masking function: exactly one of the members."""

    hash: Hash | None = attribute(description="Hashing: `{}`.")
    nullify: Nullify | None = attribute(description="Null instead of the value (API name: `Null`): `{}`.")
    constant: str | None = attribute(description="This text instead of the value.")
    format_preserving: FormatPreserving | None = attribute(
        description="Masking that keeps the format (API name: `Format Preserving Masking`): `{}`."
    )
    k_anonymization: KAnonymization | None = attribute(
        description="K-anonymization. Immuta must have it activated; `{}` takes the column's fingerprint."
    )
    randomized_response: RandomizedResponse | None = attribute(description="Random values for some.")
    regular_expression: RegularExpression | None = attribute(description="What matches a pattern is replaced.")
    reversible: Reversible | None = attribute(description="Masking that can be undone for those who may: `{}`.")
    grouping: Grouping | None = attribute(description="Values in groups; `{}` takes the column's fingerprint.")
    custom_function: str | None = attribute(
        validators=[length(1)], description="An SQL expression in which `@column` stands for the value."
    )


class Masking(Model):
    """Masks columns."""

    fields: set[ColumnSelector] = attribute(required=True, validators=[length(1)], description="Which columns.")
    masking_config: MaskingConfig = attribute(required=True, description="The masking function.")
    conditional_predicate: str | None = attribute(
        validators=[length(1)],
        description="Mask only the rows for which this holds, such as `@columnTagged('Discovered.Country') = 'AT'`.",
    )


def body(rule: Masking) -> dict[str, Any]:
    """The configuration of the rule as V2 takes it."""
    return only_given(
        {
            "fields": sorted(map(_field, rule.fields), key=str),
            "maskingConfig": _function(rule.masking_config),
            "conditionalPredicate": rule.conditional_predicate,
        }
    )


def _field(selector: ColumnSelector) -> dict[str, Any]:
    if selector.column_tag is not None:
        return {"type": "columnTags", "columnTag": selector.column_tag}
    if selector.column_regex is not None:
        return {"type": "columnRegex", **pattern(selector.column_regex)}
    return {"type": "anyTag" if selector.any_tag else "noTags" if selector.no_tags else "allColumns"}


def _function(it: MaskingConfig) -> dict[str, Any]:
    if it.constant is not None:
        return {"type": "Constant", "constant": it.constant}
    if it.custom_function is not None:
        return {"type": "Custom Function", "sqlFunction": it.custom_function}
    if it.k_anonymization is not None:
        anonymized = it.k_anonymization
        return {
            "type": "K-Anonymization",
            **only_given({"kLevel": anonymized.k_level, "reIdProbability": anonymized.re_id_probability}),
        }
    if it.randomized_response is not None:
        return {"type": "Randomized Response", **_randomized(it.randomized_response)}
    if it.regular_expression is not None:
        return {"type": "Regular Expression", **_expression(it.regular_expression)}
    if it.grouping is not None:
        sizes = {"timePrecision": it.grouping.time_precision, "bucketSize": it.grouping.bucket_size}
        return {"type": "Grouping", **only_given(sizes)}
    plain = {"Hash": it.hash, "Null": it.nullify, "Reversible": it.reversible}
    return {"type": next((name for name, given in plain.items() if given), "Format Preserving Masking")}


def _randomized(it: RandomizedResponse) -> dict[str, Any]:
    if it.stddev is not None:
        return {"stddev": it.stddev, "clip": bool(it.clip)}
    return {"replacementRatePercent": it.replacement_rate_percent}


def _expression(it: RegularExpression) -> dict[str, Any]:
    flags = {"caseInsensitive": it.case_insensitive, "global": it.global_match}
    return {"regex": it.regex, "replacement": it.replacement, **only_given(flags)}


def documented(rule: Masking) -> bool:
    """Whether V1's form of the rule is documented in full."""
    function = rule.masking_config
    expression = function.regular_expression
    return (
        rule.conditional_predicate is None
        and all(field.column_tag is not None for field in rule.fields)
        and not (function.format_preserving or function.k_anonymization or function.randomized_response)
        and function.custom_function is None
        and not (expression and (expression.case_insensitive or expression.global_match))
    )


def read(config: Any) -> Masking:
    """V1's configuration of a masking rule. Raises Undocumented."""
    inner = members(config, frozenset({"fields", "maskingConfig"}))
    if not isinstance(inner["fields"], list):
        raise Undocumented
    names = (text(members(each, *TAG)["name"]) for each in inner["fields"])
    return Masking(
        fields=frozenset(ColumnSelector(column_tag=name) for name in names),
        masking_config=read_function(inner["maskingConfig"]),
    )


def read_function(config: Any) -> MaskingConfig:
    """V1's form of a masking function; in its metadata, null and absent differ. Raises Undocumented."""
    inner = members(config, frozenset({"type"}), frozenset({"metadata"}))
    found = inner.get("metadata")
    if not isinstance(found, dict):
        raise Undocumented
    metadata = {name: value for name, value in found.items() if name != "global"}  # says that the policy is global
    match inner["type"]:
        case "Consistent Value":
            return _consistent(members(metadata, optional=frozenset({"constant"})))
        case "Regular Expression":
            flag = frozenset({"caseInsensitive"})
            parts = members(metadata, frozenset({"regex", "replacement"}), flag)
            return MaskingConfig(
                regular_expression=RegularExpression(
                    regex=text(parts["regex"]),
                    replacement=text(parts["replacement"]),
                    case_insensitive=bool(parts.get("caseInsensitive")) or None,
                )
            )
        case "Grouping":
            parts = members(metadata, optional=frozenset({"timePrecision", "bucketSize"}))
            return MaskingConfig(
                grouping=Grouping(
                    time_precision=optional_text(parts.get("timePrecision")),
                    bucket_size=number(parts.get("bucketSize")),
                )
            )
        case "Reversible" if not metadata:
            return MaskingConfig(reversible=Reversible())
    raise Undocumented


def _consistent(metadata: dict[str, Any]) -> MaskingConfig:
    if "constant" not in metadata:
        return MaskingConfig(hash=Hash())
    if metadata["constant"] is None:
        return MaskingConfig(nullify=Nullify())
    return MaskingConfig(constant=text(metadata["constant"]))
