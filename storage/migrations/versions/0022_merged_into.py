"""Which events were merged into one, found without reading all of them."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_events_merged_into", "events", ["merged_into", "id"])


def downgrade() -> None:
    op.drop_index("ix_events_merged_into", "events")
