"""What an article said before, which entries are set aside, and by what an entry and a text are known again."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ENTRY = (
    ("words_hash", sa.String(length=32)),
    ("looked_at", storage.types.UTCDateTime(timezone=True)),
    ("gone_at", storage.types.UTCDateTime(timezone=True)),
    ("set_aside_at", storage.types.UTCDateTime(timezone=True)),
    ("url", sa.Text()),
)


def upgrade() -> None:
    for name, kind in _ENTRY:
        op.add_column("entries", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_entries_article_id"), "entries", ["article_id"])
    op.add_column("articles", sa.Column("text_hash", sa.String(length=32), nullable=True))
    op.create_table(
        "article_revisions",
        sa.Column("article_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words_added", sa.Integer(), nullable=False),
        sa.Column("words_removed", sa.Integer(), nullable=False),
        sa.Column("cuts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_revisions")),
    )


def downgrade() -> None:
    op.drop_table("article_revisions")
    op.drop_column("articles", "text_hash")
    op.drop_index(op.f("ix_entries_article_id"), "entries")
    for name, _ in reversed(_ENTRY):
        op.drop_column("entries", name)
