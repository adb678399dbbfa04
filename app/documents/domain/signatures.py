"""Which first bytes mean what: the table of leading signatures."""

from dataclasses import dataclass

from app.documents.domain.media_types import MediaType
from app.documents.domain.refusals import Refusal

PDF_HEADER_WITHIN = 1024
"""A PDF's header may stand this far in. Source: PDF Reference 1.7, appendix H, note 13."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Bytes at fixed places, all of which must be there."""

    means: MediaType | Refusal
    parts: tuple[tuple[int, bytes], ...]

    def matches(self, head: bytes) -> bool:
        """Say whether the first bytes of a file carry this signature."""
        return all(head.startswith(magic, at) for at, magic in self.parts)


def _at_start(means: MediaType | Refusal, *magics: bytes) -> tuple[Signature, ...]:
    return tuple(Signature(means, ((0, magic),)) for magic in magics)


PROGRAMS: tuple[Signature, ...] = (
    *_at_start(Refusal.LINUX_PROGRAM, b"\x7fELF"),
    *_at_start(
        Refusal.APPLE_PROGRAM,
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbf",
        b"\xca\xfe\xba\xbe\0\0\0\x02",  # for two processors; a Java class has its version here, 45 or more
    ),
    *_at_start(Refusal.JAVA_PROGRAM, b"\xca\xfe\xba\xbe"),
    *_at_start(Refusal.ANDROID_PROGRAM, b"dex\n"),
    *_at_start(Refusal.WEB_PROGRAM, b"\0asm"),
    *_at_start(Refusal.INSTALLER, b"!<arch>\ndebian", b"\xed\xab\xee\xdb"),
    *_at_start(Refusal.SHORTCUT, b"L\0\0\0\x01\x14\x02\0", b"[InternetShortcut]", b"[Desktop Entry]"),
    *_at_start(Refusal.SCRIPT, b"#!/", b"#! /", b"\xef\xbb\xbf#!/", b"<?php", b"@echo off", b"@ECHO OFF"),
)

LEADING: tuple[Signature, ...] = (
    *_at_start(MediaType.PDF, b"%PDF-"),
    *_at_start(MediaType.JPEG, b"\xff\xd8\xff"),
    # The four bytes alone: line ends mangled on the way are damage, and the inspection finds it.
    *_at_start(MediaType.PNG, b"\x89PNG"),
    *_at_start(MediaType.TIFF, b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"),
    Signature(MediaType.WEBP, ((0, b"RIFF"), (8, b"WEBP"))),
    *_at_start(MediaType.RTF, b"{\\rtf"),
    *_at_start(MediaType.ZIP, b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"),
    *_at_start(
        MediaType.OFFICE_ENCRYPTED, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    ),  # any compound file, until opened
    *_at_start(Refusal.GIF, b"GIF87a", b"GIF89a"),
    *_at_start(Refusal.JPEG_2000, b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
    *_at_start(Refusal.JPEG_XL, b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a"),
    *_at_start(Refusal.PHOTOSHOP, b"8BPS\0"),
    *_at_start(Refusal.ICON, b"\0\0\x01\0\x01\0", b"icns\0"),
    *_at_start(Refusal.DJVU, b"AT&TFORM"),
    *_at_start(Refusal.POSTSCRIPT, b"%!PS", b"\xc5\xd0\xd3\xc6"),
    *_at_start(Refusal.HELP_FILE, b"ITSF\x03\0"),
    *_at_start(Refusal.GZIP, b"\x1f\x8b\x08"),
    *(Signature(Refusal.BZIP2, ((0, b"BZh"), (4, block))) for block in (b"1AY&SY", b"\x17rE8P\x90")),
    *_at_start(Refusal.XZ, b"\xfd7zXZ\0"),
    *_at_start(Refusal.ZSTANDARD, b"\x28\xb5\x2f\xfd"),
    *_at_start(Refusal.SEVEN_ZIP, b"7z\xbc\xaf\x27\x1c"),
    *_at_start(Refusal.RAR, b"Rar!\x1a\x07"),
    *_at_start(Refusal.CABINET, b"MSCF\0\0\0\0"),
    *(Signature(Refusal.TAR, ((257, magic),)) for magic in (b"ustar\0", b"ustar  \0")),
    Signature(Refusal.DISC_IMAGE, ((32769, b"CD001"),)),
    *(Signature(Refusal.AUDIO, ((0, b"RIFF"), (8, kind))) for kind in (b"WAVE", b"RMID")),
    *(Signature(Refusal.AUDIO, ((0, b"FORM"), (8, kind))) for kind in (b"AIFF", b"AIFC")),
    *_at_start(Refusal.AUDIO, b"ID3\x02", b"ID3\x03", b"ID3\x04", b"fLaC\0", b"OggS\0", b"#!AMR\n"),
    *_at_start(Refusal.AUDIO, b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9"),
    Signature(Refusal.VIDEO, ((0, b"RIFF"), (8, b"AVI "))),
    *_at_start(Refusal.VIDEO, b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01"),
    *_at_start(Refusal.VIDEO, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    *(Signature(Refusal.NIFTI, ((344, magic),)) for magic in (b"n+1\0", b"ni1\0")),
    *_at_start(Refusal.NRRD, b"NRRD000"),
    *_at_start(Refusal.DATABASE, b"SQLite format 3\0", b"\0\x01\0\0Standard "),
    *_at_start(Refusal.APPLE_SIDE_FILE, b"\0\x05\x16\x07", b"\0\x05\x16\0", b"\0\0\0\x01Bud1"),
)

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"msf1"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})


def lead_of(head: bytes) -> MediaType | Refusal | None:
    """Say what the first bytes mean, None where they are no known signature."""
    for signature in LEADING:
        if signature.matches(head):
            return signature.means
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    is_bitmap = head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS
    return Refusal.BMP if is_bitmap else None


def program_of(head: bytes) -> Refusal | None:
    """Say what program or script the first bytes belong to, None where to none."""
    for signature in PROGRAMS:
        if isinstance(signature.means, Refusal) and signature.matches(head):
            return signature.means
    # Two letters are little to go by; a text that starts with them has no zero byte so early.
    return Refusal.WINDOWS_PROGRAM if head.startswith(b"MZ") and b"\0" in head[:64] else None


def _iso_media(head: bytes) -> MediaType | Refusal:
    """Tell the kinds of ISO base media file apart by their brands.

    Source: ISO/IEC 14496-12:2022, 4.3 (file type box); ISO/IEC 23008-12:2022, annex B (HEIC brands).
    """
    length = int.from_bytes(head[:4], "big")
    box = head[8 : max(16, min(length, 512))]
    major, compatible = box[:4], {box[at : at + 4] for at in range(8, len(box) - 3, 4)}
    if major in _HEIC_BRANDS:
        return MediaType.HEIC
    if major in _AVIF_BRANDS:
        return Refusal.AVIF
    if major in _HEIF_BRANDS:
        is_avif = compatible & _AVIF_BRANDS and not compatible & _HEIC_BRANDS
        return Refusal.AVIF if is_avif else MediaType.HEIC
    return Refusal.AUDIO if major in _AUDIO_BRANDS else Refusal.VIDEO
