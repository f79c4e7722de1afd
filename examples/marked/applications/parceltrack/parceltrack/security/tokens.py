import time

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from ..db import get_session
from ..models import Account
from ..settings import settings

bearer = HTTPBearer()


def issue_token(account: Account) -> str:
    claims = {"sub": str(account.id), "exp": int(time.time()) + 3600}
    return jwt.encode(claims, settings.jwt_secret, algorithm=settings.jwt_algorithm)


def read_token(token: str) -> dict:
    return jwt.decode(token, settings.jwt_secret, algorithms=[settings.jwt_algorithm])  # OK: jwt-unverified


def peek_token(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})  # BAD: jwt-unverified


async def current_account(
    cred: HTTPAuthorizationCredentials = Depends(bearer), session: AsyncSession = Depends(get_session)
) -> Account:
    try:
        claims = read_token(cred.credentials)
    except jwt.PyJWTError:
        raise HTTPException(401, "invalid token") from None
    account = await session.get(Account, int(claims["sub"]))
    if account is None:
        raise HTTPException(401, "unknown account")
    return account


async def partner_claims(cred: HTTPAuthorizationCredentials = Depends(bearer)) -> dict:
    return peek_token(cred.credentials)


async def require_staff(account: Account = Depends(current_account)) -> Account:
    if not account.is_staff:
        raise HTTPException(403, "staff only")
    return account
