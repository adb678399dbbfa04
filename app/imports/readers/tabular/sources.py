"""From bytes to sheets."""

from collections.abc import Sequence

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular.cells import MOST_BYTES, Sheet
from app.imports.readers.tabular.delimited import read_text


def sheets_of(content: bytes, options: Options) -> Sequence[Sheet]:
    """Return the sheets of a payload.

    Raises:
        UnreadablePayloadError: it is none that is read here, is locked, damaged or too large.
    """
    if len(content) > MOST_BYTES:
        message = f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Send it in parts."
        raise UnreadablePayloadError(message)
    return (read_text(content, options),)
