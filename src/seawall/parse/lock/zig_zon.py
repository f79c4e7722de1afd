"""build.zig.zon of Zig: the packages that it takes from addresses, read as text.

Source: https://github.com/ziglang/zig/blob/master/doc/build.zig.zon.md.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Text, group_in, parse_tokens, slip_in, text_in, word_in

_HASHED = re.compile(r"[A-Za-z_]\w{0,31}-(\d[\w.+-]*)-[\w-]{44}")
_SUFFIX = re.compile(r"\.(?:tar\.gz|tar\.xz|tar\.zst|tgz|zip|tar)\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}")
LONGEST = 1 << 12


def parse(file: ListFile) -> Inventory:
    """Return the packages of the list. Raises ParseError when it has no table."""
    program = parse_tokens(file.content, "//")
    table = group_in(program.items)
    if program.items and table.opener != "{":
        raise ParseError("it is no build.zig.zon")
    fields = table.named
    packages: list[Package] = []
    for name, value in group_in(fields.get("dependencies")).named.items():
        entry = group_in(value).named
        url, path, digest = (text_in(entry.get(key)) for key in ("url", "path", "hash"))
        origin: Origin = "path" if path else "git" if url.startswith("git") else "url"
        if url or path:
            packages.append(
                Package(
                    ecosystem=Ecosystem.GENERIC,
                    name=name,
                    version=_version(url, digest),
                    line=value[0].line,
                    scope="optional" if "lazy" in entry else "runtime",
                    direct=True,
                    origin=origin,
                    address=shown_address(url or path),
                    hashed=None if path else bool(digest),
                )
            )
    name_of = fields.get("name", ())
    version = fields.get("minimum_zig_version", ())
    return Inventory(
        packages=tuple(packages),
        project=word_in(name_of[-1:]),
        runtimes=tuple(
            Runtime(name="zig", requirement=one.value, line=one.line)
            for one in version[:1]
            if isinstance(one, Text)
        ),
        problems=slip_in(program, file.path),
    )


def _version(url: str, digest: str) -> str:
    """Return the version in the digest of newer packages, of a tag, or the commit."""
    if len(url) > LONGEST or len(digest) > LONGEST:
        return ""
    if found := _HASHED.fullmatch(digest):
        return found[1]
    _, _, reference = url.partition("?ref=")
    place, _, commit = url.partition("#")
    file = _SUFFIX.sub("", place.rpartition("/")[2])
    tagged = tagged_version(reference.partition("#")[0]) or tagged_version(file)
    commits = _COMMIT.findall(url)
    return tagged or (commits[-1] if commits else commit)
