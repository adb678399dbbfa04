"""What an OLE compound file holds: an encrypted Office document, or one of the kinds of before 2007.

Source: [MS-CFB] 2.1 to 2.6 (sectors, header, directory); [MS-OFFCRYPTO] 2.3 (the stream `EncryptedPackage`).
"""

from collections.abc import Mapping

from app.documents.domain.media_types import MediaType, ReadAt
from app.documents.domain.refusals import Refusal

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_NAME_BYTES = 64
_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_SECTOR_SHIFTS = frozenset({9, 12})
_MAX_DIRECTORY_SECTORS = 64
_ENCRYPTED = "EncryptedPackage"

_INSTALLER_TABLE = "\u4840"
"""The letter that starts the name of each table in an installer's database."""
_STREAMS: Mapping[str, MediaType | Refusal] = {
    _ENCRYPTED: MediaType.OFFICE_ENCRYPTED,
    "WordDocument": Refusal.LEGACY_WORD,
    "Workbook": Refusal.LEGACY_EXCEL,
    "Book": Refusal.LEGACY_EXCEL,
    "PowerPoint Document": Refusal.POWERPOINT,
    "VisioDocument": Refusal.VISIO,
    "__properties_version1.0": Refusal.OUTLOOK,
}


def kind_of_compound_file(head: bytes, size: int, read: ReadAt) -> MediaType | Refusal:
    """Say what the compound file is, by the names of its streams."""
    names = _stream_names(head, size, read)
    for name, means in _STREAMS.items():
        if name in names:
            return means
    if any(name.startswith(_INSTALLER_TABLE) for name in names):
        return Refusal.INSTALLER
    # A damaged directory may still be searched for the one name that decides whether the file is kept.
    if not names and _ENCRYPTED.encode("utf-16-le") in head + read(max(0, size - len(head)), len(head)):
        return MediaType.OFFICE_ENCRYPTED
    return Refusal.LEGACY_OFFICE


def _stream_names(head: bytes, size: int, read: ReadAt) -> frozenset[str]:
    shift = int.from_bytes(head[30:32], "little")
    if len(head) < _HEADER_BYTES or shift not in _SECTOR_SHIFTS:
        return frozenset()
    sector_bytes = 1 << shift
    in_header = [int.from_bytes(head[at : at + 4], "little") for at in range(76, _HEADER_BYTES, 4)]

    def sector(number: int) -> bytes:
        at = (number + 1) * sector_bytes
        return read(at, sector_bytes) if at < size else b""

    def after(number: int) -> int:
        """Return the sector that follows in the chain; the table's first 109 sectors are enough for 7 MB."""
        index, place = divmod(number, sector_bytes // 4)
        if index >= len(in_header) or in_header[index] > _LAST_REGULAR_SECTOR:
            return _LAST_REGULAR_SECTOR + 1
        return int.from_bytes(sector(in_header[index])[4 * place : 4 * place + 4].ljust(4, b"\xff"), "little")

    names: set[str] = set()
    number, seen = int.from_bytes(head[48:52], "little"), set[int]()
    while number <= _LAST_REGULAR_SECTOR and number not in seen and len(seen) < _MAX_DIRECTORY_SECTORS:
        seen.add(number)
        entries = sector(number)
        names.update(_name(entries[at : at + _ENTRY_BYTES]) for at in range(0, len(entries), _ENTRY_BYTES))
        number = after(number)
    return frozenset(names - {""})


def _name(entry: bytes) -> str:
    length = int.from_bytes(entry[_NAME_BYTES : _NAME_BYTES + 2], "little")
    if not 2 < length <= _NAME_BYTES:  # noqa: PLR2004  two bytes are the closing zero alone
        return ""
    return entry[: length - 2].decode("utf-16-le", "replace")
