"""Which texts were kept as long as they may be, and which publishers an operator removed."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("forgotten", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_articles_to_forget",
        "articles",
        ["seen_at", "id"],
        sqlite_where=sa.text("NOT forgotten"),
        postgresql_where=sa.text("NOT forgotten"),
    )
    op.add_column("publishers", sa.Column("removed_at", storage.types.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("publishers", "removed_at")
    op.drop_index("ix_articles_to_forget", "articles")
    op.drop_column("articles", "forgotten")
