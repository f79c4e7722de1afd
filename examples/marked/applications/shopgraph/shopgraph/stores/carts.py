import json
import pickle

from . import cache


class CartStore:
    prefix = "cart:"
    ttl = 86400

    def load(self, key):
        raw = cache.get(self.prefix + key)
        return json.loads(raw) if raw else []  # OK: unsafe-deserialization

    def store(self, key, items):
        cache.setex(self.prefix + key, self.ttl, json.dumps(items))

    def restore(self, blob):
        return pickle.loads(blob)  # BAD: unsafe-deserialization


class ScriptedCart(CartStore):
    def total(self, key, rate):
        script = "return redis.call('GET', KEYS[1]) * " + rate
        return cache.eval(script, 1, self.prefix + key)  # BAD: code-injection

    def bump(self, key, amount):
        script = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
        return cache.eval(script, 1, self.prefix + key, int(amount))  # OK: code-injection
