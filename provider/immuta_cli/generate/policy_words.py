"""Every word of `immuta_constructs.policies` in use: what `docs/policies.md` shows and the tests run.

The page shows the source text of each element beside its sentence and its payload. An element is a word, or what is
unpacked into a construct's arguments.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from immuta_constructs.policies import (
    all_columns,
    all_of,
    any_of,
    any_purpose,
    anyone,
    approved_by,
    attribute_matches,
    by_hand,
    certification,
    columns,
    columns_named,
    columns_tagged,
    constant,
    created,
    custom_function,
    entitled,
    expression,
    for_purpose,
    format_preserving,
    group_matches,
    has_attribute,
    hashing,
    in_domains,
    in_group,
    k_anonymity,
    mask,
    named,
    newer_than,
    null,
    older_than,
    on_server,
    owned_by,
    purpose_matches,
    random_category,
    random_noise,
    replacing,
    require_purpose,
    reversible,
    rounding,
    show_percent,
    show_rows,
    show_rows_where,
    tagged,
    value_in,
    value_not_in,
    where,
    with_any_tag,
    without_tags,
)

pii = columns_tagged("Discovered.PII")

WHERE: Final[tuple[Any, ...]] = (
    where(tagged("Finance")),
    where(columns_tagged("Discovered.PII")),
    where(columns_named("^claim_(id|no)$", ignore_case=True)),
    where(with_any_tag()),
    where(without_tags()),
    where(created(datetime(2026, 1, 1, tzinfo=UTC))),
    where(created("2026-01-01T00:00:00Z", "2026-12-31T23:59:59Z")),
    where(on_server("reader@dwh.example.com:5432/sales")),
    where(in_domains("Sales", "Finance")),
    where(in_domains(ids=["2"])),
    where(tagged("Finance") | columns_tagged("Discovered.PII")),
    where(tagged("Finance") & columns_tagged("Discovered.PII")),
    where(any_of(tagged("Finance"), tagged("Sales"), tagged("Claims"))),
)
COLUMNS: Final[tuple[Any, ...]] = (
    columns_tagged("Discovered.PII"),
    columns_named("post_?code", ignore_case=True),
    with_any_tag(),
    without_tags(),
    all_columns(),
)
MASKING: Final[tuple[Any, ...]] = (
    hashing(),
    null(),
    constant("REDACTED"),
    format_preserving(),
    reversible(),
    k_anonymity(),
    k_anonymity(k=7),
    k_anonymity(re_identification=20),
    random_category(12),
    random_noise(3),
    random_noise(3, clip=True),
    replacing(r"(\d{2})\d+", "$1xx"),
    replacing("[a-z]", "x", ignore_case=True, every=True),
    rounding("MONTH"),
    rounding(1000),
    rounding(),
    custom_function("upper(@column)"),
)
USERS: Final[tuple[Any, ...]] = (
    in_group("Privacy"),
    has_attribute("Clearance", "High"),
    for_purpose("Fraud Investigation"),
    in_group("Privacy") | has_attribute("Clearance", "High"),
    in_group("Privacy") & has_attribute("Clearance", "High"),
    all_of(in_group("Privacy"), in_group("Legal"), for_purpose("Audit")),
)
ACTIONS: Final[tuple[Any, ...]] = (
    mask(pii, using=hashing()),
    mask(pii, columns_tagged("Finance.Revenue"), using=null()),
    mask(pii, using=constant("REDACTED"), where="@columnTagged('Discovered.Country') = 'AT'"),
    show_rows_where("@columnTagged('Discovered.Country') in ('AT', 'CH')"),
    show_rows_where(group_matches(columns_tagged("Org.Department"))),
    show_rows_where(attribute_matches("Country", columns_tagged("Discovered.Country"))),
    show_rows_where(group_matches(columns_tagged("Org.Team")) | attribute_matches("Team", columns_tagged("Org.Team"))),
    show_rows_where(value_in(columns_tagged("Org.Region"), "EU", "CH")),
    show_rows_where(value_not_in(columns_tagged("Org.Region"), "US")),
    show_rows(newer_than(days=30)),
    show_rows(older_than(timedelta(weeks=52))),
    show_percent(15),
    require_purpose("Fraud Investigation"),
    require_purpose(any_purpose()),
    require_purpose(for_purpose("Fraud Investigation") | for_purpose("Audit")),
    require_purpose(for_purpose("Fraud Investigation") & for_purpose("Audit")),
)
CHAINS: Final[tuple[Any, ...]] = (
    mask(pii, using=hashing()).unless(in_group("Privacy") | has_attribute("Clearance", "High")),
    show_rows_where("year > 2020").for_only(in_group("Sales")),
    mask(pii, using=null())
    .for_only(in_group("Contractors"))
    .otherwise(mask(pii, using=hashing()).unless(for_purpose("Fraud Investigation")))
    .because("Contractors see nothing."),
    show_rows_where("region = 'EU'")
    .for_only(in_group("Sales EU"))
    .otherwise(show_rows_where("region = 'US'").for_only(in_group("Sales US")))
    .otherwise(show_rows_where("1=1")),
)
SUBSCRIPTIONS: Final[tuple[Any, ...]] = (
    anyone(),
    anyone(automatically=True),
    approved_by("OWNER"),
    approved_by("OWNER", named("GOVERNANCE")),
    entitled(in_group("Analysts") | has_attribute("Clearance", "High")),
    entitled(in_group("Analysts") & has_attribute("Training", "Privacy"), automatically=True, discoverable=True),
    entitled(expression("@isInGroups('Lab') AND @hasAttribute('Training', 'GCP')")),
    by_hand(),
)
REST: Final[tuple[Any, ...]] = (
    owned_by(users=[("bim", "jane@example.com")], groups=["Stewards"]),
    certification("Checked", "All columns carry the right tag.", tags=["Discovered.PII"]),
)
LOCAL: Final[tuple[Any, ...]] = (
    mask(columns("iban", "bic"), using=constant("REDACTED")).unless(in_group("Accounting")),
    show_rows_where(group_matches(columns("region"))),
    show_rows_where(attribute_matches("Country", columns("country")) & purpose_matches(columns("reason"))),
    require_purpose("Audit").because("Records of processing."),
)
