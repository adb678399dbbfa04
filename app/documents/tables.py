"""Rows of documents, and of what was said of them at each version."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class DocumentRow(Base):
    """A row of `documents`: the bytes, which never change, and what was found in them.

    Only moving a misfiled document changes a row: it then belongs to another case.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("case_id", "sha256"),
        Index("ix_documents_case_id_id", "case_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(100))
    flavour: Mapped[str | None] = mapped_column(String(40))
    charset: Mapped[str | None] = mapped_column(String(40))
    """Of a text, where its bytes prove it."""
    file_name: Mapped[str | None] = mapped_column(String(255))
    findings: Mapped[str] = mapped_column(Text)
    """What was noticed in the bytes, a JSON array."""
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class DocumentVersionRow(Base):
    """A row of `document_versions`: one immutable version of what is said of a document.

    `until_revision` is the case's revision at which a newer version took over; null for the newest. What was said
    before a document was moved here holds from and until the same revision, which is never: it shows in no view.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        Index(
            "uq_document_versions_newest",
            "document_id",
            unique=True,
            sqlite_where=text("until_revision IS NULL"),
            postgresql_where=text("until_revision IS NULL"),
        ),
    )

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since_revision: Mapped[int]
    until_revision: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    """The body's, for filtering."""
    code: Mapped[str | None] = mapped_column(String(20))
    """LOINC document code, looked up when the version was stored."""
    translation_of: Mapped[str | None] = mapped_column(String(64))
    """The body's, to find a document's translations."""
    body: Mapped[str] = mapped_column(Text)
    methods: Mapped[str] = mapped_column(Text)
    """How each fact is known, a JSON object."""
    salt: Mapped[str] = mapped_column(String(32))
    """With the body and the bytes' hash, gives the hash that the audit trail holds."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str | None] = mapped_column(String(36))
    person: Mapped[str | None] = mapped_column(String(200))
