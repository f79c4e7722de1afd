from harbor.accounts import hash_password, password_fits
from harbor.pricing import discounted, percentage


def test_the_list_shows_what_is_in_stock(client):
    assert b"Anchor" in client.get("/").data


def test_a_product_that_is_not_there(client):
    assert client.get("/products/99").status_code == 404


def test_search_by_maker_survives_a_quote(client):
    assert client.get("/search/by-maker", query_string={"maker": "o'neil"}).status_code == 200


def test_cart_and_checkout(client):
    client.post("/cart/1", data={"count": "2"})
    assert b"98.00" in client.get("/cart").data
    answer = client.post("/checkout", data={"card_token": "tok_visa"})
    assert answer.status_code == 302
    assert b"98.00" in client.get(answer.headers["Location"]).data


def test_back_stays_inside_the_shop(client):
    answer = client.get("/checkout/back", query_string={"to": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_the_desk_is_for_staff(customer):
    assert customer.get("/admin/").status_code == 403


def test_orders_need_a_login(client):
    assert client.get("/orders").headers["Location"].startswith("/login")


def test_a_token_opens_the_orders(customer):
    answer = customer.post("/api/token", json={"email": "eva@example.org", "password": "wrong"})
    assert answer.status_code == 401


def test_passwords_are_salted():
    assert hash_password("tide") != hash_password("tide")
    assert password_fits("tide", hash_password("tide"))


def test_campaigns():
    assert discounted(10_000, "total * 0.9") == 9000
    assert percentage(10_000, "10") == 9000
