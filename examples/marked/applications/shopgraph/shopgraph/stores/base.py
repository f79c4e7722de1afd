from bson import ObjectId

from . import database


class MongoStore:
    collection = ""

    @property
    def col(self):
        return database()[self.collection]

    def get(self, pk):
        return self.col.find_one({"_id": ObjectId(pk)})  # OK: nosql-injection

    def match(self, criteria):
        return list(self.col.find(criteria).limit(100))  # BAD: nosql-injection

    def save(self, pk, doc):
        self.col.update_one({"_id": ObjectId(pk)}, {"$set": doc})
