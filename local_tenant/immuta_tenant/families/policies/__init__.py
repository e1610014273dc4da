"""Policies: global ones by key and id, local ones of a data source, and where the global ones apply.

V2 API, POST /api/v2/policy; V1 API, /policy.
"""

from __future__ import annotations

from immuta_tenant.families.policies.routes import ENDPOINTS
from immuta_tenant.families.policies.state import add_samples, seed

__all__ = ["ENDPOINTS", "add_samples", "seed"]
