"""What whoever watches the service asks for: delays, what was done, since when placing is held, and what is due."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_INDICES = (
    ("ix_entries_set_aside", "entries", ["id"], "outcome = 'quarantined'"),
    ("ix_events_due", "events", ["updated_at"], "described_version < version OR related_version < described_version"),
    ("ix_events_by_status", "events", ["status", "signal_rank", "id"], None),
    ("ix_articles_by_seen", "articles", ["seen_at", "id", "revision", "removed_at"], None),
    ("ix_readings_by_age", "readings", ["read_at", "engine"], None),
    ("ix_members_by_event", "members", ["event_id", "ruleset"], None),
)
_REPLACED = (("events", "status"), ("readings", "read_at"), ("members", "event_id"))


def upgrade() -> None:
    op.create_table(
        "delays",
        sa.Column("publisher_id", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_delays_publisher_id_publishers")),
        sa.PrimaryKeyConstraint("publisher_id", "step", "within", name=op.f("pk_delays")),
    )
    op.create_table(
        "counts",
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", "how", name=op.f("pk_counts")),
    )
    op.add_column("placing", sa.Column("held_since", storage.types.UTCDateTime(timezone=True), nullable=True))
    op.add_column("members", sa.Column("visible_at", storage.types.UTCDateTime(timezone=True), nullable=True))
    # What readers can see already is not to be counted as having waited until it is described again.
    op.execute(
        "UPDATE members SET visible_at ="
        " (SELECT updated_at FROM events WHERE events.id = members.event_id AND events.signal_rank > 0)"
    )
    for name, table, columns, where in _INDICES:
        found = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=found, postgresql_where=found)
    for table, column in _REPLACED:
        op.drop_index(f"ix_{table}_{column}", table)


def downgrade() -> None:
    for table, column in _REPLACED:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for name, table, _, _ in reversed(_INDICES):
        op.drop_index(name, table)
    op.drop_column("members", "visible_at")
    op.drop_column("placing", "held_since")
    op.drop_table("counts")
    op.drop_table("delays")
