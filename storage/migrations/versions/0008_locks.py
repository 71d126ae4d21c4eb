"""Events that an editor has locked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_events_locked", "events", ["locked"])


def downgrade() -> None:
    op.drop_index("ix_events_locked", "events")
    op.drop_column("events", "locked")
