import html
import logging
import os
import random
import secrets

from .shared import tokens
from .shared.http import body, catching, guarded, open_respond, page, query, respond
from .shared.readings import Readings
from .shared.warehouse import Athena, Postgres

log = logging.getLogger()
log.setLevel(logging.INFO)


@catching
@guarded
def listing(event, context):
    return respond(200, Readings().for_meter(event["pathParameters"]["meter"]))


@catching
@guarded
def search(event, context):
    data = body(event)
    return respond(200, Readings().filtered(data["filter"], data["values"]))


@catching
@guarded
def units(event, context):
    return respond(200, Readings().partiql(event["claims"]["sub"], query(event).get("unit", "kWh")))


@catching
@guarded
def mine(event, context):
    rows = Readings().partiql_bound(event["claims"]["sub"])
    return respond(200, rows + Readings().above(query(event).get("min", 0)))


@catching
@guarded
def region(event, context):
    return respond(200, {"state": Athena().by_region(query(event)["region"])})


@catching
@guarded
def meters(event, context):
    pg = Postgres(os.environ["PG_DSN"])
    return respond(200, pg.owned(event["claims"]["sub"], query(event).get("order", "id")))


@catching
@guarded
def column(event, context):
    pg = Postgres(os.environ["PG_DSN"])
    return respond(200, pg.column(query(event).get("column", "id"), query(event)["meter"]))


@catching
def remove(event, context):  # BAD: missing-authentication
    from .shared.clients import table
    from .shared.config import TABLE

    table(TABLE).delete_item(Key={"meter": event["pathParameters"]["meter"]})
    return respond(200, {"deleted": True})


@catching
@guarded
def create(event, context):
    data = body(event)
    log.info("reading stored for %s", event["claims"]["sub"])  # OK: sensitive-data-in-log
    Readings().put(data)  # BAD: mass-assignment
    return respond(201, {"ok": True})


@catching
@guarded
def create_known(event, context):
    Readings().put_known(body(event))  # OK: mass-assignment
    return respond(201, {"ok": True})


@catching
@guarded
def label(event, context):
    name = query(event).get("name", "")
    return page(f"<h1>{html.escape(name)}</h1>")  # OK: cross-site-scripting


@catching
@guarded
def greeting(event, context):
    name = query(event).get("name", "")
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": f"<h1>Hello {name}</h1>"}  # BAD: cross-site-scripting


@catching
@guarded
def pairing(event, context):
    code = "%08d" % random.randrange(10**8)  # BAD: predictable-random
    return respond(200, {"code": code, "id": secrets.token_hex(8)})


@catching
def leave(event, context):
    return {"statusCode": 302, "headers": {"Location": query(event).get("to", "/")}, "body": ""}  # BAD: open-redirect


@catching
def installer(event, context):
    log.info("installer call %s", event["headers"]["authorization"])  # BAD: sensitive-data-in-log
    return open_respond(tokens.installer_claims(event), event["headers"].get("origin", ""))


@catching
def hook(event, context):
    if not tokens.hook_ok(event["headers"].get("x-hook", "")):
        return respond(403, {})
    return respond(200, {"accepted": True})


ROUTES = {
    "GET /readings/{meter}": listing,
    "POST /readings": create,
    "POST /readings/known": create_known,
    "DELETE /readings/{meter}": remove,
    "POST /search": search,
    "GET /units": units,
    "GET /mine": mine,
    "GET /region": region,
    "GET /meters": meters,
    "GET /column": column,
    "GET /label": label,
    "GET /greeting": greeting,
    "GET /pairing": pairing,
    "GET /leave": leave,
    "GET /installer": installer,
    "POST /hook": hook,
}


def handler(event, context):
    route = ROUTES.get(event.get("routeKey"))
    if route is None:
        return respond(404, {"error": "no such route"})
    return route(event, context)
