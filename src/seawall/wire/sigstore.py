"""Sign a statement through sigstore: an identity in place of a key, and a public log."""

from importlib.util import find_spec

from seawall.core.errors import ConfigError


def require() -> None:
    """Raise ConfigError when sigstore is not installed; reaches nothing."""
    if find_spec("sigstore") is None:
        raise ConfigError(
            "--sign sigstore needs the package sigstore, which is not installed",
            hint="pip install 'seawall[sigstore]', or sign with a key: --sign KEYFILE",
        )


def sign_statement(statement: bytes) -> str:
    """Return a sigstore bundle, as one line of JSON, that holds the signed in-toto statement.

    The identity is that of the pipeline where there is one; otherwise a browser asks the person.
    Raises ConfigError when sigstore is not installed, does not answer, or refuses.
    """
    require()
    from sigstore.dsse import Statement
    from sigstore.models import ClientTrustConfig
    from sigstore.oidc import IdentityToken, Issuer, detect_credential
    from sigstore.sign import SigningContext

    try:
        trust = ClientTrustConfig.production()
        ambient = detect_credential()
        if ambient is not None:
            identity = IdentityToken(ambient)
        else:
            identity = Issuer(trust.signing_config.get_oidc_url()).identity_token()
        with SigningContext.from_trust_config(trust).signer(identity) as signer:
            bundle: str = signer.sign_dsse(Statement(statement)).to_json()
    except Exception as error:  # its errors have no common ancestor, and the network its own
        words = " ".join(str(error).split())[:300] or type(error).__name__
        raise ConfigError(
            f"sigstore did not sign: {words}",
            hint="it needs the network and an identity; without them sign with --sign KEYFILE",
        ) from error
    return bundle
