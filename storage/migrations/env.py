"""Runs Alembic's migrations on the connection that storage.migrating hands over."""

from alembic import context

from storage.full_text import is_declared
from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=is_declared,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
