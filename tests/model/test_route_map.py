"""Routes joined to whole addresses."""

import pytest

from seawall.core.facts import Route
from seawall.model.route_map import Declared, Mount, join_routes


def declared(template: str, group: str = "", method: str = "GET", **more: str) -> Declared:
    """Make a route as a file declares it."""
    route = Route(method=method, template=template, handler=more.pop("handler", "a.b"), **more)
    return Declared(route=route, group=group)


def addresses(routes: list[Declared], mounts: list[Mount]) -> list[str]:
    return [route.template for route in join_routes(routes, mounts)]


def test_a_prefix_is_put_before() -> None:
    mounts = [Mount(group="a.py:bp", prefix="/shop")]
    assert addresses([declared("/x", "a.py:bp")], mounts) == ["/shop/x"]


@pytest.mark.parametrize(("replaces", "address"), [(True, "/v2/x"), (False, "/v2/shop/x")])
def test_a_mount_replaces_the_prefix_or_stands_before_it(replaces: bool, address: str) -> None:
    mounts = [
        Mount(group="a.py:bp", prefix="/shop"),
        Mount(group="a.py:bp", on="app.py:app", prefix="/v2", replaces=replaces),
    ]
    assert addresses([declared("/x", "a.py:bp")], mounts) == [address]


def test_groups_in_groups_and_one_group_at_two_places() -> None:
    mounts = [
        Mount(group="c.py:urls", on="b.py:urls", prefix="inner/"),
        Mount(group="b.py:urls", on="a.py:urls", prefix="one/"),
        Mount(group="b.py:urls", on="a.py:urls", prefix="two/"),
    ]
    found = addresses([declared("x/", "c.py:urls")], mounts)
    assert found == ["/one/inner/x/", "/two/inner/x/"]


def test_a_circle_of_groups_ends() -> None:
    mounts = [
        Mount(group="a.py:urls", on="b.py:urls", prefix="a/"),
        Mount(group="b.py:urls", on="a.py:urls", prefix="b/"),
    ]
    assert len(addresses([declared("x/", "a.py:urls")], mounts)) == 1


def test_the_same_route_is_told_once_with_what_guards_it() -> None:
    routes = [
        declared("/x"),
        declared("/x", authentication="login_required"),
        declared("/x", method="ANY"),
        declared("", method="ANY"),
    ]
    (route,) = join_routes(routes, [])
    assert (route.method, route.authentication) == ("GET", "login_required")
