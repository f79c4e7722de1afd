class Store:
    def __init__(self, pool):
        self.pool = pool

    async def rows(self, sql, *args):
        async with self.pool.acquire() as conn:
            return [dict(r) for r in await conn.fetch(sql, *args)]


class CustomerStore(Store):
    orders = {"name": "name", "city": "city", "newest": "created DESC"}

    async def by_id(self, customer_id):
        async with self.pool.acquire() as conn:
            return await conn.fetchrow("SELECT * FROM customers WHERE id = $1", customer_id)  # OK: sql-injection

    async def in_city(self, city, order):
        async with self.pool.acquire() as conn:
            sql = "SELECT id, name FROM customers WHERE city = $1 ORDER BY " + order
            return await conn.fetch(sql, city)  # BAD: sql-injection

    async def listing(self, order):
        async with self.pool.acquire() as conn:
            return await conn.fetch(f"SELECT id, name FROM customers ORDER BY {self.orders.get(order, 'name')}")  # OK: sql-injection

    async def patch(self, customer_id, changes):
        parts = [f"{column} = ${i + 2}" for i, column in enumerate(changes)]
        async with self.pool.acquire() as conn:
            await conn.execute(f"UPDATE customers SET {', '.join(parts)} WHERE id = $1", customer_id, *changes.values())  # BAD: sql-injection

    async def touch(self, customer_id):
        async with self.pool.acquire() as conn:
            await conn.execute("UPDATE customers SET seen = now() WHERE id = " + str(int(customer_id)))  # OK: sql-injection
