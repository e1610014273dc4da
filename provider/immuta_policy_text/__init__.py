"""Policies as English sentences: for the plan, for pull requests, and for people who read exports.

Everything here takes the attributes of `immuta_data_policy`, `immuta_subscription_policy` and
`immuta_data_source_policies` as plain Python, as they stand in `terraform show -json`: objects are mappings, lists and
sets any collection, what is absent, null or empty means the same. A value that is known after apply is `UNKNOWN`.

Two policies that differ in what they do have different texts, and the same policy always has the same text, byte for
byte. So names are quoted wherever they could be taken for words of a sentence.
"""

from immuta_policy_text.circumstances import circumstances_text
from immuta_policy_text.masking import columns_text, masking_text
from immuta_policy_text.policy import policy_text
from immuta_policy_text.rules import rule_text
from immuta_policy_text.users import users_text
from immuta_policy_text.words import UNKNOWN

__all__ = [
    "UNKNOWN",
    "circumstances_text",
    "columns_text",
    "masking_text",
    "policy_text",
    "rule_text",
    "users_text",
]
