"""What one instance that is to be stored says of itself, before it is stored."""

from typing import Final

from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import Header, is_dicom, read_header
from app.imports.readers.dicom.elements import MalformedError, MoreNeededError
from app.imports.readers.dicom.gather import fault_of_identity
from app.imports.readers.dicom.stow import CANNOT_UNDERSTAND, DOES_NOT_MATCH, Instance

UNREADABLE: Final = Instance(failure=CANNOT_UNDERSTAND)
_ENOUGH: Final = 4 * 1024
"""Bytes by which a DICOM file is known as one."""


def instance_of(head: bytes, *, is_whole: bool, study: str | None) -> Instance | None:
    """Tell what an instance is by its first bytes; None where more are needed.

    `study` is the one that the request is about, None where it takes all.
    """
    try:
        if not is_dicom(head):
            return UNREADABLE if is_whole or len(head) >= _ENOUGH else None
        header = read_header(head, is_whole=is_whole)
    except MoreNeededError:
        return None
    except MalformedError:
        return UNREADABLE
    return Instance(
        sop_class=header.sop_class,
        sop_instance=header.uid(tags.SOP_INSTANCE),
        study=header.uid(tags.STUDY),
        failure=_failure(header, study),
    )


def _failure(header: Header, study: str | None) -> int | None:
    if fault_of_identity(header) is not None:
        return CANNOT_UNDERSTAND
    return DOES_NOT_MATCH if study is not None and header.uid(tags.STUDY) != study else None
