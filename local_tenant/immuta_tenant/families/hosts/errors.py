"""The refusals of what hosts share with connections, in the form that this API has for them."""

from __future__ import annotations

from immuta_tenant.errors import ApiError


def plain(refusal: ApiError) -> ApiError:
    """Return a refusal in the common envelope."""
    return ApiError(refusal.status, refusal.message)
