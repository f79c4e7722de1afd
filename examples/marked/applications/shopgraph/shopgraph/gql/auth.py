from functools import wraps

from flask import g
from graphql import GraphQLError


def signed_in(resolver):
    @wraps(resolver)
    def inner(root, info, **kwargs):
        if getattr(g, "user", None) is None:
            raise GraphQLError("sign in first")
        return resolver(root, info, **kwargs)

    return inner


def staff_only(resolver):
    @wraps(resolver)
    def inner(root, info, **kwargs):
        user = getattr(g, "user", None)
        if user is None or user.get("role") != "staff":
            raise GraphQLError("staff only")
        return resolver(root, info, **kwargs)

    return inner
