"""Purposes: the hierarchy of dotted names (V2 API, POST /api/v2/purpose; V1 API, /governance/purpose)."""

from __future__ import annotations

from immuta_tenant.families.purposes.routes import ENDPOINTS
from immuta_tenant.families.purposes.state import add_samples, seed

__all__ = ["ENDPOINTS", "add_samples", "seed"]
