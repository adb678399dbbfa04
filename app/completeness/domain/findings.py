"""The closed set of findings beside the statuses; docs/checklists.md says what each means to a reader."""

from typing import Final

UNREADABLE: Final = "unreadable"
LOCKED: Final = "password_protected"
LANGUAGE: Final = "language"
IDENTITY: Final = "identity"
CERTIFIED_TRANSLATION_WANTED: Final = "certified_translation_wanted"
IDENTITY_NOT_AS_ON_DOCUMENT: Final = "identity_not_as_on_document"
IDENTITY_UNCHECKED: Final = "identity_unchecked"
LOWERING: Final = frozenset(
    {
        UNREADABLE,
        LANGUAGE,
        IDENTITY,
        CERTIFIED_TRANSLATION_WANTED,
        IDENTITY_NOT_AS_ON_DOCUMENT,
        IDENTITY_UNCHECKED,
    }
)
"""Findings that make an item partial; the last three are raised only where a destination asks for it.

Source: clinical.md section 1.2, Status and `admin`.
"""

CONTENT_NOT_READ: Final = "content_not_read"
NOT_READ: Final = "not_read"
PAGES_MISSING: Final = "pages_missing"
TRANSLATION_UNCERTIFIED: Final = "translation_uncertified"

UNDATED: Final = "undated"
AGE_UNCERTAIN: Final = "age_uncertain"
NOT_DONE: Final = "not_done"
STATED_NONE: Final = "stated_none"
NOTHING_FOUND: Final = "done_nothing_found"
NO_PRE_TREATMENT_VALUE: Final = "no_pre_treatment_value"
DECOY_CODE: Final = "decoy_code"

SINGLE_STUDY: Final = "single_study"
OTHER_REGION: Final = "other_region"
ORDER_UNCERTAIN: Final = "order_uncertain"
OTHER_STUDY: Final = "other_study"
MATCH_UNKNOWN: Final = "match_unknown"
TOO_FEW_STUDIES: Final = "too_few_studies"
FILE_TYPE: Final = "file_type"
IMAGES_WITHOUT_REPORT: Final = "images_without_report"
STUDY_DATE_DIFFERS: Final = "study_date_differs"

WAIVER_EXPIRED: Final = "waiver_expired"
UNCONFIRMED: Final = "unconfirmed"

FINDINGS: Final = LOWERING | {
    CONTENT_NOT_READ,
    NOT_READ,
    PAGES_MISSING,
    TRANSLATION_UNCERTIFIED,
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
    TOO_FEW_STUDIES,
    FILE_TYPE,
    IMAGES_WITHOUT_REPORT,
    STUDY_DATE_DIFFERS,
    NOTHING_FOUND,
    NO_PRE_TREATMENT_VALUE,
    LOCKED,
    WAIVER_EXPIRED,
    UNCONFIRMED,
}
"""All of them; the flags of a checklist add their own."""
