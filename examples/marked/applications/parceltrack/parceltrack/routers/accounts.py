import logging

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from ..db import get_session
from ..models import Account
from ..repositories.parcels import AccountRepository
from ..schemas import AccountIn, AccountPatch
from ..security import current_account, hash_password, issue_token, verify_password

router = APIRouter(prefix="/accounts", tags=["accounts"])
log = logging.getLogger(__name__)


@router.post("/", status_code=201)
async def register(body: AccountIn, session: AsyncSession = Depends(get_session)):
    account = Account(email=body.email, company=body.company, password=hash_password(body.password))
    await AccountRepository(session).add(account)
    log.info("registered account %s", account.id)
    return {"id": account.id}


@router.post("/login")
async def login(body: AccountIn, response: Response, session: AsyncSession = Depends(get_session)):
    log.info("login attempt %s", body.model_dump())  # BAD: sensitive-data-in-log
    account = await AccountRepository(session).by_email(body.email)
    if account is None or not verify_password(account.password, body.password):
        raise HTTPException(401, "wrong credentials")
    token = issue_token(account)
    response.set_cookie("access", token, httponly=False, secure=True, samesite="lax")  # BAD: script-readable-cookie
    return {"token": token}


@router.patch("/me")
async def patch_me(body: AccountPatch, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    for key, value in body.model_dump(exclude_unset=True).items():
        setattr(account, key, value)  # BAD: mass-assignment
    session.add(account)
    await session.commit()
    return {"ok": True}


@router.post("/card")
async def card(request: Request, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    data = await request.json()
    account.card_number = data["card_number"]  # BAD: sensitive-data-stored-in-clear
    session.add(account)
    await session.commit()
    return {"last4": account.card_number[-4:]}


@router.get("/after-login")
async def after_login(next: str = "/"):
    return RedirectResponse(next)  # BAD: open-redirect


@router.get("/after-logout")
async def after_logout(page: str = "home"):
    pages = {"home": "/", "help": "/help", "track": "/track"}
    return RedirectResponse(pages.get(page, "/"))  # OK: open-redirect


@router.get("/consent")
async def consent(response: Response, value: str):
    response.headers["Set-Cookie"] = "consent=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax"  # BAD: cookie-injection
    return {"ok": True}
