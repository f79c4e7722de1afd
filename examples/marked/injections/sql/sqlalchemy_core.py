from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import column, create_engine, literal_column, select, text
from sqlalchemy.orm import Session

app = Flask(__name__)
db = SQLAlchemy(app)
engine = create_engine("postgresql+psycopg2://localhost/app")


class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120))
    team = db.Column(db.String(40))


@app.get("/members")
def members():
    team = request.args["team"]
    rows = db.session.execute(text("SELECT * FROM member WHERE team = '" + team + "'"))  # BAD: sql-injection
    return {"rows": [tuple(r) for r in rows]}


@app.get("/members/bound")
def members_bound():
    stmt = text("SELECT * FROM member WHERE team = :team").bindparams(team=request.args["team"])
    rows = db.session.execute(stmt)  # OK: sql-injection
    return {"rows": [tuple(r) for r in rows]}


@app.get("/members/filter")
def members_filter():
    email = request.values.get("email")
    found = Member.query.filter(text(f"email = '{email}'")).all()  # BAD: sql-injection
    return {"n": len(found)}


@app.get("/members/sort")
def members_sort():
    order = request.args.get("sort", "id")
    found = Member.query.order_by(text(order)).all()  # BAD: sql-injection
    return {"n": len(found)}


@app.get("/members/sort-attr")
def members_sort_attr():
    order = request.args.get("sort", "id")
    col = {"id": Member.id, "email": Member.email}.get(order, Member.id)
    found = Member.query.order_by(col.desc()).all()  # OK: sql-injection
    return {"n": len(found)}


@app.get("/members/cols")
def members_cols():
    with Session(engine) as session:
        stmt = select(literal_column(request.args["col"])).select_from(Member)  # BAD: sql-injection
        return {"v": [r[0] for r in session.execute(stmt)]}


@app.get("/members/col2")
def members_quoted():
    with Session(engine) as session:
        stmt = select(column(request.args["col"])).select_from(Member)  # OK: sql-injection
        return {"v": [r[0] for r in session.execute(stmt)]}


@app.delete("/members/<path:email>")
def drop(email):
    with engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM member WHERE email = '%s'" % email)  # BAD: sql-injection
    return "", 204


@app.get("/members/by-email")
def by_email():
    found = Member.query.filter_by(email=request.args["email"]).first_or_404()  # OK: sql-injection
    return {"id": found.id}


@app.get("/members/prefix")
def prefix():
    with engine.connect() as conn:
        stmt = select(Member).prefix_with(text(request.args["hint"]))  # BAD: sql-injection
        return {"n": len(conn.execute(stmt).all())}
