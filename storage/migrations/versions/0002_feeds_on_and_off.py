"""Feeds that are off, in folders, in a language of their own; what an owner rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that may copy the table, and SQLite refuses to drop one that others refer to.
    op.add_column("feeds", sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("feeds", sa.Column("folder", sa.Text(), nullable=True))
    op.add_column("feeds", sa.Column("language", sa.String(length=20), nullable=True))
    op.add_column("publishers", sa.Column("owner_basis", sa.Text(), nullable=True))
