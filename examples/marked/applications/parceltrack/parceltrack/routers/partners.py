import hashlib
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import APIRouter, Depends, Header, HTTPException
from lxml import etree

from ..security.tokens import partner_claims
from ..services import carriers

router = APIRouter(prefix="/partners", tags=["partners"])
PARTNER_KEY = os.environ.get("PARTNER_KEY", "").encode()


def seal(data: bytes) -> bytes:
    pad = 16 - len(data) % 16
    enc = Cipher(algorithms.AES(PARTNER_KEY), modes.ECB()).encryptor()  # BAD: weak-cipher-mode
    return enc.update(data + bytes([pad]) * pad) + enc.finalize()


def seal_v2(data: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(PARTNER_KEY).encrypt(nonce, data, None)  # OK: static-nonce


def seal_v3(data: bytes) -> bytes:
    nonce = b"parceltrack1"
    return AESGCM(PARTNER_KEY).encrypt(nonce, data, None)  # BAD: static-nonce


@router.get("/me")
async def me(claims: dict = Depends(partner_claims)):
    return {"partner": claims.get("sub")}


@router.post("/webhook")
async def webhook(payload: dict, x_signature: str = Header()):
    wanted = hashlib.sha256(PARTNER_KEY + payload.get("id", "").encode()).hexdigest()
    if wanted != x_signature:  # BAD: timing-unsafe-comparison
        raise HTTPException(401)
    return {"sealed": seal_v2(payload["id"].encode()).hex()}


@router.post("/manifest")
async def manifest(payload: dict, claims: dict = Depends(partner_claims)):
    tree = etree.fromstring(payload["xml"].encode(), etree.XMLParser(resolve_entities=False, no_network=True))  # OK: xml-external-entities
    nodes = tree.xpath("//parcel[@code='%s']" % payload["code"])  # BAD: xpath-injection
    exact = tree.xpath("//parcel[@code=$code]", code=payload["code"])  # OK: xpath-injection
    return {"n": len(nodes), "exact": len(exact)}


@router.get("/proof")
async def proof(url: str, claims: dict = Depends(partner_claims)):
    return {"size": len(await carriers.proof_image(url))}


@router.get("/proxy")
async def proxy(url: str, claims: dict = Depends(partner_claims)):
    return {"size": len(await carriers.proxy(url))}


@router.get("/sealed")
async def sealed(value: str, version: int = 1, claims: dict = Depends(partner_claims)):
    return {"value": (seal if version == 1 else seal_v3)(value.encode()).hex()}
