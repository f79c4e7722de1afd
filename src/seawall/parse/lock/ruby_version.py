""".ruby-version: the Ruby to run on, as rbenv, rvm and chruby read it.

Source: https://github.com/rbenv/rbenv.
"""

import re

from seawall.model.inventory import Inventory, ListFile, Runtime

_VERSION = re.compile(r"(?:ruby-)?(\d[\w.-]*)(?:@\S*)?")
LONGEST = 200


def parse(file: ListFile) -> Inventory:
    """Return the Ruby that a file chooses."""
    for number, line in enumerate(file.content.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.partition("#")[0].split() if len(line) <= LONGEST else []
        if words:
            found = _VERSION.fullmatch(words[0])
            wanted = found[1] if found else words[0]
            return Inventory(runtimes=(Runtime(name="ruby", requirement=wanted, line=number),))
    return Inventory()
