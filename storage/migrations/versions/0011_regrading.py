"""Until when each event's signal holds, and whether it says that too few publishers were reached."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_EVENTS = sa.table("events", *(sa.column(name) for name in ("graded_until", "last_published_at", "description")))


def upgrade() -> None:
    op.add_column("events", sa.Column("graded_until", storage.types.UTCDateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("covered", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_events_graded_until", "events", ["graded_until"])
    op.create_index("ix_events_by_coverage", "events", ["covered", "graded_until"])
    # Signals stood as they were when an event was last described, so all are due, those of the newest events first.
    described = sa.update(_EVENTS).where(_EVENTS.c.description.is_not(None))
    op.execute(described.values(graded_until=_EVENTS.c.last_published_at))


def downgrade() -> None:
    op.drop_index("ix_events_by_coverage", "events")
    op.drop_index("ix_events_graded_until", "events")
    op.drop_column("events", "covered")
    op.drop_column("events", "graded_until")
