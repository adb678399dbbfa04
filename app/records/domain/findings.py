"""What was measured: imaging studies with their lesions, tumour markers, laboratory results."""

from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from app.records.domain.base import DateText, Laterality, Record, Text, Word
from app.records.domain.disease import BoneMarrow
from app.records.domain.part import Part

Response = Literal["CR", "PR", "SD", "PD", "mixed", "NE"]
"""Response words: complete, partial, stable, progressive, mixed, not evaluable. Source: seeds 001 and 004, S26."""

Modality = Literal[
    "CT", "MR", "PET", "PET-CT", "PET-MR", "US", "XR", "MG", "NM", "bone_scan", "endoscopy", "other"
]

UptakeChange = Literal["reduced", "unchanged", "increased"]
"""How uptake differs from that before treatment. Source: Lugano 2014, table of response."""

SignalChange = Literal["improved", "stable", "increased"]
"""How lesions that don't take up contrast differ on T2 or FLAIR images. Source: RANO (Wen 2010), table of response."""


class Lesion(Part, frozen=True, kw_only=True, gc=False):
    """One lesion as a report measures or mentions it."""

    label: Word
    """The same label in every study of the case, such as `RUL`."""
    site: Word | None = None
    """Where it lies."""
    role: Literal["target", "non_target", "new", "unassigned"] = "unassigned"
    """What the radiologist follows it as."""
    is_node: bool = False
    """Whether it is a lymph node, measured by its short axis."""
    longest_mm: Annotated[Decimal, Ge(0)] | None = None
    """Longest diameter, mm."""
    short_axis_mm: Annotated[Decimal, Ge(0)] | None = None
    """Short axis: the longest diameter across the longest one, mm; their product is the lesion's area."""
    state: (
        Literal[
            "measured",
            "present",
            "absent",
            "too_small",
            "not_evaluable",
            "unequivocal_progression",
            "split",
            "merged",
        ]
        | None
    ) = None
    """What the report says of it beside a measurement."""
    certainty: Literal["unequivocal", "equivocal"] | None = None
    """For a new lesion: how sure the report is of it."""
    note: Word | None = None
    """The report's words on it."""


class ImagingStudy(Record, frozen=True, kw_only=True, gc=False):
    """One imaging examination and what its report says."""

    kind: Literal["imaging_study"]
    modality: Modality | None = None
    """How it was imaged."""
    regions: Annotated[tuple[Word, ...], MaxLen(50)] = ()
    """Body regions examined, such as `chest`, `abdomen`."""
    laterality: Laterality | None = None
    """Side, where the examination has one."""
    accession: Word | None = None
    """Accession number."""
    study_uid: Word | None = None
    """DICOM Study Instance UID."""
    reported_on: DateText | None = None
    """When the report was signed."""
    report_study_date: DateText | None = None
    """The examination date that the report itself states, where it differs from the images'."""
    compared_with: Word | None = None
    """The study that the report compares with: its date or record id. Stated `none` for a first examination."""
    contrast: Word | None = None
    """Contrast and phase, as written."""
    impression: Text | None = None
    """The report's impression, verbatim."""
    reported_status: Response | None = None
    """The response word that the report itself uses."""
    deauville: Annotated[int, Ge(1), Le(5)] | None = None
    """Deauville score of a PET examination, as the report states it."""
    uptake_change: UptakeChange | None = None
    """How the uptake of a PET examination has changed against that before treatment, as the report states it."""
    bone_marrow: BoneMarrow | None = None
    """Whether the report finds the disease in the bone marrow."""
    spleen_mm: Annotated[Decimal, Ge(0)] | None = None
    """Length of the spleen from top to bottom (craniocaudal), mm."""
    t2_flair_change: SignalChange | None = None
    """How what doesn't enhance has changed on T2 or FLAIR images, as stated; `increased` if called significant."""
    lesions: Annotated[tuple[Lesion, ...], MaxLen(500)] = ()
    """Lesions measured or mentioned."""
    series_count: Annotated[int, Ge(0)] | None = None
    """Series received."""
    instance_count: Annotated[int, Ge(0)] | None = None
    """Images received."""


class Measured(Record, frozen=True, kw_only=True, gc=False):
    """A value that a laboratory reported."""

    value: Decimal | None = None
    """The value as written, in `unit`."""
    comparator: Literal["<", "<=", ">", ">=", "~"] | None = None
    """How the true value relates to `value`; `<0.5` is never taken for 0.5."""
    value_text: Word | None = None
    """A result that is not a number, as written."""
    unit: Word | None = None
    """Unit as written."""
    reference_low: Decimal | None = None
    """Lower end of the laboratory's reference range, in `unit`."""
    reference_high: Decimal | None = None
    """Upper end of the laboratory's reference range, in `unit`."""
    reference_text: Word | None = None
    """Reference range as written."""
    flag: Literal["low", "high", "critical_low", "critical_high", "normal", "abnormal"] | None = None
    """The laboratory's own flag."""
    laboratory: Word | None = None
    """Laboratory; series of different laboratories are not mixed."""
    specimen: Word | None = None
    """What was tested."""
    assay: Word | None = None
    """Method or kit."""


class MarkerResult(Measured, frozen=True, kw_only=True, gc=False):
    """One tumour-marker value."""

    kind: Literal["marker_result"]
    marker: Word
    """Marker as written, such as `CEA`, `CA-125`, `PSA`."""


class LabResult(Measured, frozen=True, kw_only=True, gc=False):
    """One laboratory value."""

    kind: Literal["lab_result"]
    test: Word
    """Test as written, such as `Haemoglobin`, `creatinine`."""
