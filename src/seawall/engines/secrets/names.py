"""What a name promises of its value: the grammar of identifiers, head noun first.

"db_password" names a secret, "password_field" a field and "primary_key" no secret at all.
"""

import enum
import functools
import re

from msgspec import Struct

from seawall.engines.secrets.words import split


class Kind(enum.Enum):
    """How much a name says that its value is secret."""

    PASSWORD = "password"
    """Chosen by people: any literal counts that is no placeholder."""
    SECRET = "secret"
    """A secret of either sort: made by people or by a machine."""
    TOKEN = "token"
    """Made by a machine: the value must look like it."""
    KEY = "key"
    """A key to a service or of a cipher: the value must look made by a machine."""
    HASH = "hash"
    """What is left of a password after hashing."""
    WEAK = "weak"
    """The name alone says little: the value must be unmistakable."""
    NONE = "none"
    """Names something about a secret, or nothing secret."""


class Name(Struct, frozen=True, gc=False):
    """What a name says, and the words that say it."""

    kind: Kind
    words: tuple[str, ...]
    reason: str = ""
    """Why it names no secret, for `Kind.NONE`."""
    head: bool = True
    """Whether the secret is what the name is the name of, not what it belongs to."""
    test: bool = False
    """Whether it says of itself that it is a sample ("dummy_password", "fakeToken")."""


_PASSWORD = frozenset(
    """password passwd passwort pwd pass pw psw pswd passw passphrase passcode passwrd kennwort
    senha contrasena contraseña clave mdp motdepasse wachtwoord haslo hasło parola heslo salasana
    jelszo sifre şifre lozinka parole passwords passwds pwds pasword passord losenord lösenord
    keypass storepass dbpass dbpasswd dbpwd userpass userpwd mypass mypassword rootpw rootpass
    adminpass adminpassword requirepass masterauth passkey pgpassword sshpass unlockcode
    пароль""".split()
)
_SECRET = frozenset(
    """secret secrets clientsecret appsecret secretkey apisecret sharedsecret jwtsecret
    consumersecret secretaccesskey authsecret cookiesecret sessionsecret psk wpapsk pepper
    mnemonic""".split()
)
_TOKEN = frozenset(
    """token tokens apitoken accesstoken authtoken refreshtoken oauthtoken bearer jwt pat
    usertoken bottoken accesstokensecret xoxb sas sastoken authorization credential credentials
    cred creds dsn webhook sessiontoken idtoken tok""".split()
)
_KEY = frozenset(
    """apikey accesskey privatekey authkey appkey secretkeybase encryptionkey signingkey masterkey
    apikeys accountkey sharedkey licensekey privkey subscriptionkey integrationkey servicekey
    writekey aeskey hmackey deploykey cryptkey sharedaccesskey accesskeys""".split()
)
_WEAK = frozenset(
    """key keys auth oauth salt nonce cookie cookies session sessionid sid
    licence license seed otp totp pin code iv crypt cipher encryption
    security entropy sec private connstr connection connectionstring
    passes sign authentication login webhooks hook""".split()
)
_KEY_OF = frozenset(
    """api access secret private auth authentication authorization encryption encrypt decrypt
    decryption signing sign signature master shared license licence consumer client admin service
    subscription deploy server aes des rsa hmac jwt crypt crypto cipher integration webhook
    security write ingest ingestion account storage app application account wallet rpc project
    user ssh pgp gpg wep wpa host session token developer dev partner merchant
    payment stripe aws azure gcp google github gitlab maps map firebase openai sendgrid mailgun
    algolia datadog sentry twilio""".split()
)
_KEY_NOT = frozenset(
    """public publishable primary foreign cache sort partition hot row dict dictionary config lookup
    object
    index unique group registry i18n translation message composite natural surrogate map json
    column field menu option sorting grouping routing binding context query search order state
    store hash range claim role press arrow shortcut modifier enter escape shift alt ctrl up down
    left right
    home end tab return event answer property attribute label string resource localized parent
    child candidate pub known tree node page item data list entry table record document locale
    param meta setting sub""".split()
)
_ABOUT = frozenset(
    """field fields file files filename path paths dir directory folder url urls uri uris endpoint
    endpoints name names type types typ kind length len size min max minimum maximum expire expires
    expired expiry expiration ttl timeout lifetime duration enabled enable disabled disable policy
    policies regex regexp pattern label labels placeholder hint hints title message msg error
    errors required valid validation validator validate validity visible strength attempts attempt
    retry retries changed form input inputs page view button btn icon link column columns
    attribute attr param parameter parameters property variable var config configuration
    settings setting options option class count num number index idx position algorithm alg algo
    method mode grant scope scopes issuer audience state status date time age rotation arn ref
    selector lists list array provider manager service handler store storage encoder decoder
    format header headers prefix suffix factory request response reader writer parser generator
    builder callback listener interceptor filter helper util utils test tests mock event events
    usage description desc text help doc docs documentation info mapping template charset chars
    characters alphabet version location address host hostname port domain region uuid guid
    fingerprint thumbprint checksum backend engine driver plugin module client server api role
    permission permissions limit limits quota level bits buffer buf ptr pointer vault
    kms alias owner group groups tag tags target source src dest destination prompt dialog
    modal screen route router controller model schema table entity object instance reference
    question answer reminder recovery updater rule rules check checker exception failure success
    result match mismatch matcher matches confirmed reset forgot forgotten request ids id
    display show hide toggle order resource resources bundle kid usages pair pairs
    sha sha1 sha256 md5 interval delay cache map keyboard ring board press down up code codes
    word words flag flags action actions manager auth authenticator entry item items section
    comment category style color colour width height weight cost rounds iterations position
    separator delimiter sep char iterator lookup offset issued created updated refresh refreshed
    rotate encrypted encoding encoded base64 function func fn fnc callback cb getter setter
    accessor supplier customizer deserializer serializer converter script
    locked lock unlock unlocked rate amount balance price symbol supply decimals pool
    contract signature sig hmac digest""".split()
)
_WRAPPED = frozenset(
    "encrypted crypted hashed masked redacted wrapped sealed obfuscated ciphered".split()
)
_DIGEST = frozenset(("sha", "md"))
_LABEL = frozenset(
    "label title placeholder hint msg message error text prompt caption tooltip i18n lang".split()
)
_STAGE = frozenset(
    """value val values string str plain plaintext cleartext raw literal prod production dev
    development testing stage staging live sandbox env default old new current confirm
    confirmation again repeat retype verify here data v a b c local main global global1 mine my
    one two decoded b64 hex ascii utf bytes byte""".split()
)
_SAMPLE = frozenset("dummy fake sample example mock invalid wrong bad bogus incorrect".split())
VERBS = frozenset(
    """get is has have check validate verify hash encode find load read fetch generate create make
    require needs need parse compare show hide toggle ask request prompt forgot reset change update
    delete remove missing no without expect assert test should contains match matches
    print log dump clear revoke lookup decode decrypt encrypt extract resolve existing""".split()
)
"""What is done with a secret; `check_password("x")` gives no password."""
_JOINED = re.compile(
    r"(?:pass(?:w(?:or)?d|phrase|code)s?|passwort|pwd|(?:api|access|secret|private|auth|master|"
    r"account|encrypt(?:ion)?|signing|license)key|secret|token|credentials?)$"
)
_JOINED_KIND = {"p": Kind.PASSWORD, "s": Kind.SECRET, "t": Kind.TOKEN, "c": Kind.TOKEN}


def _kind(word: str) -> Kind | None:
    if word in _PASSWORD:
        return Kind.PASSWORD
    if word in _SECRET:
        return Kind.SECRET
    if word in _TOKEN:
        return Kind.TOKEN
    if word in _KEY:
        return Kind.KEY
    if word in _WEAK:
        return Kind.WEAK
    joined = _JOINED.search(word)
    if joined is None:
        return None
    end = joined[0]
    return Kind.KEY if end.endswith("key") else _JOINED_KIND[end[0]]


_NOTHING = Name(kind=Kind.NONE, words=(), reason="a name that promises no secret")


@functools.lru_cache(maxsize=4096)
def read(text: str) -> Name:
    """Read an identifier: what kind of secret it promises, head noun first."""
    words = tuple(word for word in split(text) if word not in ("my", "the", "a"))[-8:]
    if not words:
        return _NOTHING
    wrapped = next((word for word in words[:-1] if word in _WRAPPED), "")
    if wrapped:
        return Name(kind=Kind.NONE, words=words, reason=f"says that it is {wrapped}")
    if words[-1] in _PASSWORD and _DIGEST.intersection(words):
        return Name(kind=Kind.HASH, words=words)
    if any(word in _LABEL for word in words[:-1]):
        return Name(kind=Kind.NONE, words=words, reason="names words for people")
    test = any(word in _SAMPLE for word in words)
    whole = "".join(words)
    if len(words) > 1 and _kind(whole) in (Kind.PASSWORD, Kind.SECRET, Kind.TOKEN, Kind.KEY):
        known = _kind(whole)
        if known is not None and whole in (_PASSWORD | _SECRET | _TOKEN | _KEY):
            return Name(kind=known, words=words, test=test)
    body = list(words)
    while len(body) > 1 and body[-1] in _STAGE and _kind(body[-1]) is None:
        body.pop()
    head = body[-1]
    if head in ("hash", "digest", "crypt", "hashed") and any(
        _is_strong(word) for word in body[:-1]
    ):
        return Name(kind=Kind.HASH, words=words, test=test)
    if head in _ABOUT:
        return Name(kind=Kind.NONE, words=words, reason=f"names the {head} of it, not the secret")
    if head in ("key", "keys"):
        return _key(words, body, test)
    kind = _kind(head)
    is_head = kind is not None
    if kind is None:
        # "password1", "tokenA" were split off already; "password_admin" names whose it is.
        kind = next((k for word in body[:-1] if (k := _kind(word)) is Kind.PASSWORD), None)
        if kind is None or len(body) > 3:
            return _NOTHING
    if body[0] in ("public", "pub") and kind in (Kind.TOKEN, Kind.KEY, Kind.SECRET):
        return Name(kind=Kind.NONE, words=words, reason="names what is public")
    if len(body) > 1 and body[0] in VERBS - {"test"} and kind in (Kind.PASSWORD, Kind.WEAK):
        return Name(kind=Kind.NONE, words=words, reason=f"names what is done ({body[0]})")
    return Name(kind=kind, words=words, head=is_head, test=test)


def _is_strong(word: str) -> bool:
    return _kind(word) in (Kind.PASSWORD, Kind.SECRET, Kind.TOKEN)


def _key(words: tuple[str, ...], body: list[str], test: bool) -> Name:
    """Read a name that ends in "key": what stands before says which."""
    before = body[-2] if len(body) > 1 else ""
    if before in _KEY_NOT or "public" in body:
        return Name(kind=Kind.NONE, words=words, reason=f"a {before or 'public'} key is no secret")
    if before in _KEY_OF or any(_is_strong(word) for word in body[:-1]):
        return Name(kind=Kind.KEY, words=words, test=test)
    if any(word in ("api", "secret", "private", "auth", "encryption") for word in body[:-1]):
        return Name(kind=Kind.KEY, words=words, test=test)
    return Name(kind=Kind.WEAK, words=words, test=test)
