"""What can be told of a payload that is not taken."""

from app.errors import ConflictError, InvalidError, TooLargeError, UnavailableError, UnsupportedMediaError


class NotImportableError(UnsupportedMediaError):
    """The payload is of no format that is read into records."""

    slug = "not-importable"
    title = "This is of no format that is imported"


class PayloadTooLargeError(TooLargeError):
    """The payload is larger than one import may be."""

    slug = "payload-too-large"
    title = "The payload is too large"


class EmptyPayloadError(InvalidError):
    """There is nothing in the payload."""

    slug = "empty-payload"
    title = "The payload is empty"


class PatientMismatchError(ConflictError):
    """The payload's patient contradicts that of the case; nothing was stored."""

    slug = "patient-mismatch"
    title = "The payload is of another patient"


class AmbiguousPatientError(ConflictError):
    """More than one case fits the payload's patient; nothing was stored."""

    slug = "ambiguous-patient"
    title = "More than one case fits the patient"


class UnidentifiedPatientError(InvalidError):
    """The payload names no patient by an identifier, so that no case can be found or opened for it."""

    slug = "unidentified-patient"
    title = "The payload does not identify its patient"


class NotAtomicError(InvalidError):
    """Something in the payload cannot be used, and all or nothing was asked for."""

    slug = "import-rejected"
    title = "Some of the payload cannot be used, so that nothing was stored"


class CaseChangedError(UnavailableError):
    """Whose case it is changed while the payload was being stored."""

    slug = "case-changed-meanwhile"
    title = "The cases changed while the payload was being stored"
