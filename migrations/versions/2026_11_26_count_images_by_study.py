"""Count images by study: a study that a person took back leaves its images to the one that comes after it."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_imported_instances_case_id_record_id", table_name="imported_instances")
    _key_by("case_id", "record_id", "instance")


def downgrade() -> None:
    op.execute(
        "DELETE FROM imported_instances WHERE EXISTS (SELECT 1 FROM imported_instances AS newer"
        " WHERE newer.case_id = imported_instances.case_id AND newer.instance = imported_instances.instance"
        " AND newer.record_id > imported_instances.record_id)"
    )
    _key_by("case_id", "instance")
    op.create_index(
        "ix_imported_instances_case_id_record_id",
        "imported_instances",
        ["case_id", "record_id"],
        unique=False,
    )


def _key_by(*columns: str) -> None:
    with op.batch_alter_table("imported_instances") as table:
        table.drop_constraint(op.f("pk_imported_instances"), type_="primary")
        table.create_primary_key(op.f("pk_imported_instances"), list(columns))
