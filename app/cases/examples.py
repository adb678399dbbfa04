"""Named example requests of cases; shown in the API's description."""

from fastapi.openapi.models import Example

CASE_EXAMPLES: dict[str, Example] = {
    "a lung case for a response review": Example(
        summary="a lung case for a response review",
        value={
            "reference": "EXAMPLE-LUNG",
            "patient": {
                "identifiers": [{"system": "example clinic", "value": "0001"}],
                "name": "Example Person",
                "birth_date": "1961-04",
                "sex": "male",
            },
            "cancer": {"text": "Lung adenocarcinoma", "codes": [{"system": "icd-10", "code": "C34.1"}]},
            "purposes": ["response"],
            "question": "Does the mixed result call for a repeat scan first?",
            "languages": ["en"],
        },
    ),
    "a case with almost nothing": Example(summary="a case with almost nothing", value={}),
}

AMENDMENT_EXAMPLES: dict[str, Example] = {
    "another question": Example(summary="another question", value={"question": "Is surgery still possible?"}),
    "take a field away": Example(summary="take a field away", value={"patient": {"deceased": None}}),
}
