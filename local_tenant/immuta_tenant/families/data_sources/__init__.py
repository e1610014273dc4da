"""Data sources, as far as projects and purposes need them.

Seeded names, and the search by purposes (V1 API, GET /dataSource/byPurposes).
"""

from __future__ import annotations

from immuta_tenant.families.data_sources.routes import ENDPOINTS
from immuta_tenant.families.data_sources.state import seed

__all__ = ["ENDPOINTS", "seed"]
