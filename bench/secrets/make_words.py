"""Make `engines/secrets/words.txt` and `trigrams.txt` from a word list and ordinary source text.

    python bench/secrets/make_words.py --dictionary american-english-small --text FOLDER ...

`--dictionary` is Debian's `wamerican-small` (SCOWL, public domain). `--text` are folders with
ordinary prose and source (Python's standard library, /usr/share/doc, npm's own modules): only
counts of words and letter triples are taken from them, and no labelled secret is among them.
"""

import argparse
import collections
import math
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "src/seawall/engines/secrets"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
SUFFIXES = {".py", ".md", ".txt", ".js", ".ts", ".pm", ".html", ".rst", ""}
LETTERS = "^abcdefghijklmnopqrstuvwxyz"
PER_FILE = 20
"""A word counts at most so often a file, so that one long file does not rule."""

EXTRA = """
access account acct addr admin algo alg api app apps arg args async attr auth authn authz aws azure
backend base64 bearer bool boot bot btn bucket bucketname callback cert certs cfg channel chat
checksum cipher cli client cloud cluster cmd cms codec config configs conn consumer cookie cookies
cors cred creds credential credentials cron crypt crypto csrf ctx cfg dashboard datasource dataset
db dbname decrypt default deploy dev devops dict dir django dns docker dto email emails encrypt
endpoint endpoints entity enum env envvar etag expiry facebook fallback fetch field fields file
filename firebase flask fmt foo bar baz qux frontend func gateway gitlab github google grafana
graphql grpc guid gui handler hash hashed header headers helm hmac host hostname href html http
https iam ident img impl init instance int ip issuer iss java javascript jdbc jenkins json jwt
kafka key keycloak keypair keys keyring keystore kube kubernetes lambda ldap len lib linkedin linux
localhost log login logout logger mail mailer mailgun md5 meta metadata middleware mongo mongodb
msg mutex mysql namespace netrc nginx node nonce npm null num oauth oauth2 oidc okta openid openssl
org otp param params passcode passkey passphrase passwd password passwords paypal pepper php pin
plugin png pom postgres postgresql prefs prod prop props proto proxy psql pubkey pwd py qa queue
rabbit rabbitmq rand realm redis ref refresh regex region registry repo repos req res resp rest
ret role root route router rpc rsa ruby runtime salt sandbox schema scope sdk secret secrets
security select sendgrid server session sha sha1 sha256 signin signing signup slack smtp spring
sql sqlite src ssh sso ssl staging stdin stdout str string stripe struct sub sudo svc svg swagger
sys tab tbl telegram temp template tenant terraform test tests timeout tls tmp todo token tokens
tokenizer topic totp truststore ts twilio twitter txt typeof ui uid unset uri url urls user userid
username users usr utf8 util utils uuid val validator value values var vars vault vendor verify
version vpc vpn web webhook webhooks widget wiki wordpress www xml xsrf yaml yml zookeeper
"""
TWO = """
ab ad ai am an and app as at be by cb co cs db de do dr el en es ex fn fr gb go gt hi hp id if
in io ip is it js jp km kv la ld le ls me mb md ml mp mq ms my no nr ns of oh ok on op or os
pa pc pk pm pr ps pt py qa re rm rx sd se sh so sp sq sr ss st sv tb td tf to tr ts tv tx ui uk
um up us ut ux vm vs we wp xs yy zh
"""


def texts(folders: list[Path]) -> Iterator[str]:
    """Yield the text of every ordinary file below the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path)
            if path.suffix not in SUFFIXES or "site-packages" in name or "/test" in name:
                continue
            if not path.is_file() or path.is_symlink() or path.stat().st_size > 400_000:
                continue
            try:
                yield path.read_text("utf-8")
            except (UnicodeDecodeError, OSError):
                continue


def main() -> None:
    """Count, choose and write the two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionary", type=Path, required=True)
    parser.add_argument("--text", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    every = {w for w in options.dictionary.read_text("utf-8").split("\n") if w.isascii()}
    english = {w for w in every if w.isalpha() and w.islower()}
    files: collections.Counter[str] = collections.Counter()
    small: collections.Counter[str] = collections.Counter()
    triples: collections.Counter[str] = collections.Counter()
    for text in texts(options.text):
        found = WORD.findall(text)
        counts = collections.Counter(word.lower() for word in found)
        small.update({word for word in found if word.islower()})
        files.update(counts.keys())
        for word, count in counts.items():
            edged = f"^^{word}^"
            for at in range(len(edged) - 2):
                triples[edged[at : at + 3]] += min(count, PER_FILE)
    # A short word must be one that is really used: random letters hold many a rare one.
    chosen = {w for w in english if 3 <= len(w) <= 14 and (len(w) >= 6 or files[w] >= 2)}
    # Words of programmers: common, mostly written small (so no person's name), no hex digits.
    chosen |= {
        w
        for w, n in files.items()
        if n >= 40 and 4 <= len(w) <= 12 and small[w] * 2 > n and not set(w) <= set("abcdef")
    }
    chosen |= {w for w in (EXTRA + TWO).split() if w.isalpha()}
    (HOUSE / "words.txt").write_text("\n".join(sorted(chosen)) + "\n")
    (HOUSE / "trigrams.txt").write_text(table(triples))
    print(len(chosen), "words")


def table(triples: "collections.Counter[str]") -> str:
    """Write one character for each triple: its cost in quarter bits from "0" upward, 27 lines."""
    lines = []
    for first in LETTERS:
        line = ""
        for second in LETTERS:
            pair = sum(triples[first + second + third] for third in LETTERS)
            for third in LETTERS:
                chance = (triples[first + second + third] + 0.5) / (pair + 0.5 * len(LETTERS))
                line += chr(48 + min(74, round(-4 * math.log2(chance))))
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
