"""`python -m app.openapi` writes `openapi/openapi.json`; a test holds the file and the application equal."""

from pathlib import Path

from app.config import settings_from
from app.description import text_of
from app.main import create_app

TARGET = Path(__file__).parent.parent / "openapi" / "openapi.json"


def main() -> None:
    """Write the description."""
    TARGET.write_text(text_of(create_app(settings_from({})).openapi()), encoding="utf-8")


if __name__ == "__main__":
    main()
