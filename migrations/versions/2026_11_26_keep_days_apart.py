"""Keep worklist rows of several days and rules beside each other: tomorrow's is ready before tomorrow begins.

What was kept so far can be worked out again, so it is dropped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _make(*key: str) -> None:
    op.drop_index("ix_worklist_rows_organisation_id", table_name="worklist_rows")
    op.drop_table("worklist_rows")
    op.create_table(
        "worklist_rows",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_worklist_rows_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_worklist_rows")),
    )
    op.create_index("ix_worklist_rows_organisation_id", "worklist_rows", ["organisation_id"], unique=False)


def upgrade() -> None:
    _make("case_id", "rules", "first_day")


def downgrade() -> None:
    _make("case_id")
