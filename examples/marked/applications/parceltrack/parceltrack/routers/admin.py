from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from ..db import get_session
from ..models import Account
from ..repositories.parcels import ParcelRepository
from ..security import current_account, require_staff

router = APIRouter(prefix="/admin", tags=["admin"])


@router.get("/stats")
async def stats(bucket: str = "day", staff: Account = Depends(require_staff), session: AsyncSession = Depends(get_session)):
    repo = ParcelRepository(session)
    return {"count": await repo.count(), "rows": [tuple(r) for r in await repo.histogram(bucket)]}


@router.get("/accounts/{account_id}")
async def account(account_id: int, staff: Account = Depends(require_staff), session: AsyncSession = Depends(get_session)):
    found = await session.get(Account, account_id)
    return {"id": found.id, "email": found.email, "company": found.company}


@router.delete("/accounts/{account_id}")
async def drop(account_id: int, staff: Account = Depends(current_account), session: AsyncSession = Depends(get_session)):  # BAD: missing-authorization
    await session.delete(await session.get(Account, account_id))
    await session.commit()
    return {"ok": True}
