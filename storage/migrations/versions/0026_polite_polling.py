"""What sites ask of those who poll: rules and pauses, where feeds moved to, since when they fail."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_INSTANTS = ("failing_since", "body_at", "moved_since")
_TEXTS = ("skips", "moved_to")


def upgrade() -> None:
    for name in _INSTANTS:
        op.add_column("feeds", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in _TEXTS:
        op.add_column("feeds", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("feeds", sa.Column("off_because", sa.String(length=20), nullable=True))
    op.add_column("feeds", sa.Column("moves", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "feed_addresses",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_feed_addresses_feed_id_feeds")),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_feed_addresses")),
    )
    op.create_index(op.f("ix_feed_addresses_feed_id"), "feed_addresses", ["feed_id"])
    op.create_table(
        "site_rules",
        sa.Column("site", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("crawl_delay_seconds", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_site_rules")),
    )


def downgrade() -> None:
    op.drop_table("site_rules")
    op.drop_table("feed_addresses")
    for name in ("moves", "off_because", *_TEXTS, *_INSTANTS):
        op.drop_column("feeds", name)
