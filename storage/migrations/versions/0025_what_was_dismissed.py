"""What of an event a doubt is about, so that dismissing one leaves the next of its kind to be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_DOUBT = ("kind", "event_id", "other_id")


def upgrade() -> None:
    for table in ("doubts", "dismissals"):
        op.add_column(table, sa.Column("about", sa.Text(), server_default="", nullable=False))
    _key(*_DOUBT, "about")


def downgrade() -> None:
    op.execute("DELETE FROM dismissals WHERE about != ''")
    _key(*_DOUBT)
    for table in ("doubts", "dismissals"):
        op.drop_column(table, "about")


def _key(*columns: str) -> None:
    # SQLite copies the table for it, and names no key that it was not given a name for.
    with op.batch_alter_table("dismissals", recreate="auto") as table:
        table.drop_constraint(op.f("pk_dismissals"), type_="primary")
        table.create_primary_key(op.f("pk_dismissals"), list(columns))
