from sqlalchemy import desc, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ..models import Account, Parcel


class Repository:
    model = None
    default_order = "id"

    def __init__(self, session: AsyncSession):
        self.session = session

    async def get(self, pk: int):
        return await self.session.get(self.model, pk)

    async def add(self, obj):
        self.session.add(obj)
        await self.session.commit()
        return obj

    async def page(self, where: str, order: str | None = None, limit: int = 50):
        sql = f"SELECT * FROM {self.model.__tablename__} WHERE {where}"
        sql += f" ORDER BY {order or self.default_order} LIMIT {limit:d}"
        result = await self.session.execute(text(sql))  # BAD: sql-injection
        return [dict(r) for r in result.mappings()]


class ParcelRepository(Repository):
    model = Parcel
    sortable = {"created": Parcel.created, "weight": Parcel.weight}

    async def with_receiver(self, receiver: str):
        return await self.page("receiver ILIKE '%{}%'".format(receiver))

    async def by_code(self, code: str):
        result = await self.session.execute(text("SELECT id, status FROM parcels WHERE code = :code"), {"code": code})  # OK: sql-injection
        return result.mappings().first()

    async def owned(self, account: Account, sort: str):
        column = self.sortable.get(sort, Parcel.created)
        query = select(Parcel).where(Parcel.account_id == account.id).order_by(desc(column))
        return (await self.session.scalars(query)).all()

    async def histogram(self, bucket: str):
        if bucket not in ("day", "week", "month"):
            raise ValueError("bucket")
        sql = f"SELECT date_trunc('{bucket}', created) AS b, count(*) FROM parcels GROUP BY b"
        return (await self.session.execute(text(sql))).all()  # OK: sql-injection

    async def ordered(self, account: Account, order: str):
        query = select(Parcel).where(Parcel.account_id == account.id).order_by(text(order))  # BAD: sql-injection
        return (await self.session.scalars(query)).all()

    async def count(self) -> int:
        return await self.session.scalar(select(func.count()).select_from(Parcel))


class AccountRepository(Repository):
    model = Account

    async def by_email(self, email: str):
        return await self.session.scalar(select(Account).where(Account.email == email))
