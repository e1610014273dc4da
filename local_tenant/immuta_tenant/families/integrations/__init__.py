"""Integrations: the data platforms that Immuta governs, seven kinds of them (Integrations API, /integrations)."""

from __future__ import annotations

from immuta_tenant.families.integrations.routes import CONTROLS, ENDPOINTS
from immuta_tenant.families.integrations.state import count_live, seed

__all__ = ["CONTROLS", "ENDPOINTS", "count_live", "seed"]
