#!/bin/sh
# Prints the path of a whole Python that is new enough, else one error and one hint.
# A name that answers nothing (a pyenv shim without its version) counts as absent.
set -u

probe='
import sys
if sys.version_info < (3, 11):
    sys.exit("old %d.%d.%d" % sys.version_info[:3])
try:
    import ssl, venv, zlib
except ImportError as error:
    sys.exit("without %s" % error.name)
print(sys.executable)
'

fail() {
    echo "seawall: error: $1" >&2
    echo "seawall: hint: $2" >&2
    exit 2
}

if [ -n "${PYTHON-}" ]; then
    if path=$("$PYTHON" -I -c "$probe" 2>/dev/null </dev/null); then
        echo "$path"
        exit 0
    fi
    said=$("$PYTHON" -I -c "$probe" 2>&1 >/dev/null </dev/null)
    case "$said" in
        "old "*) fail "PYTHON=$PYTHON is Python ${said#old }, and Seawall needs 3.11 or later" \
            "name a newer one, or leave PYTHON out to have one looked for" ;;
        "without "*) fail "PYTHON=$PYTHON lacks the module ${said#without } of the standard library" \
            "install the rest of it (on Debian: apt install python3-venv)" ;;
        *) fail "PYTHON=$PYTHON cannot be run" \
            "give the name or the path of a Python 3.11 or later, or leave PYTHON out" ;;
    esac
fi

old=""
part=""
for name in python3 python3.14 python3.13 python3.12 python3.11 python3.15 python; do
    command -v "$name" >/dev/null 2>&1 || continue
    if path=$("$name" -I -c "$probe" 2>/dev/null </dev/null); then
        echo "$path"
        exit 0
    fi
    case "$("$name" -I -c "$probe" 2>&1 >/dev/null </dev/null)" in
        "old "*) old="$name" ;;
        "without "*) part="$name" ;;
    esac
done

if [ -n "$part" ]; then
    fail "$part is new enough but only a part of Python (no venv, ssl or zlib)" \
        "install the rest of it (on Debian: apt install python3-venv)"
elif [ -n "$old" ]; then
    fail "no Python 3.11 or later was found ($old is older)" \
        "install one (on Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
else
    fail "no Python was found" \
        "install Python 3.11 or later (on Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
fi
