"""Editors: their record of actions and their words on pairs of articles, who they are and how they are signed in."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("event_ids", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("emptied", sa.Text(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Text(), nullable=False),
        sa.Column("undoes", SEQUENCE, nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["actions.seq"], name=op.f("fk_actions_undoes_actions")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_actions")),
        sa.UniqueConstraint("undoes", name=op.f("uq_actions_undoes")),
    )
    op.create_table(
        "pairs",
        sa.Column("one", sa.String(length=40), nullable=False),
        sa.Column("other", sa.String(length=40), nullable=False),
        sa.Column("link", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["one"], ["articles.id"], name=op.f("fk_pairs_one_articles")),
        sa.ForeignKeyConstraint(["other"], ["articles.id"], name=op.f("fk_pairs_other_articles")),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_pairs")),
    )
    with op.batch_alter_table("pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairs_other"), ["other"], unique=False)
    op.create_table(
        "editors",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editors")),
        sa.UniqueConstraint("name", name=op.f("uq_editors_name")),
    )
    # Not in a batch: that may copy the table, and SQLite refuses to drop one that others refer to.
    op.add_column("events", sa.Column("related_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("events", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_sign_in_links_editor_id_editors")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.String(length=40), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_sessions_editor_id_editors")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )


def downgrade() -> None:
    for table in ("sessions", "sign_in_links", "editors", "pairs", "actions"):
        op.drop_table(table)
    op.drop_column("events", "attempts")
    op.drop_column("events", "related_version")
