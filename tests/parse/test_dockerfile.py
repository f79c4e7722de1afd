"""Dockerfiles are read as Docker does, to the character, and never fail."""

import time

import pytest

from seawall.parse.dockerfile import Dockerfile, Instruction, parse_dockerfile


def only(text: str) -> Instruction:
    """Return the last instruction below a FROM."""
    return parse_dockerfile(f"FROM a\n{text}\n").stages[-1].instructions[-1]


def values(text: str) -> list[str | None]:
    return [one.value for one in only(text).arguments]


def test_lines_are_joined_in_their_places() -> None:
    text = "FROM a\nRUN one \\\n  # a comment\n\n  two \\  \n  three\nUSER b\n"
    file = parse_dockerfile(text)
    run, user = file.stages[0].instructions
    assert run.text.replace("\0", "") == "one   two   three"
    at = run.text_start + run.text.index("three")
    assert file.place(at) == (6, 3)
    assert (file.place(run.start), file.place(run.end)) == ((2, 1), (6, 8))
    assert file.place(user.start) == (7, 1)


def test_directives() -> None:
    file = parse_dockerfile("# syntax=docker/dockerfile:1\n# escape=`\n\nFROM a\nRUN b `\n c\n")
    assert file.syntax == "docker/dockerfile:1"
    assert file.stages[0].instructions[0].text.replace("\0", "") == "b  c"
    late = parse_dockerfile("#\n# escape=`\nFROM a\nRUN b `\nUSER c\n")
    assert [one.name for one in late.stages[0].instructions] == ["RUN", "USER"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY a 'b c' \"d e\" f\\ g /", ["a", "b c", "d e", "f g", "/"]),
        ('COPY ["a b", "c"]', ["a b", "c"]),
        ('COPY ["a", b]', ["[a,", "b]"]),
        ("ARG V=1\nUSER $V", ["1"]),
        ("ARG V\nUSER ${V}", [None]),
        ("USER ${V:-app}", ["app"]),
        ("ARG V\nUSER x${V-app}", ["xapp"]),
        ("ENV V=\nUSER ${V:-app}", ["app"]),
        ("ENV V=\nUSER ${V-app}x", ["x"]),
        ("ENV V=1\nUSER ${V:+app}", ["app"]),
        ("USER ${V:+app}", [""]),
        ("ENV V=a.b.c\nUSER ${V#*.} ${V##*.} ${V%.*} ${V%%.*}", ["b.c", "c", "a.b", "a"]),
        ("ENV V=a-b-c\nUSER ${V/-/_} ${V//-/_}", ["a_b-c", "a_b_c"]),
        ("ENV V=1\nUSER \\$V '$V' \"$V\"", ["$V", "$V", "1"]),
        ("ENV V=1 W=${V}2\nUSER $W", [None]),
        ("ENV V=1\nARG V=2\nUSER $V", ["1"]),
        ("ENV V=${W:-${X:-3}}\nUSER $V", ["3"]),
        ("USER", []),
        ("USER $", ["$"]),
        ("USER ${", ["${"]),
    ],
)
def test_words_are_filled_in(text: str, expected: list[str | None]) -> None:
    assert values(text) == expected


def test_pairs() -> None:
    env = only('ENV A=1 B="x y" C=a\\ b \\\n D')
    assert [(one.name, one.value.text if one.value else None) for one in env.pairs] == [
        ("A", "1"), ("B", "x y"), ("C", "a b")]  # fmt: skip
    old = only("ENV A some value here")
    assert [(one.name, one.value.text if one.value else None) for one in old.pairs] == [
        ("A", "some value here")]  # fmt: skip
    arg = only("ARG A B=2")
    assert [(one.name, one.value is None) for one in arg.pairs] == [("A", True), ("B", False)]


def test_stages() -> None:
    file = parse_dockerfile(
        "ARG V=3 W\nFROM --platform=$P python:${V} AS Base\nENV X=1\nFROM base AS next\nUSER $X\n"
        "FROM ${W}\nUSER $V\nARG V\nUSER $V\n"
    )
    base, following, last = file.stages
    assert (base.image.value, base.name, base.parent) == ("python:3", "Base", None)
    assert (following.image.value, following.name, following.parent) == ("base", "next", 0)
    assert (last.image.value, last.parent) == (None, None)
    assert [one.index for one in file.lineage(following)] == [0, 1]
    assert following.instructions[0].arguments[0].value == "1"
    users = [one for one in last.instructions if one.name == "USER"]
    assert [one.arguments[0].value for one in users] == [None, "3"]
    assert [name for name, _ in base.origin.flags] == ["platform"]
    assert file.stage_of("BASE", 2) == base
    assert file.stage_of("1", 2) == following
    assert file.stage_of("2", 2) is None


def test_flags_forms_and_triggers() -> None:
    check = only("HEALTHCHECK --interval=5s --retries=3 CMD curl localhost || exit 1")
    assert [(name, one.value) for name, one in check.flags] == [
        ("interval", "5s"),
        ("retries", "3"),
    ]
    assert (check.text, check.is_shell, check.is_none) == ("curl localhost || exit 1", True, False)
    assert only("HEALTHCHECK NONE").is_none
    entry = only('ENTRYPOINT ["a", "b c"]')
    assert (entry.is_exec, [one.text for one in entry.arguments]) == (True, ["a", "b c"])
    assert only("ENTRYPOINT ['a']").is_exec is False
    trigger = only("ONBUILD COPY a /b")
    assert (trigger.name, trigger.is_trigger) == ("COPY", True)
    mounted = only("RUN --mount=type=secret,id=a --mount=type=cache,target=/b make")
    assert [one.value for _, one in mounted.flags] == ["type=secret,id=a", "type=cache,target=/b"]
    assert mounted.text == "make"


def test_shells() -> None:
    text = (
        'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN b\nFROM windows/servercore\nRUN c\nSHELL ["pwsh"]\n'
    )
    first, second = parse_dockerfile(text).stages
    assert first.instructions[-1].shell == ("/bin/bash", "-c")
    assert second.instructions[0].is_shell is False


def test_here_documents() -> None:
    file = parse_dockerfile(
        "FROM a\nCOPY <<one <<-'two' /b/\n1 $X\none\n\t2\n\ttwo\nRUN <<EOF\nc\nEOF\n"
        "RUN echo <<NONE\nUSER d\n"
    )
    copy, run, echo, user = file.stages[0].instructions
    assert [(one.name, one.text) for one in copy.documents] == [("one", "1 $X\n"), ("two", "\t2\n")]
    assert [(one.text, file.place(one.start)) for one in run.documents] == [("c\n", (8, 1))]
    assert echo.documents == ()
    assert user.arguments[0].value == "d"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\\",
        "FROM",
        "FROM a\nRUN",
        "FROM a\nENV",
        "FROM a\nENV =",
        "FROM a\nENV A",
        "FROM a\nONBUILD",
        "FROM a\nHEALTHCHECK",
        "FROM a\nCOPY --from",
        "FROM a\nRUN \\",
        "FROM a\nRUN [",
        "FROM a\nRUN <<EOF",
        "FROM a AS",
        "WHAT is this\n",
    ],
)
def test_broken_files_are_read(text: str) -> None:
    assert isinstance(parse_dockerfile(text), Dockerfile)


def test_what_is_no_instruction_is_told() -> None:
    assert parse_dockerfile("FROM a\n\nFORM b\n").unknown == (("FORM", 8),)


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" * 20_000,
        "FROM a\nRUN " + "b \\\n" * 100_000,
        "FROM a\nUSER " + "${A:-" * 50_000,
        "FROM a\nENV " + "A=" * 100_000,
        "FROM a\nENV A=1\n" + "ENV A=$A$A\n" * 2_000 + "USER $A",
        "FROM a\nRUN " + "<<A " * 1_000 + "\n" + "x\n" * 5_000,
        "FROM a\nRUN [" + '"b",' * 50_000,
        "FROM a\nRUN " + "[" * 100_000,
        "FROM a\nENV V=" + "ab" * 300 + "\n" + "USER ${V#*c*c*c*c*c}\n" * 200,
        "FROM a\nUSER " + "'" * 99_999,
        "FROM a\n" + "USER ${\n" * 5_000,
    ],
    ids=lambda text: repr(text[7:20]),
)
def test_hostile_files_end(text: str) -> None:
    began = time.process_time()
    parse_dockerfile(text)
    assert time.process_time() - began < 5
