"""Does the container work? Builds it, and scans a folder with a planted secret as nobody in it.

    python bench/container.py

Needs podman or docker, and the way to their registries and to the package index.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "localhost/seawall-bench"


def main() -> int:
    """Build, run, and tell the seconds and the size."""
    program = shutil.which("podman") or shutil.which("docker")
    if program is None:
        print("bench: error: neither podman nor docker is here", file=sys.stderr)
        return 2
    began = time.monotonic()
    build = [program, "build", "--quiet", "-t", NAME, "-f", str(ROOT / "Containerfile"), str(ROOT)]
    if subprocess.run(build, check=False).returncode:
        return 2
    print(f"built in {time.monotonic() - began:.0f} s")
    asked = subprocess.run([program, "image", "inspect", NAME], capture_output=True, check=True)
    print(f"{json.loads(asked.stdout)[0]['Size'] / 1e6:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        run = [program, "run", "--rm", "--network=none", "-v", f"{folder}:/scan:ro", NAME]
        (Path(folder) / "app.py").write_text("import os\n", encoding="utf-8")
        clean = subprocess.run(run, check=False).returncode
        (Path(folder) / "key.pem").write_bytes(_private_key())
        found = subprocess.run(run, check=False).returncode
    print(f"a clean folder: exit {clean}; one with a private key: exit {found}")
    return 0 if (clean, found) == (0, 1) else 1


def _private_key() -> bytes:
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True
    )
    return made.stdout


if __name__ == "__main__":
    sys.exit(main())
