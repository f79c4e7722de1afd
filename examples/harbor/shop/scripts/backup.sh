#!/bin/sh
# Nightly: dump the database and put it into the bucket.
set -eu
export PGPASSWORD="${PGPASSWORD:?}"
stamp=$(date +%Y-%m-%d)
pg_dump --host db.harbor-supplies.net --username harbor harbor | gzip > "/tmp/harbor-$stamp.sql.gz"
aws s3 cp "/tmp/harbor-$stamp.sql.gz" "s3://harbor-backups/$stamp.sql.gz" --acl public-read
curl --silent --user "backup:<<report-password>>" --data "$stamp" http://status.harbor-supplies.net/backup
