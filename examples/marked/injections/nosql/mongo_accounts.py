import json

from bson.objectid import ObjectId
from flask import Flask, abort, jsonify, request
from flask_pymongo import PyMongo
from pymongo import MongoClient

app = Flask(__name__)
app.config["MONGO_URI"] = "mongodb://localhost:27017/app"
mongo = PyMongo(app)
client = MongoClient()


@app.post("/login")
def login():
    body = request.get_json()
    user = mongo.db.users.find_one({"name": body["name"], "password": body["password"]})  # BAD: nosql-injection
    return jsonify(ok=bool(user))


@app.post("/login/form")
def login_form():
    name, token = request.form["name"], request.form["token"]
    user = mongo.db.users.find_one({"name": name, "token": token})  # OK: nosql-injection
    return jsonify(ok=bool(user))


@app.post("/login/str")
def login_str():
    body = request.get_json()
    user = mongo.db.users.find_one({"name": str(body["name"]), "password": str(body["password"])})  # OK: nosql-injection
    return jsonify(ok=bool(user))


@app.post("/login/typed")
def login_typed():
    body = request.get_json()
    token = body.get("token")
    if not isinstance(token, str):
        abort(400)
    return jsonify(ok=bool(mongo.db.users.find_one({"token": token})))  # OK: nosql-injection


@app.get("/search")
def search():
    flt = json.loads(request.args.get("filter", "{}"))
    return jsonify([d["name"] for d in client.app.items.find(flt)])  # BAD: nosql-injection


@app.get("/where")
def where():
    owner = request.args["owner"]
    docs = client["app"]["items"].find({"$where": f"this.owner == '{owner}'"})  # BAD: nosql-injection
    return jsonify([d["name"] for d in docs])


@app.get("/item/<oid>")
def item(oid):
    doc = client.app.items.find_one({"_id": ObjectId(oid)})  # OK: nosql-injection
    return jsonify(name=doc["name"])


@app.post("/reset")
def reset():
    data = request.json
    res = client.app.users.update_one({"reset": data["reset"]}, {"$set": {"password": "x"}})  # BAD: nosql-injection
    return jsonify(n=res.modified_count)


@app.post("/wipe")
def wipe():
    criteria = {"session": request.get_json(force=True).get("session")}
    client.app.sessions.delete_many(criteria)  # BAD: nosql-injection
    return "", 204


@app.post("/aggregate")
def aggregate():
    pipeline = [{"$match": {"public": True}}]
    pipeline.extend(request.json["stages"])
    return jsonify(list(client.app.items.aggregate(pipeline)))  # BAD: nosql-injection


@app.post("/eq")
def eq():
    token = request.json["token"]
    return jsonify(n=client.app.tokens.count_documents({"token": {"$eq": token}}))  # OK: nosql-injection
