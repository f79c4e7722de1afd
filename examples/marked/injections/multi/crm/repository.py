from abc import ABC, abstractmethod

import asyncpg
from motor.motor_asyncio import AsyncIOMotorClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://localhost/crm")
mongo = AsyncIOMotorClient().crm


class Gateway(ABC):
    @abstractmethod
    def select(self):
        ...

    async def fetch(self, **params):
        async with engine.connect() as conn:
            return (await conn.execute(text(self.select()), params)).all()  # BAD: sql-injection


class CityGateway(Gateway):
    def __init__(self, city):
        self.city = city

    def select(self):
        return f"SELECT * FROM customers WHERE city = '{self.city}'"


async def run_raw(query):
    conn = await asyncpg.connect("postgresql://localhost/crm")
    try:
        return await conn.fetch(query)  # BAD: sql-injection
    finally:
        await conn.close()


async def run_page(sort, offset):
    conn = await asyncpg.connect("postgresql://localhost/crm")
    return await conn.fetch(f"SELECT * FROM customers ORDER BY {sort} LIMIT 20 OFFSET {offset}")  # OK: sql-injection


async def by_city(city):
    async with engine.connect() as conn:
        return (await conn.execute(text("SELECT * FROM customers WHERE city = :c"), {"c": city})).all()  # OK: sql-injection


async def documents(spec):
    return await mongo.documents.find(spec).to_list(100)  # BAD: nosql-injection


async def documents_of(owner):
    return await mongo.documents.find({"owner": owner}).to_list(100)  # OK: nosql-injection


async def tag_count(tag):
    return await mongo.tags.count_documents({"$where": "this.name == '%s'" % tag})  # BAD: nosql-injection
