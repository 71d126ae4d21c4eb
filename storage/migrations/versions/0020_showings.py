"""How often events are shown where, by the hour, and deliveries by the change that they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "showings",
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "name", "hour", name=op.f("pk_showings")),
    )
    op.create_index(op.f("ix_showings_hour"), "showings", ["hour"])
    op.create_index("ix_deliveries_seq", "deliveries", ["seq"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_seq", "deliveries")
    op.drop_table("showings")
