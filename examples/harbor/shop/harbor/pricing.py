"""What things cost."""

import ast


def total_cents(lines):
    return sum(product["price_cents"] * count for product, count in lines)


def discounted(total, formula):
    """Apply a campaign's formula, such as "total * 0.9 if total > 5000 else total"."""
    return int(eval(formula, {"__builtins__": {}}, {"total": total}))


def percentage(total, text):
    """Apply a campaign's literal, such as "10"."""
    return total * (100 - int(ast.literal_eval(text))) // 100
