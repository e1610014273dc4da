"""Handlers of data sources, V1 API."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.families.data_sources.schema import ByPurposesQuery
from immuta_tenant.validation import NoBody


def by_purposes(_call: Call[ByPurposesQuery, NoBody]) -> Json:
    """Return the data sources that a policy restricts to the purposes: none, as long as there are no policies."""
    return []
