"""Fills an empty shop with something to sell."""

import random
import sys

from harbor.database import connect

THINGS = ["Anchor", "Bilge pump", "Compass", "Dinghy", "Echo sounder", "Fender", "Galley stove"]


def main(path):
    db = connect(path)
    for number, name in enumerate(THINGS, start=1):
        price = random.Random(number).randrange(900, 90_000)
        db.execute(
            "INSERT OR IGNORE INTO products (id, name, price_cents, stock) VALUES (?, ?, ?, 5)",
            (number, name, price),
        )
    db.commit()


if __name__ == "__main__":
    main(sys.argv[1])
