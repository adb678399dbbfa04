"""What cannot be true of a document."""

import re

from app.documents.domain.document import DocumentBody
from app.errors import FieldError
from app.values.dates import DateTextError, PartialDate

_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, and what it extends
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
"""Shape of a language tag. Source: RFC 5646, section 2.1, without the grandfathered tags."""

_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


def check_document(body: DocumentBody) -> list[FieldError]:
    """Return what is unsound in what the caller says of a document."""
    found: list[FieldError] = []
    dates = (("/dated", body.dated), ("/facts/printed_birth_date", body.facts.printed_birth_date))
    for pointer, text in dates:
        if text is not None:
            try:
                PartialDate.parse(text)
            except DateTextError as error:
                found.append(FieldError(pointer, error.detail, error.fix))
    if body.language is not None and not _LANGUAGE.fullmatch(body.language):
        fix = "Use a tag such as en, de-AT or zh-Hans (BCP 47)."
        found.append(FieldError("/language", "This is not a language tag.", fix))
    if body.translation_of is not None and not _ID.fullmatch(body.translation_of):
        fix = "Use the id that the original got when it was sent."
        found.append(FieldError("/translation_of", "This is not a document's id.", fix))
    if body.facts.readable and body.facts.unreadable_reason is not None:
        detail = "A document that can be read has no reason why it cannot be."
        found.append(
            FieldError(
                "/facts/unreadable_reason", detail, "Set `readable` to false, or leave the reason out."
            )
        )
    return found
