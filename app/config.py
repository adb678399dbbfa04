"""The service's settings, read once from the environment by whoever starts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "CASELINE_"
GIB = 1024**3
MIB = 1024**2


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and another."""

    data_dir: Path
    database_url: str
    blob_url: str
    """`file:///...` or `s3://bucket/prefix`."""
    host: str = "127.0.0.1"
    port: int = 8000
    admin_key: str | None = None
    max_upload_bytes: int = 2 * GIB
    """One file."""
    max_body_bytes: int = 64 * MIB
    """One JSON request."""
    timezone: ZoneInfo
    """Where "today" is."""
    cors_origins: tuple[str, ...] = ()
    root_path: str = ""
    trusted_proxies: tuple[str, ...] = ()
    mllp_key: str | None = None
    """The access key with whose rights `python -m app mllp` stores what comes."""
    s3_endpoint: str | None = None
    """Endpoint of an S3-compatible store other than the default one."""

    @property
    def is_embedded(self) -> bool:
        """Tell whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @property
    def staging_dir(self) -> Path:
        """Folder in which uploads arrive before they are stored."""
        return self.data_dir / "staging"


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: a variable holds what cannot be used.
    """

    def get(name: str, default: str = "") -> str:
        return environ.get(PREFIX + name, "").strip() or default

    data_dir = Path(get("DATA_DIR", "./data")).expanduser().absolute()
    database_url = get("DATABASE_URL", f"sqlite:///{data_dir / 'caseline.db'}")
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        message = (
            "CASELINE_DATABASE_URL takes sqlite:///path or postgresql+psycopg://user:password@host/database."
        )
        raise SettingsError(message)
    blob_url = get("BLOB_URL", (data_dir / "blobs").as_uri())
    if urlsplit(blob_url).scheme not in {"file", "s3"}:
        message = "CASELINE_BLOB_URL takes s3://bucket/prefix or file:///folder."
        raise SettingsError(message)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        blob_url=blob_url,
        host=get("HOST", "127.0.0.1"),
        port=_whole_number("PORT", get("PORT", "8000"), most=65_535),
        admin_key=_admin_key(get("ADMIN_KEY")),
        max_upload_bytes=_whole_number("MAX_UPLOAD_BYTES", get("MAX_UPLOAD_BYTES", str(2 * GIB))),
        max_body_bytes=_whole_number("MAX_BODY_BYTES", get("MAX_BODY_BYTES", str(64 * MIB))),
        timezone=_zone(get("TIMEZONE", "UTC")),
        cors_origins=_listed(get("CORS_ORIGINS")),
        root_path=get("ROOT_PATH").rstrip("/"),
        trusted_proxies=_listed(get("TRUSTED_PROXIES")),
        mllp_key=get("MLLP_KEY") or None,
        s3_endpoint=get("S3_ENDPOINT") or None,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _whole_number(name: str, text: str, *, most: int = 2**63) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= most:
        message = f"{PREFIX}{name} takes a whole number from 1 to {most}."
        raise SettingsError(message)
    return int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{PREFIX}TIMEZONE takes a name such as Europe/Paris or UTC."
        raise SettingsError(message) from error


def _admin_key(text: str) -> str | None:
    if text and len(text) < 16:  # noqa: PLR2004 (a shorter key could be guessed)
        message = f"{PREFIX}ADMIN_KEY takes at least 16 characters."
        raise SettingsError(message)
    return text or None
