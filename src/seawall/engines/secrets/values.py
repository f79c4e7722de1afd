"""What a value looks like: an expression, a reference, words, or something that was made up."""

import re

from seawall.engines.secrets.names import Kind
from seawall.engines.secrets.placeholders import placeholder_reason
from seawall.engines.secrets.words import coverage, is_word, surprise

_EXPRESSION = re.compile(
    r"""^(?:
        \$\{.*|\$\(.*|\$\$.*|\$[A-Za-z_][\w:.]*\}?|\{\{.*|<%.*|<[^<>]*>?|%[\w(].*%?|\{[^{}"]*\}?|\[.*\]|\(.*\)|
        @\{.*|\#\{.*|!\w+.*|&\w+|\*\w+|
        .*<<.*|.*<[A-Za-z][\w -]{0,40}>.*|
        .*\$\{\{?.*|.*\{\{.*\}\}.*|.*<%=?.*|.*\#\{\w.*|.*\{\}.*|.*%s.*|.*%[({]\w+[)}].*|
        (?:process\.env|os\.(?:environ|getenv)|ENV\[|System\.getenv|env[.(\[]|vars?\.|self\.|this\.|
           config\.|settings\.|options?\.|params?\.|local\.|module\.|data\.|secrets?\.|ctx\.|req\.).*|
        [A-Za-z_][\w.]*\(.*|
        [A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z_]\w*(?:->|::)[A-Za-z_].*|[A-Za-z_]\w*\[.*|
        .*\s(?:\+|\|\||&&|\?\?|or|and|if|\?)\s.*
    )$""",
    re.VERBOSE | re.DOTALL,
)
_PATH = re.compile(
    r"^(?:[~.]{0,2}/[\w.@%+~-]|[A-Za-z]:\\|\.{1,2}\\|(?:[\w.@-]+/){2,}[\w.@-]*$|file:)|"
    r"://|^\.[a-z][a-z_-]*\.[a-z]+$|^[\w./-]+\.(?:pem|key|crt|cer|p12|pfx|jks|txt|json|ya?ml|toml|ini|conf|cfg|xml|env|properties|"
    r"html?|php|py|rb|js|ts|jsx|tsx|go|java|md|log|sh|sql|css|scss|png|svg|jpe?g|db|gpg|asc|pub|"
    r"keystore|truststore|com|org|net|io|local|internal)$"
)
_BASE64 = re.compile(r"^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/]{20,}={0,2}$", re.DOTALL)
_HASH = re.compile(
    r"^(?:\$(?:2[abxy]?|1|5|6|argon2\w*|pbkdf2\w*|apr1|y)\$|\{?(?:SSHA|SHA|MD5|BCRYPT|CRYPT)\d*\}|"
    r"pbkdf2_sha256\$|sha(?:1|256|384|512)[$:-]|md5[$:-])",
    re.IGNORECASE,
)
_REGEX = re.compile(
    r"\\[wdsSWDbB]|\[\^?[a-zA-Z]-[a-zA-Z]|\(\?[:=!<]|^\^.*\$$|\.\*|\.\+|\{\d+,\d*\}"
)
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE)
_HEX = re.compile(r"^(?:0x)?[0-9a-fA-F]+$")
_IDENTIFIER = re.compile(r"^[A-Za-z][A-Za-z0-9]*(?:[_.:/ -][A-Za-z0-9]+)*$")
_DATE = re.compile(r"^\d{2,4}[-/.:]\d{1,2}[-/.:]\d{1,4}|^\d{1,2}:\d\d|^v?\d+\.\d+(?:\.\d+)*$")
_NUMBER = re.compile(r"^[-+]?\d+(?:\.\d+)?(?:e\d+)?[a-z]{0,2}$")
_TELLING = re.compile(
    r"this[-_]?is|super[-_]?secret|do[-_]?not|not[-_]?a[-_]|random", re.IGNORECASE
)
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+\.[\w.-]+$")
_VALIDATION = re.compile(r"^\w+(?:\|[\w:,]+)+$")
_TYPES = frozenset(
    """true false null none nil undefined yes no on off string str text bytes int integer number
    bool boolean object array list dict any void char varchar required optional hidden default
    empty unset auto enabled disabled disable enable always never prompt ask keyring env file stdin
    base64 hex plain plaintext cleartext basic bearer digest hmac jwt oauth oauth2 md5 sha1 sha256
    sha512 hs256 rs256 bcrypt aes rsa utf8 utf-8 post get put header cookie query body form json
    public private internal external local global static dynamic random generated unknown missing
    invalid valid wrong incorrect expired revoked success failed failure error n/a na tbd""".split()
)
_COMMON = frozenset(
    """password passwd passwort pass pwd secret secrets token tokens key apikey test tests testing
    tester
    admin administrator root user username guest demo sample example default changeit changeme
    letmein welcome foo bar baz qux foobar abc abcd abcde xyz qwerty asdf asdfgh master login dummy
    mock
    fake temp tmp my your our the a an new old bad good wrong correct right invalid valid some any
    another other first second third one two three super strong weak plain value string here hello
    world hunter monkey dragon postgres mysql mariadb mongo redis rabbitmq rabbit elastic kibana
    minio
    anonymous mypass mypassword mysecret mytoken mykey
    oracle sa db database vagrant docker jenkins grafana prometheus nginx tomcat keycloak
    """.split()
)  # fmt: skip
_LEAST = {
    Kind.PASSWORD: 4,
    Kind.SECRET: 6,
    Kind.TOKEN: 8,
    Kind.KEY: 8,
    Kind.HASH: 20,
    Kind.WEAK: 16,
}


def refusal(value: str, kind: Kind, *, quoted: bool, sample: bool) -> str:
    """Say why a value given to a name of this kind is no secret; "" when it may be one."""
    if len(value) < _LEAST.get(kind, 8):
        return "too short to be a secret"
    if len(value) > 3000:
        return "too long to be a secret"
    reason = placeholder_reason(value)
    if reason:
        return reason
    if _TELLING.search(value):
        return "a placeholder, by its words"
    if "..." in value or "…" in value or "•" in value:
        return "a placeholder: something is left out"
    if value.lower() in _TYPES:
        return "a setting, not a secret"
    if _EXPRESSION.match(value):
        return "an expression, not a literal"
    if kind is not Kind.HASH and _HASH.match(value):
        return "a hash of something"
    if _PATH.search(value) and not _is_base64(value):
        return "a path, an address or a file's name"
    if _REGEX.search(value):
        return "a regular expression"
    if any(sign.isspace() for sign in value):
        return "a sentence, not a secret"
    if _DATE.match(value):
        return "a date or a version"
    if kind in (Kind.PASSWORD, Kind.SECRET):
        return _password(value, quoted)
    return _token(value, kind)


def _is_base64(value: str) -> bool:
    """Tell whether what could be a path is base64 of random bytes, which holds slashes too."""
    return _BASE64.match(value) is not None and coverage(value) < 0.4 and surprise(value) >= 4.2


def _password(value: str, quoted: bool) -> str:
    """Judge what people choose: anything that is not plainly words or a name."""
    if not any(sign.isalnum() for sign in value):
        return "signs alone"
    if value.isdigit() and (len(value) < 6 or _runs(value)):
        return "a short or well-known number"
    if len(set(value.lower())) <= 3:
        return "a placeholder: few different characters"
    if _EMAIL.match(value) or _VALIDATION.match(value):
        return "an address or a rule of a form"
    if not value.isascii() and not any(sign.isdigit() for sign in value):
        return "words, not a made-up value"
    if value.isalpha() and value[1:].islower() and value[0].isupper() and surprise(value) < 4.3:
        return "a word as a label has it"
    if _is_reference(value):
        return "a name of something, not a value"
    if value.isalpha() and (is_word(value.lower()) or coverage(value) >= 0.86):
        return "an ordinary word"
    if _is_common(value):
        return "a well-known word that stands for a password"
    if _IDENTIFIER.match(value) and coverage(value) >= 0.9 and _digits(value) <= 2:
        return "words, not a made-up value"
    if not quoted and not value.isascii():
        return "a sentence, not a secret"
    return ""


def _token(value: str, kind: Kind) -> str:
    """Judge what machines make: digits and letters in no order."""
    if _is_reference(value):
        return "a name of something, not a value"
    if _is_common(value):
        return "a well-known word that stands for a token"
    if _NUMBER.match(value) and not _HEX.match(value):
        return "a number"
    if value.isdigit():
        return "a number" if kind is not Kind.TOKEN or len(value) < 10 else ""
    if _UUID.match(value):
        return "" if kind in (Kind.TOKEN, Kind.KEY) else "an id"
    if _HEX.match(value) and len(value) >= 12:
        return _few_kinds(value) if kind is not Kind.WEAK or len(value) >= 32 else "an id"
    share = coverage(value)
    strange = surprise(value)
    letters = sum(sign.isalpha() for sign in value)
    digits = sum(sign.isdigit() for sign in value)
    if share >= 0.75 and letters >= 0.6 * len(value):
        return "words, not a made-up value"
    if digits == 0 and value.isalpha() and len(value) < 20 and strange < 4.0:
        return "words, not a made-up value"
    if _IDENTIFIER.match(value) and share >= 0.5 and digits <= 2:
        return "a name of something, not a value"
    if kind is Kind.WEAK and (strange < 4.0 or digits < 2 or len(value) < 20):
        return "not plainly made by a machine"
    if kind is Kind.KEY and strange < 3.4 and len(value) < 16:
        return "not plainly made by a machine"
    return ""


def _few_kinds(value: str) -> str:
    return "few different digits" if len(set(value.lower())) < 6 else ""


_SECRET_WORD = re.compile(
    r"passw|passphrase|secret|token|apikey|api[_-]key|credential|auth|(?:^|[_-])(?:key|pwd|pass)(?:$|[_-])",
    re.IGNORECASE,
)


def _is_reference(value: str) -> bool:
    """Tell whether a value is itself the name of a variable, a key or a field."""
    words = re.fullmatch(r"[A-Za-z_][A-Za-z_.:-]*\d?", value)
    if words and _SECRET_WORD.search(value) and coverage(value) >= 0.5:
        return True
    if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", value):
        return coverage(value) >= 0.5
    return bool(re.fullmatch(r"[a-z]+(?:[-_.][a-z]+)+", value)) and coverage(value) >= 0.75


def _is_common(value: str) -> bool:
    """Tell whether a value is well-known words with a few digits and signs."""
    pieces = [piece for piece in re.split(r"[^A-Za-z]+", value) if piece]
    others = sum(not sign.isalpha() for sign in value)
    return bool(pieces) and others <= 6 and all(piece.lower() in _COMMON for piece in pieces)


def _runs(digits: str) -> bool:
    """Tell whether digits run on or repeat, like 12345678 or 123123123."""
    steps = {ord(two) - ord(one) for one, two in zip(digits, digits[1:], strict=False)}
    return len(steps) == 1 or digits in (digits[:3] * 9, (digits + digits)[1:-1][: len(digits)])


def _digits(value: str) -> int:
    return sum(sign.isdigit() for sign in value)
