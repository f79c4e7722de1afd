import aiomysql


async def open_pool(cfg):
    return await aiomysql.create_pool(host=cfg.mysql_host, user="livedesk", password=cfg.mysql_password, db="archive")


class Archive:
    table = "messages"

    def __init__(self, pool):
        self.pool = pool

    async def _query(self, sql, args=None):
        async with self.pool.acquire() as conn, conn.cursor(aiomysql.DictCursor) as cur:
            await cur.execute(sql, args)
            return await cur.fetchall()

    async def room(self, room, limit):
        return await self._query(f"SELECT * FROM {self.table} WHERE room = %s LIMIT %s", (room, int(limit)))

    async def contains(self, phrase):
        phrase = phrase.replace("'", "''")
        async with self.pool.acquire() as conn, conn.cursor() as cur:
            await cur.execute("SELECT id, body FROM messages WHERE body LIKE '%" + phrase + "%'")  # BAD: sql-injection
            return await cur.fetchall()

    async def many(self, ids):
        marks = ", ".join("%s" for _ in ids)
        async with self.pool.acquire() as conn, conn.cursor() as cur:
            await cur.execute("SELECT id, body FROM messages WHERE id IN (" + marks + ")", tuple(ids))  # OK: sql-injection
            return await cur.fetchall()
