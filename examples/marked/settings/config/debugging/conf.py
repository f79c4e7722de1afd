class Base:
    DEBUG = False
    JSON_SORT_KEYS = False


class Development(Base):
    DEBUG = True


OPTIONS = {"debug": True, "reloader": False}
