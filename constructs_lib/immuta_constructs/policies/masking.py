"""How columns are masked: `using=hashing()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from immuta_constructs.policies.checks import flags, is_known, number, text
from immuta_constructs.policies.words import Word, described, keywords, problem

if TYPE_CHECKING:
    from immuta_constructs.engine import cdk

__all__ = [
    "LocalMaskingFunction",
    "MaskingFunction",
    "constant",
    "custom_function",
    "format_preserving",
    "hashing",
    "k_anonymity",
    "null",
    "random_category",
    "random_noise",
    "replacing",
    "reversible",
    "rounding",
]

TIME_PRECISIONS: Final = ("MIN", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")


class MaskingFunction(Word):
    """A masking function of global policies."""

    MEANING: ClassVar[str] = "a masking function of global policies"
    PLACES: ClassVar[tuple[str, ...]] = ("PolicyMaskingConfig",)


class LocalMaskingFunction(MaskingFunction):
    """A masking function that the policies of one data source know, too."""

    MEANING: ClassVar[str] = "a masking function"
    PLACES: ClassVar[tuple[str, ...]] = ("MaskingConfig",)


def hashing() -> LocalMaskingFunction:
    """A hash instead of the value: equal values stay equal."""
    return LocalMaskingFunction("hashing()", {"hash": {}})


def null() -> LocalMaskingFunction:
    """Null instead of the value."""
    return LocalMaskingFunction("null()", {"nullify": {}})


def constant(value: str) -> LocalMaskingFunction:
    """A text instead of the value.

    Args:
        value: the text, such as "REDACTED".
    """
    found = text(value, "constant()", "the text that stands instead of the value", empty=True)
    return LocalMaskingFunction(f"constant({value!r})", {"constant": found})


def format_preserving() -> MaskingFunction:
    """Masking that keeps the format of the value."""
    return MaskingFunction("format_preserving()", {"format_preserving": {}})


def reversible() -> LocalMaskingFunction:
    """Masking that can be undone for those who may."""
    return LocalMaskingFunction("reversible()", {"reversible": {}})


def k_anonymity(*, k: int | None = None, re_identification: float | None = None) -> MaskingFunction:
    """K-anonymization, by the column's fingerprint unless one of the arguments is given. Immuta must have it activated.

    Args:
        k: how many people are alike at least, 2 or more.
        re_identification: the greatest probability of re-identification, in percent.
    """
    where = "k_anonymity()"
    if k is not None and re_identification is not None:
        raise problem(where, "takes k or re_identification, not both.")
    if k is not None:
        level = number(k, where, "k", least=2, most=1e9, whole=True)
        return MaskingFunction(f"k_anonymity(k={k})", {"k_anonymization": {"k_level": level}})
    if re_identification is not None:
        percent = number(re_identification, where, "re_identification in percent", least=0, most=100)
        said = f"k_anonymity(re_identification={re_identification})"
        return MaskingFunction(said, {"k_anonymization": {"re_id_probability": percent}})
    return MaskingFunction("k_anonymity()", {"k_anonymization": {}})


def random_category(percent: float) -> MaskingFunction:
    """Another value of the column for some of the rows; for categories.

    Args:
        percent: the share that is replaced, in percent.
    """
    share = number(percent, "random_category()", "the share that is replaced, in percent", least=0, most=100)
    return MaskingFunction(f"random_category({percent})", {"randomized_response": {"replacement_rate_percent": share}})


def random_noise(stddev: float, *, clip: bool | cdk.IResolvable = False) -> MaskingFunction:
    """Random noise; for numbers.

    Args:
        stddev: the standard deviation of the noise.
        clip: whether to keep within the column's range. Default: False.
    """
    noise = {"stddev": number(stddev, "random_noise()", "the standard deviation")}
    given = flags("random_noise()", clip=clip)
    return MaskingFunction(f"random_noise({stddev}{keywords(given)})", {"randomized_response": noise | given})


def replacing(
    regex: str, by: str, *, ignore_case: bool | cdk.IResolvable = False, every: bool | cdk.IResolvable = False
) -> LocalMaskingFunction:
    """What matches a pattern is replaced.

    Args:
        regex: the pattern.
        by: what stands instead; `$1` is the first group.
        ignore_case: whether upper and lower case are the same. Default: False.
        every: whether every match is replaced and not only the first. Default: False.
    """
    given = flags("replacing()", ignore_case=ignore_case, every=every)
    expression = {
        "regex": text(regex, "replacing()", "a pattern"),
        "replacement": text(by, "replacing()", "what stands instead", empty=True),
        "case_insensitive": given.get("ignore_case"),
        "global_match": given.get("every"),
    }
    return LocalMaskingFunction(f"replacing({regex!r}, {by!r}{keywords(given)})", {"regular_expression": expression})


def rounding(
    to: float | Literal["MIN", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] | None = None,
) -> LocalMaskingFunction:
    """Values in groups, by the column's fingerprint unless the argument is given.

    Args:
        to: for dates the precision, such as "MONTH"; for numbers the size of a group.
    """
    if to is None:
        return LocalMaskingFunction("rounding()", {"grouping": {}})
    said = f"rounding({to!r})"
    if not isinstance(to, str):
        return LocalMaskingFunction(
            said, {"grouping": {"bucket_size": number(to, "rounding()", "the size of a group")}}
        )
    if is_known(to) and to not in TIME_PRECISIONS:
        instead = f" Write {to.upper()!r}." if to.upper() in TIME_PRECISIONS else ""
        choices = ", ".join(map(repr, TIME_PRECISIONS))
        raise problem("rounding()", f"{described(to)} is not one of {choices}.{instead}")
    return LocalMaskingFunction(said, {"grouping": {"time_precision": to}})


def custom_function(sql: str) -> MaskingFunction:
    """An SQL expression instead of the value.

    Args:
        sql: the expression, in which `@column` stands for the value, such as "upper(@column)".
    """
    expression = text(sql, "custom_function()", "an SQL expression such as 'upper(@column)'")
    return MaskingFunction(f"custom_function({sql!r})", {"custom_function": expression})
