"""The name by which a renamed publisher may be found still."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publishers", sa.Column("was_called", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("publishers", "was_called")
