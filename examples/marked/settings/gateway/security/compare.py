import hmac


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())  # OK: timing-unsafe-comparison


def same_text(mac: str, given: str) -> bool:
    for a, b in zip(mac, given):
        if a != b:  # BAD: timing-unsafe-comparison
            return False
    return len(mac) == len(given)
