"""How much slower hostile text is scanned than ordinary text: what begins a match, over and over.

python bench/secrets/hostile_lines.py [--most 12]

Every text is made of one fragment that makes a detector look closer, repeated without and with
signs between, on long lines and on short ones. The ratio is to ordinary source of the same size.
"""

import argparse
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import load_secrets
from seawall.source.file import Source

SIZE = 200_000
FRAGMENTS = (
    "curl -u a:b ", "password=", 'password: "', "token is ", "key = ", "secret ", "auth", "pw ",
    "api_key: String = ", '"name":"password","value":', 'variable "password" {\n default ',
    "<key>password</key> <string>", 'name="password" a="b" c="d" ', "<password>", "${PASSWORD:-",
    "jwt.sign(a,", "createHmac(a, ", '.login("a","', "PDO('", "mysql -p", "docker -p ", "zip -p ",
    "ConvertTo-SecureString -AsPlainText ", "echo a:", "redis-cli -a ", '--api-key", ', 'default="',
    "CREATE USER a PASSWORD ", "machine a login b password ", '"kty":"RSA",', '"auths" ',
    '"d":"abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"', "Bearer ", "authorization: token ",
    "otpauth://totp/a?secret=", "BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n",
    "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 3\n", "https://a:b@", "x" * 50, "a1B2" * 12,
)  # fmt: skip
BETWEEN = ("", "a", '"', " ", "(")


def texts() -> Iterator[tuple[str, str]]:
    """Yield a name and a text of SIZE characters."""
    for fragment in FRAGMENTS:
        for between in BETWEEN:
            unit = fragment + between
            for shape, row in (("long lines", 10_000), ("short lines", 8 * len(unit))):
                line = (unit * (row // len(unit) + 1))[:row] + "\n"
                yield f"{unit[:40]!r}, {shape}", (line * (SIZE // len(line) + 1))[:SIZE]


def seconds(engine: SecretsEngine, name: str, text: str) -> float:
    """Scan a text as a file that was never seen."""
    source = Source(path=f"{name}.py", content=text.encode(), language="python")
    began = time.process_time()
    engine.scan(source)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--most", type=int, default=12, help="how many are shown")
    options = parser.parse_args()
    packaged = load_secrets()
    engine = SecretsEngine(packaged.detectors, packaged.rules)
    library = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    ordinary = "".join(file.read_text("utf-8", "replace") for file in library)[: 5 * SIZE]
    seconds(engine, "warm", ordinary[:SIZE])
    usual = seconds(engine, "ordinary", ordinary) / 5
    measured = sorted(((seconds(engine, *one), one[0]) for one in texts()), reverse=True)
    print(f"ordinary source: {SIZE / usual / 1e6:.1f} MB a CPU second")
    for cost, name in measured[: options.most]:
        print(f"{cost / usual:7.1f}x  {SIZE / cost / 1e6:6.2f} MB/s  {name}")


if __name__ == "__main__":
    main()
