"""The closed set of findings beside the statuses; docs/checklists.md says what each means to a reader."""

from typing import Final

UNREADABLE: Final = "unreadable"
LANGUAGE: Final = "language"
IDENTITY: Final = "identity"
LOWERING: Final = frozenset({UNREADABLE, LANGUAGE, IDENTITY})
"""Findings that make an item partial. Source: clinical.md section 1.2, Status."""

CONTENT_NOT_READ: Final = "content_not_read"
NOT_READ: Final = "not_read"
PAGES_MISSING: Final = "pages_missing"

UNDATED: Final = "undated"
AGE_UNCERTAIN: Final = "age_uncertain"
NOT_DONE: Final = "not_done"
STATED_NONE: Final = "stated_none"
DECOY_CODE: Final = "decoy_code"

SINGLE_STUDY: Final = "single_study"
OTHER_REGION: Final = "other_region"
ORDER_UNCERTAIN: Final = "order_uncertain"
OTHER_STUDY: Final = "other_study"
MATCH_UNKNOWN: Final = "match_unknown"

WAIVER_EXPIRED: Final = "waiver_expired"
UNCONFIRMED: Final = "unconfirmed"

FINDINGS: Final = LOWERING | {
    CONTENT_NOT_READ,
    NOT_READ,
    PAGES_MISSING,
    UNDATED,
    AGE_UNCERTAIN,
    NOT_DONE,
    STATED_NONE,
    DECOY_CODE,
    SINGLE_STUDY,
    OTHER_REGION,
    ORDER_UNCERTAIN,
    OTHER_STUDY,
    MATCH_UNKNOWN,
    WAIVER_EXPIRED,
    UNCONFIRMED,
}
"""All of them; the flags of a checklist add their own."""
