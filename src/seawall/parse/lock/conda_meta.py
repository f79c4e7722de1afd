"""conda-meta/NAME.json: a package that is installed in an environment of conda.

Source: https://docs.conda.io/projects/conda/en/stable/dev-guide/specs/conda-env-metadata.html.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.conda import parse_conda_spec
from seawall.parse.json import parse_json_table
from seawall.parse.values import text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return the one package; what it needs is beside it, in files of its own.

    Raises ParseError when the file does not say what package it is of.
    """
    document = parse_json_table(file.content)
    name = text_of(document, "name")
    if not name:
        raise ParseError("it is no metadata of a package: it has no name")
    needs = [spec for text in texts_of(document, "depends") if (spec := parse_conda_spec(text))]
    package = Package(
        ecosystem=Ecosystem.CONDA,
        name=name.lower(),
        version=text_of(document, "version"),
        line=1,
        direct=bool(text_of(document, "requested_spec")) or None,
        requires=tuple(f"{one.name}@" for one in needs),
        constraints=tuple(one.allowed for one in needs),
        licence=text_of(document, "license"),
        hashed=bool(text_of(document, "sha256") or text_of(document, "md5")),
    )
    return Inventory(packages=(package,))
