import secrets

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from ..db import get_session
from ..models import Account, Parcel
from ..repositories.parcels import ParcelRepository
from ..schemas import CallbackIn, ParcelIn, ParcelPatch, RuleIn
from ..security import current_account
from ..services import rules
from ..services.carriers import notify

router = APIRouter(prefix="/parcels", tags=["parcels"])


async def own_parcel(parcel_id: int, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)) -> Parcel:
    parcel = await ParcelRepository(session).get(parcel_id)
    if parcel is None or parcel.account_id != account.id:
        raise HTTPException(404)
    return parcel


@router.post("/", status_code=201)
async def create(body: ParcelIn, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    parcel = Parcel(**body.model_dump(), code=secrets.token_hex(8), account_id=account.id)  # OK: mass-assignment
    await ParcelRepository(session).add(parcel)
    return {"id": parcel.id, "code": parcel.code}


@router.get("/")
async def mine(sort: str = "created", account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    return await ParcelRepository(session).owned(account, sort)


@router.get("/search")
async def search(receiver: str, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    found = await ParcelRepository(session).with_receiver(receiver)
    return [row for row in found if row["account_id"] == account.id]


@router.get("/ordered")
async def ordered(order: str, account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    return await ParcelRepository(session).ordered(account, order)


@router.get("/notes")
async def notes(pattern: str, word: str = "", account: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):
    texts = [p.note for p in await ParcelRepository(session).owned(account, "created")]
    if word:
        return rules.find_words(word, texts)
    return rules.find_notes(pattern, texts)


@router.get("/{parcel_id}")
async def show(parcel: Parcel = Depends(own_parcel)):
    return parcel


@router.patch("/{parcel_id}")
async def patch(body: ParcelPatch, parcel: Parcel = Depends(own_parcel), session: AsyncSession = Depends(get_session)):
    for key, value in body.model_dump(exclude_unset=True).items():
        setattr(parcel, key, value)  # OK: mass-assignment
    session.add(parcel)
    await session.commit()
    return parcel


@router.delete("/{parcel_id}")
async def remove(parcel_id: int, session: AsyncSession = Depends(get_session)):  # BAD: missing-authentication
    parcel = await session.get(Parcel, parcel_id)
    if parcel is None:
        raise HTTPException(404)
    await session.delete(parcel)
    await session.commit()
    return {"ok": True}


@router.post("/{parcel_id}/callback")
async def callback(body: CallbackIn, tasks: BackgroundTasks, parcel: Parcel = Depends(own_parcel)):
    tasks.add_task(notify, str(body.url), {"code": parcel.code, "event": body.event})
    return {"queued": True}


@router.post("/{parcel_id}/rule")
async def rule(body: RuleIn, parcel: Parcel = Depends(own_parcel)):
    return {"name": body.name, "match": rules.run_rule(body.expression, parcel)}


@router.post("/{parcel_id}/simple-rule")
async def simple_rule(body: RuleIn, parcel: Parcel = Depends(own_parcel)):
    return {"name": body.name, "match": rules.run_simple(body.expression, parcel)}


@router.get("/{parcel_id}/describe")
async def describe(template: str, parcel: Parcel = Depends(own_parcel)):
    return {"text": rules.describe(template, parcel)}
