import aiomysql
import aiosqlite
import asyncpg
from databases import Database
from fastapi import Body, Depends, FastAPI, Header, Path, Query
from pydantic import BaseModel

app = FastAPI()
database = Database("postgresql://localhost/app")


class Filter(BaseModel):
    city: str
    limit: int = 20


async def pool():
    return await asyncpg.create_pool("postgresql://localhost/app")


@app.get("/people")
async def people(name: str = Query(...), db=Depends(pool)):
    async with db.acquire() as conn:
        return await conn.fetch("SELECT * FROM people WHERE name = '" + name + "'")  # BAD: sql-injection


@app.get("/people/{person_id}")
async def person(person_id: int, db=Depends(pool)):
    async with db.acquire() as conn:
        return await conn.fetchrow(f"SELECT * FROM people WHERE id = {person_id}")  # OK: sql-injection


@app.get("/people/slug/{slug}")
async def person_slug(slug: str = Path(...)):
    conn = await asyncpg.connect("postgresql://localhost/app")
    try:
        return await conn.fetchval("SELECT id FROM people WHERE slug = '%s'" % slug)  # BAD: sql-injection
    finally:
        await conn.close()


@app.post("/people/filter")
async def people_filter(flt: Filter):
    query = f"SELECT * FROM people WHERE city = :city LIMIT {flt.limit}"
    return await database.fetch_all(query=query, values={"city": flt.city})  # OK: sql-injection


@app.post("/people/filter2")
async def people_filter_raw(flt: Filter):
    query = "SELECT * FROM people WHERE city = '{city}' LIMIT {limit}".format(**flt.model_dump())
    return await database.fetch_all(query=query)  # BAD: sql-injection


@app.post("/rename")
async def rename(data: dict = Body(...)):
    async with aiosqlite.connect("people.db") as db:
        await db.execute(f"UPDATE people SET name = '{data['name']}' WHERE id = 1")  # BAD: sql-injection
        await db.execute("UPDATE people SET name = ? WHERE id = ?", (data["name"], 2))  # OK: sql-injection
        await db.commit()


@app.get("/agents")
async def agents(user_agent: str = Header("")):
    conn = await aiomysql.connect(host="127.0.0.1", user="web", db="stats")
    async with conn.cursor() as cur:
        await cur.execute("SELECT hits FROM agents WHERE ua = \"%s\"" % (user_agent,))  # BAD: sql-injection
        return await cur.fetchall()
