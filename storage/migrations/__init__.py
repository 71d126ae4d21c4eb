"""Alembic's migrations, applied by storage.migrating."""
