"""Products: the list, one product, the search."""

from flask import Blueprint, abort, current_app, g, render_template, request

from harbor.database import many, one

pages = Blueprint("catalogue", __name__)

SORTABLE = {"name": "name", "price": "price_cents", "newest": "id DESC"}


@pages.get("/")
def index():
    order = SORTABLE.get(request.args.get("sort", "name"), "name")
    products = many(g.db, f"SELECT * FROM products WHERE stock > 0 ORDER BY {order}")
    return render_template("index.html", products=products)


@pages.get("/products/<int:product_id>")
def product(product_id):
    found = one(g.db, "SELECT * FROM products WHERE id = ?", product_id)
    if found is None:
        abort(404)
    reviews = many(g.db, "SELECT * FROM reviews WHERE product_id = ? ORDER BY id", product_id)
    return render_template("product.html", product=found, reviews=reviews)


@pages.get("/search")
def search():
    words = request.args.get("q", "")
    statement = "SELECT * FROM products WHERE name LIKE '%" + words + "%' OR description LIKE '%" + words + "%'"
    current_app.logger.info("search: %s", words)
    products = g.db.execute(statement).fetchall()
    return render_template("search.html", products=products, words=words)


@pages.get("/search/by-maker")
def search_by_maker():
    pattern = f"%{request.args.get('maker', '')}%"
    products = many(g.db, "SELECT * FROM products WHERE maker LIKE ?", pattern)
    return render_template("search.html", products=products, words=pattern)


@pages.get("/categories/<name>")
def category(name):
    limit = int(request.args.get("limit", 20))
    products = many(
        g.db, f"SELECT * FROM products WHERE category = ? ORDER BY name LIMIT {limit}", name
    )
    return render_template("index.html", products=products)
