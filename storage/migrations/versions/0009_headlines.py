"""Which headline an entry had when its article was stored, and what an article was called at first."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("title_hash", sa.String(length=32), nullable=True))
    op.add_column("articles", sa.Column("first_title", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("articles", "first_title")
    op.drop_column("entries", "title_hash")
