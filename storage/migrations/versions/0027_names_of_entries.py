"""By what entries are known again when guids are not to be relied on, and what is odd about feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("link_hash", sa.String(32)))
    op.add_column("entries", sa.Column("date_hash", sa.String(32)))
    op.create_index("ix_entries_by_link", "entries", ["feed_id", "link_hash"])
    op.create_table(
        "feed_oddities",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("oddity", sa.String(40), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_feed_oddities_feed_id_feeds")),
        sa.PrimaryKeyConstraint("feed_id", "oddity", name=op.f("pk_feed_oddities")),
    )


def downgrade() -> None:
    op.drop_table("feed_oddities")
    op.drop_index("ix_entries_by_link", "entries")
    op.drop_column("entries", "date_hash")
    op.drop_column("entries", "link_hash")
