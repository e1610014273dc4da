"""Tags: the curated hierarchy, and tags on projects and data sources (V1 API, /tag)."""

from __future__ import annotations

from immuta_tenant.families.tags.routes import ENDPOINTS
from immuta_tenant.families.tags.state import seed

__all__ = ["ENDPOINTS", "seed"]
