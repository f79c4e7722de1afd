#!/bin/sh
# Brings .venv up to date with the lock; does nothing, quickly, when it is.
set -u
if [ -z "${PYTHON-}" ] && [ -x .venv/bin/python ]; then
    .venv/bin/python -I tools/environment.py current 2>/dev/null </dev/null && exit 0
fi
python=$(sh tools/find_python.sh) || exit 2
exec "$python" -I tools/environment.py make </dev/null
