"""rebar.lock of Erlang: the bare list of the first versions, and that with a version of its own.

Source: https://github.com/erlang/rebar3, `apps/rebar/src/rebar_config.erl` ("write_lock_file").
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Group, Node, Text, Word, group_in, parse_tokens, slip_in


def parse(file: ListFile) -> Inventory:
    """Return what rebar3 has chosen. Raises ParseError when it is no such list."""
    program = parse_tokens(file.content, "%")
    top = [one for one in program.items if isinstance(one, Group)]
    if program.items and not top:
        raise ParseError("it is no lockfile of rebar")
    # `{"1.2.0", [...]}.` before the digests, or `[...].` alone.
    entries = group_in(top[0].items) if top and top[0].opener == "{" else (top or [program])[0]
    if top and top[0].opener == "{" and not entries.line:
        raise ParseError("it is no lockfile of rebar")
    hashed = {name for group in top[1:] for name in _hashed(group)}
    return Inventory(
        packages=tuple(
            package
            for part in entries.parts
            if (package := _package(group_in(part), hashed)) is not None
        ),
        problems=slip_in(program, file.path),
    )


def _text(part: tuple[Node, ...]) -> str:
    """Return the text of `<<"a">>`, of "a" or of an atom."""
    return next((one.value for one in part if isinstance(one, Text | Word)), "")


def _hashed(group: Group) -> list[str]:
    """Return the names in `{pkg_hash, [{<<"a">>, <<"...">>}, ...]}`."""
    found: list[str] = []
    for part in group.parts:
        table = group_in(part).parts
        if len(table) > 1 and _text(table[0]).startswith("pkg_hash"):
            pairs = [group_in(pair).parts for pair in group_in(table[1]).parts]
            found += [_text(pair[0]) for pair in pairs if len(pair) > 1]
    return found


def _package(entry: Group, hashed: set[str]) -> Package | None:
    parts = entry.parts
    application = _text(parts[0]) if parts else ""
    if len(parts) < 2 or not application:
        return None
    source = group_in(parts[1]).parts
    kind = _text(source[0]) if source else ""
    direct = _text(parts[2]) == "0" if len(parts) > 2 else None
    if kind == "pkg" and len(source) > 2:
        return Package(
            ecosystem=Ecosystem.HEX,
            name=_text(source[1]) or application,
            version=_text(source[2]),
            line=entry.line,
            direct=direct,
            hashed=len(source) > 3 or application in hashed,
        )
    if len(source) > 1:
        # {git, "https://...", {ref, "..."}}, git_subdir and hg.
        chosen = group_in(source[2]).parts if len(source) > 2 else []
        revision = _text(chosen[1]) if len(chosen) > 1 else ""
        return Package(
            ecosystem=Ecosystem.HEX,
            name=application,
            version=tagged_version(revision) or revision,
            line=entry.line,
            direct=direct,
            origin="git",
            address=shown_address(_text(source[1])),
        )
    return None
