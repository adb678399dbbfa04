"""Propose records: what was read from a document waits for a person, at known revisions, and is not proposed twice."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = (
    ("record_kind", sa.String(length=40)),
    ("document_id", sa.String(length=36)),
    ("fingerprint", sa.String(length=64)),
    ("since_revision", sa.Integer()),
    ("until_revision", sa.Integer()),
    ("salt", sa.String(length=32)),
    ("record_id", sa.String(length=36)),
    ("edited", sa.Text()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("proposals", sa.Column(name, kind, nullable=True))
    op.create_index("ix_proposals_case_id_document_id", "proposals", ["case_id", "document_id"], unique=False)
    op.create_index("uq_proposals_case_id_fingerprint", "proposals", ["case_id", "fingerprint"], unique=True)


def downgrade() -> None:
    # What was proposed from documents has no form in the tables of before.
    op.execute("DELETE FROM proposals WHERE kind = 'record'")
    op.drop_index("uq_proposals_case_id_fingerprint", table_name="proposals")
    op.drop_index("ix_proposals_case_id_document_id", table_name="proposals")
    for name, _ in reversed(COLUMNS):
        op.drop_column("proposals", name)
