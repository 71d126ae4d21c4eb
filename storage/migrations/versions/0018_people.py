"""Editors' roles and passwords, sessions that are renewed, and the record of what was done about people and keys."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = storage.types.UTCDateTime(timezone=True)


def upgrade() -> None:
    # Whoever was an editor could do all there was; columns are not added in a batch, which may copy the table.
    op.add_column("editors", sa.Column("role", sa.String(length=10), server_default="admin", nullable=False))
    op.add_column("editors", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.add_column("editors", sa.Column("last_seen_at", INSTANT, nullable=True))
    op.drop_table("sessions")  # the cookie has another name under https; everybody signs in again
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.String(length=40), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("is_by_link", sa.Boolean(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_sessions_editor_id_editors")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_table(
        "administration",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_administration")),
    )


def downgrade() -> None:
    op.drop_table("administration")
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.String(length=40), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_sessions_editor_id_editors")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    for column in ("last_seen_at", "password_hash", "role"):
        op.drop_column("editors", column)
