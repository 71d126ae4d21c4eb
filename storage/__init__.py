"""One database: settings, engine, column types and migrations. No tables and no queries live here."""
