"""`python -m app.openapi` writes the description and the schemas into `openapi/`; tests hold files and code equal."""

from pathlib import Path

from app.config import settings_from
from app.description import text_of
from app.main import create_app
from app.summary.schemas import summary_schema

FOLDER = Path(__file__).parent.parent / "openapi"
TARGET = FOLDER / "openapi.json"
SCHEMAS = FOLDER / "schemas"


def main() -> None:
    """Write the description, and the schema of each answer that is published by itself."""
    SCHEMAS.mkdir(exist_ok=True)
    (SCHEMAS / "summary.json").write_text(text_of(summary_schema()), encoding="utf-8")
    TARGET.write_text(text_of(create_app(settings_from({})).openapi()), encoding="utf-8")


if __name__ == "__main__":
    main()
