"""What kind of text a text is: HL7, XML, HTML, JSON, a table, or plain words.

Source: HL7 v2.5.1, 2.10 and 2.14.9 (delimiters, MSH); RFC 8259 (JSON); RFC 4180 (CSV); XML 1.0, 2.8.
"""

import json
import re
from dataclasses import replace

from app.documents.domain.markup import kind_of_markup
from app.documents.domain.media_types import Detected, Finding, Flavour, MediaType
from app.documents.domain.refusals import Refusal
from app.documents.domain.table_text import delimiter_of
from app.documents.domain.text_bytes import Text

_HL7 = re.compile(r"\x0b?\s*(MSH|BHS|FHS)([^\w\s])[^\w\s]{1,5}(?:\2|\r|\n|$)")
_PDF_HEADER = re.compile(r"%PDF-\d\.\d")
_MAIL_HEADERS = re.compile(
    r"^(?:From|Received|Return-Path|Message-ID|Subject|Date):.", re.MULTILINE | re.IGNORECASE
)
_MAIL_VERSION = re.compile(r"^MIME-Version: *1\.", re.MULTILINE | re.IGNORECASE)

_OBJECT_START = re.compile(r'\s*\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
_ARRAY_START = re.compile(r'\s*\[\s*\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
# A string that the cut leaves open counts to the end, or each quote in it would be tried as a start.
_JSON_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"(\s*:)?|\\?\Z)|[{}\[\]]', re.DOTALL)

_TABLE_FLAVOURS = {
    ",": None,
    ";": Flavour.SEMICOLON_SEPARATED,
    "\t": Flavour.TAB_SEPARATED,
    "|": Flavour.PIPE_SEPARATED,
}


def kind_of_text(text: Text) -> Detected | Refusal:
    """Say what kind of text it is."""
    kind = _kind(text)
    if text.has_stray_zeros and isinstance(kind, Detected):
        return replace(kind, findings=(*kind.findings, Finding.STRAY_ZEROS))
    return kind


def _kind(text: Text) -> Detected | Refusal:
    start = text.start
    if not start.strip():
        return Refusal.BLANK if text.is_whole else Detected(media=MediaType.TXT, charset=text.charset)
    hl7 = _HL7.match(start)
    if hl7:
        flavour = None if hl7[1] == "MSH" else Flavour.HL7_BATCH
        return Detected(media=MediaType.HL7, flavour=flavour, charset=text.charset)
    if _is_mail(start):
        return Refusal.MAIL
    return kind_of_markup(text) or _as_json(text) or _as_table(text) or _as_words(text)


def _is_mail(start: str) -> bool:
    """Say whether the text starts with the header block of a mail: what is attached would go unseen."""
    header = re.split(r"\r?\n\r?\n", start.lstrip(), maxsplit=1)[0]
    return bool(_MAIL_HEADERS.match(header) and _MAIL_VERSION.search(header))


def _as_words(text: Text) -> Detected:
    findings = (Finding.ALSO_PDF,) if _PDF_HEADER.search(text.start[:1024]) else ()
    return Detected(media=MediaType.TXT, charset=text.charset, findings=findings)


def _as_table(text: Text) -> Detected | None:
    delimiter = delimiter_of(text.start, is_whole=text.is_whole)
    if delimiter is None:
        return None
    return Detected(media=MediaType.CSV, flavour=_TABLE_FLAVOURS[delimiter], charset=text.charset)


def _as_json(text: Text) -> Detected | None:
    start = text.start.lstrip()
    if not start.startswith(("{", "[")):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(start)
    except RecursionError:
        return None  # brackets without end are nobody's document
    except ValueError:
        # Cut off or damaged: what stands first must look like nothing else.
        if not (_OBJECT_START.match(start) or _ARRAY_START.match(start)):
            return None
        return _json(text, Flavour.FHIR if _is_fhir(start) else None)
    rest = start[end:].lstrip()
    is_fhir = _is_fhir(start[:end])
    if not rest:
        return _json(text, Flavour.FHIR if is_fhir else None)
    if start[end:].lstrip(" \t\r").startswith("\n") and _OBJECT_START.match(rest):
        return _json(text, Flavour.FHIR_NDJSON if is_fhir else Flavour.NDJSON)
    return None


def _json(text: Text, flavour: Flavour | None) -> Detected:
    return Detected(media=MediaType.JSON, flavour=flavour, charset=text.charset)


def _is_fhir(start: str) -> bool:
    """Say whether the outermost object names a FHIR resource type, as far as the text is at hand."""
    depth = 0
    for token in _JSON_TOKEN.finditer(start):
        match token[0][0]:
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
            case _ if depth == 1 and token[2] and token[1] == "resourceType":
                return True
            case _:
                pass
    return False
