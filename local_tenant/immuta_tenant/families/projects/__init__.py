"""Projects: their attributes, purposes, tags, members and data sources (V2 API, /api/v2/project; V1 API, /project)."""

from __future__ import annotations

from immuta_tenant.families.projects.routes import ENDPOINTS
from immuta_tenant.families.projects.state import add_samples, seed

__all__ = ["ENDPOINTS", "add_samples", "seed"]
