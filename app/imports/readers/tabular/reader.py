"""The reader of tables: a text file, a workbook, or an archive of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from app.imports.domain.reading import AnyItem, NotUsed, Options, Reading, UnreadablePayloadError
from app.imports.readers.tabular import results
from app.imports.readers.tabular.above import said_above
from app.imports.readers.tabular.cells import Sheet, column_letters
from app.imports.readers.tabular.header import meaning_of_column
from app.imports.readers.tabular.keys import Keys
from app.imports.readers.tabular.layout import Layout, checked_kind, find_layout
from app.imports.readers.tabular.mcode import PREFIX, find_mcode
from app.imports.readers.tabular.mcode_rows import read_mcode
from app.imports.readers.tabular.medicines import read_medicines
from app.imports.readers.tabular.numbers import Decimals
from app.imports.readers.tabular.payloads import payloads_of
from app.imports.readers.tabular.people import People
from app.imports.readers.tabular.sources import sheets_of
from app.imports.readers.tabular.statements import read_statements
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.treatments import read_treatments
from app.imports.readers.tabular.words import FIELDS
from app.values.catalogue import fold_name

_NO_TABLE: Final = (
    "No table is recognised: no row names columns that tell which facts the rows are.",
    "Name the columns as in a template, say what they hold in `mapping`, or say the record kind in `kind`.",
)
_HIDDEN_NAMES: Final = 60
_LISTED: Final = 12


def read(content: bytes, options: Options) -> Reading:
    """Return what a table holds: CSV in any usual form, XLSX, or a ZIP of them read together.

    Raises:
        UnreadablePayloadError: it is no table, no table is recognised in it, or it is too large.
    """
    kind = checked_kind(options.kind)
    mapping = _mapping(options.mapping)
    sheets = sheets_of(content, options)
    people, keys = People(), Keys()
    items: list[AnyItem] = []
    tables: list[Table] = []
    for sheet in sheets:
        layout = None if mapping or kind else find_mcode(sheet)
        layout = layout or find_layout(sheet, mapping, kind)
        if layout is None:
            items.append(_unread(sheet))
            continue
        tables.append(_open(sheet, layout, options, people, keys))
    if not tables:
        raise UnreadablePayloadError(" ".join(_NO_TABLE))
    _check_mapping(tables, mapping)
    for table in tables:
        table.find_patients()
    for table in tables:
        _read_rows(table)
        items.extend(_with_remarks(table))
    return Reading(
        format="tabular",
        items=tuple(items),
        payloads=payloads_of(tables, people.keys(), options.file_name),
        patients=people.read(),
    )


def _with_remarks(table: Table) -> list[AnyItem]:
    """Return what was found; what is to be said of the whole stands with the first item where no record says it."""
    found = list(table.items())
    first = found[0] if found else None
    if table.remarks and isinstance(first, NotUsed):
        found[0] = replace(first, detail=" ".join((first.detail, *table.remarks)))
    return found


def _open(sheet: Sheet, layout: Layout, options: Options, people: People, keys: Keys) -> Table:
    table = Table(
        sheet=sheet,
        layout=layout,
        options=options,
        people=people,
        keys=keys,
        decimals=Decimals(options.decimal),
        defaults=said_above(sheet.rows[: layout.at], frozenset(layout.fields)),
        rows=sheet.rows[layout.at + 1 :],
        remarks=list(sheet.remarks),
    )
    if layout.unknown:
        names = ", ".join(
            f"{column_letters(one.index)} (`{one.header[:_HIDDEN_NAMES]}`)"
            for one in layout.unknown[:_LISTED]
        )
        more = f" and {len(layout.unknown) - _LISTED} more" if len(layout.unknown) > _LISTED else ""
        table.remark(
            f"Columns that are not known here, and were not read: {names}{more}. Say what they hold in `mapping`."
        )
    table.decimals.learn(_numbers(table))
    return table


def _numbers(table: Table) -> Sequence[str]:
    layout = table.layout
    indexes = [column.index for column in layout.tests] + list(layout.dates)
    names = ("value", "reference_low", "reference_high", "dose_gy")
    indexes += [layout.fields[name] for name in names if name in layout.fields]
    return [row.cells[index] for index in indexes for row in table.rows if index < len(row.cells)]


def _read_rows(table: Table) -> None:
    if table.layout.shape == "rows":
        is_mcode = table.layout.kind.startswith(PREFIX)
        read = read_mcode if is_mcode else _BY_KIND.get(table.layout.kind, read_statements)
    else:
        read = _BY_SHAPE[table.layout.shape]
    read(table)


def _read_patients(table: Table) -> None:
    """Answer a table that names patients and nothing else: they are known now, and make no record."""
    for row in table.usable_rows():
        table.skip(row, "The row names a patient, and no fact.", "Nothing needs to be done.")


_BY_SHAPE: Final[Mapping[str, Callable[[Table], None]]] = {
    "long": results.read_long,
    "wide": results.read_wide,
    "transposed": results.read_transposed,
}
_BY_KIND: Final[Mapping[str, Callable[[Table], None]]] = {
    "treatment": read_treatments,
    "medication": read_medicines,
    "patient": _read_patients,
}


def _unread(sheet: Sheet) -> NotUsed:
    detail, fix = _NO_TABLE
    place = sheet.name or (sheet.place(sheet.rows[0].number) if sheet.rows else "row 1")
    return NotUsed(place=place[:200], outcome="skipped", detail=detail, fix=fix)


def _mapping(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """Return what each column holds, by its folded name.

    Raises:
        UnreadablePayloadError: something is none of the fields.
    """
    told = {fold_name(name): meaning_of_column(said) for name, said in mapping.items()}
    known = {name: said for name, said in told.items() if said is not None}
    if len(known) < len(told):
        message = (
            "`mapping` names something that no column can hold. Use `ignore`, `test:` and a test's name, "
            f"or one of {', '.join(FIELDS)}."
        )
        raise UnreadablePayloadError(message)
    return known


def _check_mapping(tables: Sequence[Table], mapping: Mapping[str, str]) -> None:
    known = {fold_name(str(cell)) for table in tables for cell in table.layout.header.cells}
    if not mapping.keys() <= known:
        message = (
            "`mapping` names a column that the table does not have. "
            "Write column names as they stand in the header."
        )
        raise UnreadablePayloadError(message)
