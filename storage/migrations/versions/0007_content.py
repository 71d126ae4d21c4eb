"""What an article says, by kind, and its opening, for the pair model and the cross-encoder."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readings", sa.Column("content", sa.Text(), nullable=True))
    op.add_column("readings", sa.Column("opening", sa.Text(), nullable=True))
    op.add_column("readings", sa.Column("words", sa.Integer(), nullable=True))
