"""How far a renamed publisher's articles are found by its new name."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publishers", sa.Column("retold_to", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("publishers", "retold_to")
