"""When the page of an article that left its feed was asked for, apart from when it was read again for a change."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("asked_at", storage.types.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("entries", "asked_at")
