"""How the V1 API spells what no document spells: three readings of one stored policy.

A shape changes only those places (conditional masking, inclusions, non-tag selectors, settings of some masking types,
time, minimization, custom where, the column of a row rule, owner restrictions, advanced expressions, domains). What is
documented looks the same under each. Every shape carries all the information, so it can be read back.
"""

from __future__ import annotations

from immuta_tenant.families.policies.shapes.policy import read, read_action, show, show_action

__all__ = ["read", "read_action", "show", "show_action"]
