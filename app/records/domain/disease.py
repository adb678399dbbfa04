"""What the disease is: diagnosis, stage, pathology, biomarkers, measurable residual disease."""

from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from app.records.domain.base import Coding, DateText, Items, Laterality, Record, Text, Word
from app.records.domain.part import Part

BoneMarrow = Literal["involved", "not_involved", "indeterminate"]
"""Whether the disease is found in the bone marrow, as the report says. Source: Lugano 2014, table of response."""


class Diagnosis(Record, frozen=True, kw_only=True, gc=False):
    """A cancer, or a metastasis of it, as named in the records."""

    kind: Literal["diagnosis"]
    site: Word | None = None
    """Organ or site of origin, in words."""
    site_code: Coding | None = None
    """The site's code (ICD-O-3 topography, SNOMED CT)."""
    laterality: Laterality | None = None
    """Side, where the organ has one."""
    histology: Word | None = None
    """Histological type, in words."""
    histology_code: Coding | None = None
    """The type's code (ICD-O-3 morphology, SNOMED CT)."""
    grade: Word | None = None
    """Grade as written."""
    basis: Literal["histology", "cytology", "flow_cytometry", "imaging", "marker", "clinical"] | None = None
    """What the diagnosis rests on."""
    tumour: Literal["primary", "metastasis"] = "primary"
    """Whether this is the primary tumour or a metastasis of it."""
    metastatic: bool | None = None
    """Whether the source says that the disease has spread to distant sites; left out when it is silent."""
    metastatic_sites: Items = ()
    """Distant sites named."""
    ended: DateText | None = None
    """When the source says that the disease was no longer present."""


class Stage(Record, frozen=True, kw_only=True, gc=False):
    """A stage as assigned by a clinician, in the words of its system."""

    kind: Literal["stage"]
    system: Word | None = None
    """Staging system: `AJCC`, `UICC`, `FIGO`, `ISS`, `R-ISS`, `Ann Arbor`, `Lugano`, `Binet`, `Rai` ..."""
    edition: Word | None = None
    """Edition of the system."""
    timing: Literal["clinical", "pathologic", "restaged", "recurrence", "autopsy"] | None = None
    """What the staging rests on."""
    t: Word | None = None
    """T category as written, prefix included."""
    n: Word | None = None
    """N category as written."""
    m: Word | None = None
    """M category as written."""
    group: Word | None = None
    """Stage group as written, such as `IVA`."""
    extent: Literal["localised", "regional", "distant"] | None = None
    """Extent where the source gives no formal stage."""


class Stain(Part, frozen=True, kw_only=True, gc=False):
    """One immunohistochemical or other ancillary result of a pathology report."""

    marker: Word
    """Antigen or test, such as `TTF-1`, `ER`."""
    result: Word
    """Result as written, such as `positive`, `3+`, `90 %`."""
    code: Coding | None = None
    """The test's code."""


class PathologyReport(Record, frozen=True, kw_only=True, gc=False):
    """What a pathologist reported on one specimen."""

    kind: Literal["pathology_report"]
    specimen: Word | None = None
    """What was examined."""
    specimen_date: DateText | None = None
    """When the specimen was taken."""
    signed_on: DateText | None = None
    """When the report was signed."""
    procedure: Word | None = None
    """How the specimen was obtained, such as `core biopsy`."""
    resection: bool | None = None
    """Whether the specimen is a surgical resection; left out when the source does not say."""
    accession: Word | None = None
    """The laboratory's number of the specimen."""
    site: Word | None = None
    """Site of the specimen."""
    laterality: Laterality | None = None
    """Side of the specimen."""
    histology: Word | None = None
    """Histological type, in words."""
    histology_code: Coding | None = None
    """The type's code."""
    grade: Word | None = None
    """Grade as written."""
    margins: Word | None = None
    """Margins as written."""
    residual: Word | None = None
    """Residual disease as written (for a debulking operation this counts as its margins)."""
    nodes_examined: Annotated[int, Ge(0)] | None = None
    """Lymph nodes examined."""
    nodes_positive: Annotated[int, Ge(0)] | None = None
    """Lymph nodes involved."""
    pt: Word | None = None
    """Pathologic T as written."""
    pn: Word | None = None
    """Pathologic N as written."""
    pm: Word | None = None
    """Pathologic M as written."""
    ihc: Annotated[tuple[Stain, ...], MaxLen(200)] = ()
    """Immunohistochemistry results."""
    ancillary: Annotated[tuple[Stain, ...], MaxLen(200)] = ()
    """Other ancillary results: flow cytometry, in-situ hybridisation, special stains, marrow counts."""
    bone_marrow: BoneMarrow | None = None
    """For a specimen of bone marrow: whether the disease is found in it, by its form or else by stains."""
    conclusion: Text | None = None
    """The report's conclusion, verbatim."""
    addendum_to: Word | None = None
    """The record that this report adds to or corrects."""


class Biomarker(Record, frozen=True, kw_only=True, gc=False):
    """One molecular or protein test of the tumour or of the patient's genes."""

    kind: Literal["biomarker"]
    name: Word
    """Test or gene as written, such as `EGFR`, `PD-L1 TPS`, `HRD`."""
    gene: Word | None = None
    """Gene symbol."""
    method: Word | None = None
    """How it was tested: `NGS`, `IHC`, `FISH`, `PCR` ..."""
    specimen: Word | None = None
    """What was tested: tissue, blood, saliva."""
    specimen_date: DateText | None = None
    """When the specimen was taken."""
    result: Word | None = None
    """Result as written, such as `G12C`, `negative`, `3+`."""
    interpretation: Literal["positive", "negative", "equivocal", "indeterminate", "not_evaluable"] | None = (
        None
    )
    """The laboratory's own reading."""
    value: Decimal | None = None
    """Measured value, in `unit`."""
    comparator: Literal["<", "<=", ">", ">=", "~"] | None = None
    """How the true value relates to `value`."""
    unit: Word | None = None
    """Unit as written, such as `%`, `mutations/Mb`."""
    hgvs_c: Word | None = None
    """Coding-DNA change, HGVS."""
    hgvs_p: Word | None = None
    """Protein change, HGVS."""
    vaf_percent: Annotated[Decimal, Ge(0), Le(100)] | None = None
    """Variant allele fraction, percent."""
    origin_of_variant: Literal["germline", "somatic"] | None = None
    """Whether the change is inherited or of the tumour."""
    panel: Word | None = None
    """Name of the panel."""
    genes_tested: Annotated[tuple[Word, ...], MaxLen(2_000)] = ()
    """Genes that the test covered, those without a finding included."""
    laboratory: Word | None = None
    """Laboratory."""


class MrdResult(Record, frozen=True, kw_only=True, gc=False):
    """A test for measurable residual disease."""

    kind: Literal["mrd_result"]
    method: Word | None = None
    """Flow cytometry, PCR, NGS ..."""
    specimen: Word | None = None
    """Marrow, blood."""
    timepoint: Word | None = None
    """When in treatment, such as `end of induction`."""
    detection_limit_percent: Annotated[Decimal, Ge(0), Le(100)] | None = None
    """Sensitivity of the test, percent of cells."""
    result: Literal["negative", "positive", "indeterminate", "insufficient_sensitivity"] | None = None
    """Result as reported."""
    value_percent: Annotated[Decimal, Ge(0), Le(100)] | None = None
    """Measured value, percent of cells."""
    comparator: Literal["<", "<=", ">", ">=", "~"] | None = None
    """How the true value relates to `value_percent`."""
    blasts_percent: Annotated[Decimal, Ge(0), Le(100)] | None = None
    """Marrow blasts reported with it, percent."""
    circulating_blasts: Literal["present", "absent"] | None = None
    """Whether the report names blasts in the blood."""
    extramedullary: Literal["present", "absent"] | None = None
    """Whether disease outside the marrow is reported with it."""
    laboratory: Word | None = None
    """Laboratory."""
