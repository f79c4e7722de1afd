import re

from .base import MongoStore


class ProductStore(MongoStore):
    collection = "products"
    sort_keys = {"price": "price", "name": "name"}

    def named(self, fragment):
        return list(self.col.find({"name": {"$regex": fragment, "$options": "i"}}))  # BAD: nosql-injection

    def starting(self, prefix):
        return list(self.col.find({"name": {"$regex": "^" + re.escape(prefix)}}))  # OK: nosql-injection

    def cheaper(self, limit):
        return list(self.col.find({"price": {"$lt": float(limit)}}))  # OK: nosql-injection

    def scripted(self, expression):
        return list(self.col.find({"$where": f"this.price < {expression}"}))  # BAD: nosql-injection

    def sorted(self, key):
        return list(self.col.find({}).sort(self.sort_keys.get(key, "name"), 1))

    def grouped(self, pipeline):
        return list(self.col.aggregate(pipeline))  # BAD: nosql-injection
