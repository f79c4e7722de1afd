import os

import redis
from pymongo import MongoClient

_client = MongoClient(os.environ.get("MONGO_URL", "mongodb://localhost:27017/shop"))
cache = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


def database():
    return _client.get_default_database("shop")
