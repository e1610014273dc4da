"""Identity.

API keys, bearer tokens, the current user and the list of identity managers (V1 API, Authenticate with the API and
Manage IAMs).
"""

from __future__ import annotations

from immuta_tenant.families.iam.routes import ENDPOINTS
from immuta_tenant.families.iam.state import seed

__all__ = ["ENDPOINTS", "seed"]
