"""Keep worklist rows: what the worklist knows of each case, so that a thousand cases need not be checked anew."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worklist_rows",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_worklist_rows_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_worklist_rows")),
    )
    op.create_index("ix_worklist_rows_organisation_id", "worklist_rows", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_worklist_rows_organisation_id", table_name="worklist_rows")
    op.drop_table("worklist_rows")
