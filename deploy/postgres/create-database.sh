#!/bin/sh
# Run once by the image of PostgreSQL, on an empty folder: a database, and a role that owns it and is no superuser.
set -eu
# psql reads the password itself: on a command line every process would see it.
psql --no-psqlrc -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set password `cat "$DATABASE_PASSWORD_FILE"`
CREATE ROLE secondsource LOGIN PASSWORD :'password';
CREATE DATABASE secondsource OWNER secondsource;
SQL
