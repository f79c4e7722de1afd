import logging
import traceback

from flask import Blueprint, g, jsonify, request

from ..stores.users import UserStore

log = logging.getLogger(__name__)


def _identify():
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        g.user = UserStore().by_token(header[7:])
        log.debug("authenticated request with header %s", header)  # BAD: sensitive-data-in-log


def graphql_blueprint(schema):
    bp = Blueprint("graphql", __name__)

    @bp.post("/graphql")
    def execute():
        g.user = None
        _identify()
        body = request.get_json(force=True)
        result = schema.execute(body.get("query"), variable_values=body.get("variables"))
        errors = []
        for err in result.errors or []:
            original = getattr(err, "original_error", None)
            errors.append({"message": err.message, "stack": traceback.format_exception(original) if original else None})
        return jsonify(data=result.data, errors=errors)  # BAD: stack-trace-exposure

    return bp
