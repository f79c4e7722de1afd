"""Lists of requirements: who asks for a package, as pip-compile remarks it."""

from seawall.model.inventory import ListFile
from seawall.parse.lock import parser_of


def test_what_is_listed_again_and_again_asks_once() -> None:
    content = b"kit==1.0\na==1.0\n    # via kit\n" * 3
    packages = parser_of("requirements")(ListFile(path="r.txt", content=content)).packages
    assert [one.requires for one in packages] == [("a@1.0",), (), (), (), (), ()]
    assert [one.name for one in packages] == ["kit", "a"] * 3
