import hashlib
import hmac
import os
import secrets

from .base import MongoStore


class UserStore(MongoStore):
    collection = "users"

    def login(self, email, password):
        return self.col.find_one({"email": email, "password": password})  # BAD: nosql-injection

    def by_email(self, email):
        return self.col.find_one({"email": str(email)})  # OK: nosql-injection

    def register(self, email, password):
        salt = os.urandom(16)
        digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1000)  # BAD: weak-password-hash
        return self.col.insert_one({"email": email, "salt": salt, "digest": digest, "role": "buyer"}).inserted_id

    def check(self, user, password):
        digest = hashlib.pbkdf2_hmac("sha256", password.encode(), user["salt"], 600000)  # OK: weak-password-hash
        return hmac.compare_digest(digest, user["digest"])

    def new_token(self, user):
        token = secrets.token_urlsafe(32)
        self.col.update_one({"_id": user["_id"]}, {"$set": {"token": hashlib.sha256(token.encode()).hexdigest()}})
        return token

    def by_token(self, token):
        return self.col.find_one({"token": hashlib.sha256(token.encode()).hexdigest()})

    def apply(self, user, changes):
        self.col.update_one({"_id": user["_id"]}, {"$set": changes})  # BAD: mass-assignment
