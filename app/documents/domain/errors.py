"""What can be told of a document that cannot be given, stored, moved or removed."""

from collections.abc import Sequence

from app.errors import (
    ConflictError,
    FieldError,
    InvalidError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
    UnsatisfiableRangeError,
    UnsupportedMediaError,
)


class DocumentNotFoundError(NotFoundError):
    """The case has no such document."""

    slug = "document-not-found"
    title = "There is no such document"


class ContentMissingError(UnavailableError):
    """The document is known, but its bytes are not where they should be."""

    slug = "content-missing"
    title = "The document's bytes are not in the store"


class RangeError(UnsatisfiableRangeError):
    """The range asked for begins after the document's end."""

    slug = "range-not-satisfiable"
    title = "The document is shorter than that"


class UnknownOriginalError(InvalidError):
    """A translation names an original that the case does not have."""

    slug = "unknown-original"
    title = "The case has no such original"

    def __init__(self) -> None:
        detail = "`translation_of` must be another document of the same case."
        fix = "Send the original first and use its id, or leave the field out."
        super().__init__(detail, errors=[FieldError("/translation_of", detail, fix)])


class RestedOnError(ConflictError):
    """Records rest on the document."""

    slug = "document-rested-on"
    title = "Records rest on this document"

    def __init__(self, detail: str, records: Sequence[str]) -> None:
        super().__init__(detail, members={"records": tuple(records)})


class TranslatedError(ConflictError):
    """Other documents of the case are translations of this one."""

    slug = "document-translated"
    title = "Other documents are translations of this one"

    def __init__(self, translations: Sequence[str]) -> None:
        super().__init__(
            "Amend, move or remove the translations first.", members={"documents": tuple(translations)}
        )


class SameCaseError(ConflictError):
    """The document is in that case already."""

    slug = "already-in-case"
    title = "The document is in this case already"


class DuplicateError(ConflictError):
    """The other case has a document of the very same bytes."""

    slug = "document-duplicate"
    title = "The other case has this very document"

    def __init__(self, document_id: str) -> None:
        super().__init__(
            "The case that you move it to has a document of the same bytes; remove one of the two.",
            members={"document_id": document_id},
        )


class NotMultipartError(UnsupportedMediaError):
    """The upload is not a form."""

    slug = "not-multipart"
    title = "Files are sent as multipart/form-data"


class MalformedFormError(InvalidError):
    """The form cannot be read."""

    slug = "malformed-form"
    title = "The form cannot be read"


class FormFieldError(InvalidError):
    """A field of the form says something that cannot be."""

    slug = "invalid-request"
    title = "The request says something that cannot be"


class NoFilesError(InvalidError):
    """The form holds no file."""

    slug = "no-files"
    title = "The form holds no file"


class UploadTooLargeError(TooLargeError):
    """Too much is sent that cannot be stored."""

    slug = "upload-too-large"
    title = "The upload is too large"


class NothingStoredError(InvalidError):
    """None of several files could be stored."""

    slug = "nothing-stored"
    title = "None of the files could be stored"


class FileTooLargeError(TooLargeError):
    """A file is larger than the service takes."""

    slug = "file-too-large"
    title = "The file is too large"


class EmptyFileError(InvalidError):
    """A file holds nothing."""

    slug = "empty-file"
    title = "The file is empty"


class ProgramError(UnsupportedMediaError):
    """A file is a program."""

    slug = "program"
    title = "Programs are not taken"


class FileTypeError(UnsupportedMediaError):
    """A file is of a kind that is not taken."""

    slug = "unsupported-type"
    title = "This kind of file is not taken"
