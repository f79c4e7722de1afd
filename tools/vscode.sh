#!/bin/sh
# Builds and tests the extension for VS Code, where node is there.

set -eu
cd "$(dirname "$0")/../editors/vscode"

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "seawall: node and npm are not installed, so the extension was neither built nor tested" >&2
    exit 0
fi
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    echo "seawall: error: node $(node --version) is too old for the extension" >&2
    echo "seawall: hint: install node 20 or later" >&2
    exit 2
fi
# No package may run anything when it is installed.
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npm run --silent types
# With the environment of `make` the real server is tried as well.
if [ -x ../../.venv/bin/seawall ]; then
    SEAWALL=$(cd ../../.venv/bin && pwd)/seawall
    export SEAWALL
fi
npm test --silent
echo "built editors/vscode/dist/extension.js"
