"""What is kept of a table for each patient: the whole where it is of one, else the header and that patient's rows."""

import csv
import io
import zipfile
from collections.abc import Sequence

from app.documents.domain.document import SHORT_MOST, DocumentBody
from app.imports.domain.reading import Payload
from app.imports.readers.tabular.cells import Row, Sheet
from app.imports.readers.tabular.table import Table

_TITLE_MOST = 200
_STARTED = (1980, 1, 1, 0, 0, 0)
"""The date of a file in an archive, always the same, so that the same rows give the same bytes."""


def payloads_of(
    tables: Sequence[Table], patients: Sequence[str], file_name: str | None
) -> tuple[Payload, ...]:
    """Return the parts of a payload, one for each patient; one whole where there is one patient, or none."""
    title = f"Imported table {file_name or ''}".strip()[:_TITLE_MOST]
    if len(patients) <= 1:
        return (Payload(body=DocumentBody(kind="import_payload", title=title), file_name=file_name),)
    rows = _rows_by_patient(tables)
    body = DocumentBody(
        kind="import_payload",
        title=f"{title}: this patient's rows, numbered as in the whole table"[:SHORT_MOST],
    )
    stem = (file_name or "table").rpartition(".")[0] or "table"
    found = []
    for patient in patients:
        parts = [
            _part(table, rows[patient][at])
            for at, table in enumerate(tables)
            if rows.get(patient, {}).get(at)
        ]
        if len(parts) == 1:
            found.append(Payload(patient=patient, content=parts[0], body=body, file_name=f"{stem}.csv"))
        elif parts:
            names = [f"{at}.csv" for at in range(1, len(parts) + 1)]
            found.append(
                Payload(patient=patient, content=_archive(names, parts), body=body, file_name=f"{stem}.zip")
            )
    return tuple(found)


def _rows_by_patient(tables: Sequence[Table]) -> dict[str, dict[int, list[Row]]]:
    found: dict[str, dict[int, list[Row]]] = {}
    for at, table in enumerate(tables):
        for row in table.rows:
            patient = table.patients.get(row.number)
            if patient:
                found.setdefault(patient, {}).setdefault(at, []).append(row)
    return found


def _part(table: Table, rows: Sequence[Row]) -> bytes:
    if table.sheet.in_workbook:
        return _written([table.layout.header, *rows])
    return _as_sent(table.sheet, [table.layout.header, *rows])


def _as_sent(sheet: Sheet, rows: Sequence[Row]) -> bytes:
    *lines, last = rows
    text = "".join(row.raw if row.raw.endswith(("\n", "\r")) else f"{row.raw}\n" for row in lines)
    return sheet.mark + (text + last.raw).encode(sheet.charset)


def _written(rows: Sequence[Row]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(row.cells for row in rows)
    return stream.getvalue().encode()


def _archive(names: Sequence[str], parts: Sequence[bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in zip(names, parts, strict=True):
            archive.writestr(zipfile.ZipInfo(name, _STARTED), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
