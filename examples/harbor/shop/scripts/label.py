"""Says which label an issue's title asks for."""

import sys

LABELS = {"crash": "bug", "refund": "payments", "slow": "speed"}

if __name__ == "__main__":
    title = sys.argv[1].lower()
    print(next((label for word, label in LABELS.items() if word in title), "question"))
