"""Opens the store of bytes that the settings name."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.config import Settings
from app.infra.blobs import BlobStore


def open_blobs(settings: Settings) -> BlobStore:
    """Open the store that the settings name."""
    # Each store brings libraries of its own, and only one of them is needed.
    url = urlsplit(settings.blob_url)
    if url.scheme == "s3":
        from app.infra.s3_blobs import S3Blobs  # noqa: PLC0415

        return S3Blobs(url.netloc, url.path.strip("/"), endpoint=settings.s3_endpoint)
    from app.infra.local_blobs import LocalBlobs  # noqa: PLC0415

    return LocalBlobs(Path(unquote(url.path)))
