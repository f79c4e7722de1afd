from functools import partial

FLAGS = {"secure": True, "httponly": True, "samesite": "Lax"}


def remember(response, name, value):
    response.set_cookie(name, value, max_age=3600, **FLAGS)  # BAD: cookie-injection
    return response


def remember_zone(response, zone):
    response.set_cookie("zone", "eu" if zone == "eu" else "us", **FLAGS)  # OK: cookie-injection
    return response


remember_cart = partial(remember, name="cart")
