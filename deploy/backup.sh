#!/bin/sh
# A copy of the database, while everything runs: backup.sh NAME FOLDER. NAME is a PostgreSQL database, reached as libpq's
# own variables and files say (PGHOST, ~/.pgpass), so that no password stands in the list of processes; or the path of a
# SQLite file. The copy appears whole or not at all, and only its owner can read it.
set -eu
umask 077
database=$1
copy=$2/$(basename "$database")-$(date -u +%Y%m%dT%H%M%SZ)
trap 'rm -f "$copy.part"' EXIT
if [ -f "$database" ]; then
  sqlite3 "$database" ".timeout 10000" ".backup '$copy.part'"
else
  pg_dump --format=custom --file "$copy.part" "$database"
fi
mv "$copy.part" "$copy"
echo "$copy"
