from decimal import ROUND_HALF_UP, Decimal

CODES = {"SPRING": "price * 0.9", "STAFF": "price * 0.5"}


def discount(formula, price):
    if "import" in formula or "__" in formula:
        raise ValueError("bad formula")
    return float(eval(formula, {"price": price, "min": min, "max": max}))  # BAD: code-injection


def discount_by_code(code, price):
    expression = CODES.get(code, "price")
    return float(eval(expression, {"__builtins__": {}}, {"price": price}))  # OK: code-injection


def rounded(price):
    return float(Decimal(price).quantize(Decimal("0.01"), ROUND_HALF_UP))
