"""What needs a person first."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doubts",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("doubt", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_doubts_event_id_events")),
        sa.PrimaryKeyConstraint("event_id", "kind", "other_id", name=op.f("pk_doubts")),
    )
    op.create_index(op.f("ix_doubts_other_id"), "doubts", ["other_id"])


def downgrade() -> None:
    op.drop_table("doubts")
