"""What came and went with each change, texts that are revised or removed, and how far repair has read the log."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that may copy the table, and SQLite refuses to drop one that others refer to.
    op.add_column("changes", sa.Column("moved", sa.Text(), nullable=True))
    for table in ("articles", "readings", "members"):
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("articles", sa.Column("removed_at", storage.types.UTCDateTime(timezone=True), nullable=True))
    op.create_table(
        "bookmarks",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bookmarks")),
    )
    bookmarks = sa.table("bookmarks", sa.column("name", sa.String), sa.column("seq", sa.BigInteger))
    op.bulk_insert(bookmarks, [{"name": "repair", "seq": 0}])


def downgrade() -> None:
    op.drop_table("bookmarks")
    op.drop_column("articles", "removed_at")
    for table in ("members", "readings", "articles"):
        op.drop_column(table, "revision")
    op.drop_column("changes", "moved")
