"""What editors set on events, why they did what they did, and the suggestions they dismissed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OF_EVENTS = ("overrides", "pinned", "hidden", "last_action")
_OF_ACTIONS = ("reason", "settings_before", "settings_after", "leads", "dismissed")


def upgrade() -> None:
    op.add_column("events", sa.Column("overrides", sa.Text(), server_default="{}", nullable=False))
    op.add_column("events", sa.Column("last_action", sa.Text(), nullable=True))
    for name in ("pinned", "hidden"):
        op.add_column("events", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
        set_ = sa.text(name)
        op.create_index(f"ix_events_{name}", "events", ["id"], sqlite_where=set_, postgresql_where=set_)
    op.add_column("actions", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    for name in ("settings_before", "settings_after", "leads"):
        op.add_column("actions", sa.Column(name, sa.Text(), server_default="[]", nullable=False))
    op.add_column("actions", sa.Column("dismissed", sa.Text(), nullable=True))
    op.create_table(
        "dismissals",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_dismissals_event_id_events")),
        sa.PrimaryKeyConstraint("kind", "event_id", "other_id", name=op.f("pk_dismissals")),
    )


def downgrade() -> None:
    op.drop_table("dismissals")
    for name in ("pinned", "hidden"):
        op.drop_index(f"ix_events_{name}", "events")
    for table, names in (("actions", _OF_ACTIONS), ("events", _OF_EVENTS)):
        for name in names:
            op.drop_column(table, name)
