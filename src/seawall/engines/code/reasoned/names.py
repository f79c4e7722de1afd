"""What the name of a value tells: that it is a secret, or must not be guessed."""

import re
from functools import lru_cache

PASSWORD, SECRET, UNGUESSABLE, ADDRESS = 1, 2, 4, 8
"""Bits of what a name tells; ADDRESS: it is the address of a host or document."""
KEPT = PASSWORD | SECRET

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORDS = frozenset("password passwd passphrase passcode pwd passwort kennwort".split())
_SECRETS = frozenset(
    "secret apikey authkey ssn credential credentials ccn cvv iban apitoken accesstoken "
    "creditcard".split()
)
_PAIRS = frozenset(
    "api_key api_token api_secret access_token access_key auth_token auth_key auth_code "
    "refresh_token bearer_token session_token reset_token private_key "
    "secret_key client_secret encryption_key signing_key authentication_key authorization_key "
    "credit_card card_number card_no social_security security_number bank_account account_number "
    "admin_token admin_key internal_token internal_key service_token "
    "oauth_token master_key recovery_code otp_code pin_code health_record medical_record "
    "passport_number".split()
)
_ALONE = frozenset("token otp".split())
"""Secrets where nothing else is said: `token`, but not `tokens` or `token_type`."""
_QUIET = frozenset(
    "url uri path paths file files filename dir name names field fields id ids len length hash "
    "hashed hashes hasher hashers digest count counter type types expiry expires expiration "
    "expired exp age ttl policy hint enabled required requirement valid validator validators "
    "validation form forms prompt label regex pattern min max changed updated last public error "
    "errors help text placeholder env var header headers index idx pos position class classes cls "
    "view views backend backends manager serializer question strength size format encoding "
    "encrypted encryption masked mask redacted hidden missing is has use uses need needs require "
    "requires no not hide show enable num check checked verify verified validate forgot expire "
    "message messages template subject status score rule rules helper handler provider service "
    "store storage loader generator factory func function method callback cb event exists "
    "exception warning option options arg args param params parameter kwargs column table model "
    "schema set input widget element locator xpath selector button link title description "
    "endpoint mode algorithm alg scheme stream iterator lexer parser cipher crypted obfuscated "
    "censored fingerprint ref arn reference version kind test fake dummy example failure failed "
    "conf attr const success wrong bad incorrect invalid change resets list".split()
)
_UNGUESSABLE = frozenset(
    "token password passwd passphrase passcode pwd secret salt nonce otp totp csrf xsrf sessionid "
    "apikey cookie captcha authkey sid csrftoken".split()
)
_UNGUESSABLE_PAIRS = frozenset(
    f"{one}_{other}"
    for one in (
        "api secret private session sess reset verification verify confirm confirmation activation "
        "invite invitation auth access security recovery login encryption signing crypto "
        "backup sms mail email remember".split()
    )
    for other in "code key link token id hash pin".split()
) - {"access_id", "email_id", "mail_id", "sms_id", "security_id", "backup_id", "login_id"}
_COUNTED = frozenset(
    "count len length index idx num size probability prob rate ratio type time delay timeout age "
    "pos position seed weight weights expires ttl max min limit interval".split()
)
_ADDRESSES = frozenset(
    "url uri href link host hostname netloc domain origin referer referrer redirect location next "
    "endpoint website site".split()
)
_STORES = re.compile(r"(?i)session|(?:^|_)sess(?:$|_)|cookie|token|csrf|nonce|otp")


@lru_cache(maxsize=1 << 16)
def told_by(name: str) -> int:
    """Return the bits of what a name tells, 0 for most."""
    if len(name) > 60:
        return 0
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return 0
    bits = 0
    pairs = {f"{one}_{other}" for one, other in zip(words, words[1:], strict=False)}
    if _QUIET.isdisjoint(words):
        if not _PASSWORDS.isdisjoint(words):
            bits |= PASSWORD
        elif not _SECRETS.isdisjoint(words) or (len(words) == 1 and words[0] in _ALONE):
            bits |= SECRET
    if not bits and not _PAIRS.isdisjoint(pairs) and _QUIET.isdisjoint(words):
        bits |= SECRET
    if _COUNTED.isdisjoint(words) and (
        not _UNGUESSABLE.isdisjoint(words)
        or not _UNGUESSABLE_PAIRS.isdisjoint(pairs)
        or words == ["iv"]
    ):
        bits |= UNGUESSABLE
    if words[-1] in _ADDRESSES or words[0] in ("url", "uri", "host"):
        bits |= ADDRESS
    return bits


@lru_cache(maxsize=4096)
def keeps_sessions(name: str) -> bool:
    """Whether a mapping is named after what lets somebody into a session."""
    return bool(_STORES.search(name))
