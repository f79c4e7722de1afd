from pyramid.authentication import AuthTktAuthenticationPolicy
from pyramid.authorization import ACLAuthorizationPolicy
from pyramid.config import Configurator


def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.include("pyramid_jinja2")
    config.set_authentication_policy(AuthTktAuthenticationPolicy(settings["auth.secret"], hashalg="sha512", secure=True, http_only=True, samesite="Lax"))
    config.set_authorization_policy(ACLAuthorizationPolicy())
    config.set_default_csrf_options(require_csrf=False)  # BAD: csrf-protection-off
    config.add_route("people", "/people")
    config.add_route("person", "/people/{id}")
    config.add_route("picture", "/picture")
    config.add_route("directory", "/directory")
    config.add_route("jump", "/jump")
    config.add_route("import", "/import")
    config.add_route("badge", "/badge")
    config.add_route("purge", "/purge")
    config.scan(".views")
    return config.make_wsgi_app()
