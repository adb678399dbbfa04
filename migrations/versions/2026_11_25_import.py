"""Import: cases are found by identifiers, what senders sent is remembered, and proposals wait for a person.

The identifiers of the cases that are there already are read out of their bodies.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_identifiers",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_identifiers_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "system", "value", name=op.f("pk_case_identifiers")),
    )
    op.create_index(
        "ix_case_identifiers_organisation_id_value_system",
        "case_identifiers",
        ["organisation_id", "value", "system"],
        unique=False,
    )
    op.create_table(
        "imported",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stated_at", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_imported_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "key_hash", name=op.f("pk_imported")),
    )
    op.create_table(
        "imported_instances",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_imported_instances_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "instance", name=op.f("pk_imported_instances")),
    )
    op.create_index(
        "ix_imported_instances_case_id_record_id",
        "imported_instances",
        ["case_id", "record_id"],
        unique=False,
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_key_id", sa.String(length=36), nullable=True),
        sa.Column("decided_person", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_proposals_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_case_id_status_id", "proposals", ["case_id", "status", "id"], unique=False)
    _index_cases()


def _index_cases() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, organisation_id, body FROM cases")).all()
    found = {
        (case_id, _system(one["system"]), one["value"].strip().casefold(), organisation_id)
        for case_id, organisation_id, body in rows
        for one in (json.loads(body).get("patient") or {}).get("identifiers") or ()
    }
    insert = sa.text(
        "INSERT INTO case_identifiers (case_id, system, value, organisation_id) "
        "VALUES (:case_id, :system, :value, :organisation_id)"
    )
    for case_id, system, value, organisation_id in sorted(found):
        values = {"case_id": case_id, "system": system, "value": value, "organisation_id": organisation_id}
        connection.execute(insert, values)


def _system(text: str) -> str:
    return text.strip().casefold().removeprefix("urn:oid:").rstrip("/")


def downgrade() -> None:
    op.drop_index("ix_proposals_case_id_status_id", table_name="proposals")
    op.drop_table("proposals")
    op.drop_index("ix_imported_instances_case_id_record_id", table_name="imported_instances")
    op.drop_table("imported_instances")
    op.drop_table("imported")
    op.drop_index("ix_case_identifiers_organisation_id_value_system", table_name="case_identifiers")
    op.drop_table("case_identifiers")
