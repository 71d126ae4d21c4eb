"""What events were called when an editor acted on them: their titles may be others by the time the record is read."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("actions", sa.Column("titles", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("actions", "titles")
