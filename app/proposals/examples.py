"""Named example requests of the proposals; shown in the API's description."""

from typing import Any, Final

from fastapi.openapi.models import Example

_DOCUMENT: Final = "019ab1c2-0000-7000-8000-000000000001"
_METHOD: Final = {"name": "letter-reader", "version": "3.1"}

_MARKER: Final[dict[str, Any]] = {
    "record": {
        "kind": "marker_result",
        "date": "2026-03-03",
        "marker": "CEA",
        "value": 9.6,
        "unit": "ng/mL",
        "reference_high": 5.0,
    },
    "source": {
        "document_id": _DOCUMENT,
        "page": 2,
        "quote": "03.03.2026  CEA  9,6 ng/ml  (< 5,0)",
        "box": {"left": 0.08, "top": 0.41, "right": 0.74, "bottom": 0.44},
    },
    "method": _METHOD,
}
_STUDY: Final[dict[str, Any]] = {
    "record": {
        "kind": "imaging_study",
        "date": "2026-03-05",
        "modality": "CT",
        "regions": ["chest"],
        "impression": "Smaller mass in the right upper lobe.",
        "asserted_by": "radiologist",
    },
    "source": {
        "document_id": _DOCUMENT,
        "page": 1,
        "quote": "CT chest of 5 March 2026. Impression: smaller mass in the right upper lobe.",
    },
    "method": _METHOD,
}

PROPOSE_EXAMPLES: Final[dict[str, Example]] = {
    "a marker value": Example(summary="one value, with the box in which it stands", value=_MARKER),
    "several": Example(summary="several read from one document", value={"proposals": [_MARKER, _STUDY]}),
}

ACCEPT_EXAMPLES: Final[dict[str, Example]] = {
    "as it is": Example(summary="accept it as it was read", value={"reason": "Compared with the paper."}),
    "edited": Example(
        summary="accept it with a correction",
        value={"record": {**_MARKER["record"], "value": 9.8}, "reason": "The page says 9.8."},
    ),
}

ACCEPT_MANY_EXAMPLES: Final[dict[str, Example]] = {
    "two": Example(
        summary="two values of one page",
        value={
            "ids": ["019ab1c2-0000-7000-8000-00000000000a", "019ab1c2-0000-7000-8000-00000000000b"],
            "reason": "Both compared with page 2.",
        },
    ),
}
