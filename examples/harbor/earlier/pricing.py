"""What things cost."""


def total_cents(lines):
    return sum(product["price_cents"] * count for product, count in lines)
