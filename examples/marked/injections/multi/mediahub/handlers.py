import io

import tornado.web

from .store import LocalStore, StrictStore, inflate, revive, unpack, unpack_filtered


class BaseHandler(tornado.web.RequestHandler):
    store = LocalStore()

    @property
    def name(self):
        return self.get_argument("name")

    def upload(self):
        return self.request.files["file"][0]


class Raw(BaseHandler):
    def get(self):
        self.write(self.store.read(self.name))

    def put(self):
        info = self.upload()
        self.store.write(info["filename"], info["body"])

    def delete(self):
        self.store.drop(self.name)


class Strict(BaseHandler):
    store = StrictStore()

    def get(self):
        self.write({"size": self.store.size(self.name), "text": self.store.text(self.name)})


class Bundle(BaseHandler):
    def post(self):
        unpack(io.BytesIO(self.upload()["body"]), "/srv/mediahub/bundles")

    def put(self):
        unpack_filtered(io.BytesIO(self.upload()["body"]), "/srv/mediahub/bundles")


class Session(BaseHandler):
    def post(self):
        state = revive(inflate(self.request.body))
        self.write({"state": repr(state)})
