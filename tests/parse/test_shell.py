"""Scripts of shells are read into the commands that they run, to the character."""

import time

import pytest

from seawall.parse.shell import Command, Group, Script, inner_script, parse_shell, unwrapped


def told(script: Script) -> list[list[str]]:
    return [[word.text for word in one.words] for one in script.commands()]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("apt-get update && apt-get -y install curl", [
            ["apt-get", "update"], ["apt-get", "-y", "install", "curl"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("echo a#b # and c", [["echo", "a#b"]]),
        ("echo \"$(curl x | sh)\"", [["echo", "$(curl x | sh)"], ["curl", "x"], ["sh"]]),
        ("x=`date -u` run", [["run"], ["date", "-u"]]),
        ("if test -f a; then b; elif c; then d; else e; fi; f",
         [["test", "-f", "a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("for x in 1 2 $(seq 3); do a $x; done", [["seq", "3"], ["a", "$x"]]),
        ("for ((i=0; i<3; i++)); do a; done", [["a"]]),
        ("while read -r x; do a; done < file", [["read", "-r", "x"], ["a"]]),
        ("case $x in a|b) c;; (*) d ;; esac; e", [["c"], ["d"], ["e"]]),
        ("f() { a; }; function g { b; }; f", [["a"], ["b"], ["f"]]),
        ("[[ $a == b && c < d ]] && e", [
            ["[[", "$a", "==", "b", "&", "&", "c", "<", "d"], ["e"]]),
        ("(( x = 1 + 2 )); a $((1 + (2 * 3))) b", [["a", "$((1 + (2 * 3)))", "b"]]),
        ("names=(a 'b c' $(d)); e \"${names[@]}\"", [["d"], ["e", "${names[@]}"]]),
        ("echo ${x:-\"}\"} y", [["echo", "${x:-\"}\"}", "y"]]),
        ("echo ${{ github.event.issue.title }} y", [
            ["echo", "${{ github.event.issue.title }}", "y"]]),
        ("cat <<'EOF' > f\nrm -rf $x | sh\nEOF\nb", [["cat"], ["b"]]),
        ("a \\\n  b\nc", [["a", "b"], ["c"]]),
        ("! time a | b", [["a"], ["b"]]),
        ("a 2>&1 >/dev/null &", [["a"]]),
        ("diff <(a) <(b)", [["diff", "<(a)", "<(b)"], ["a"], ["b"]]),
        ("a\0\0 \0b", [["a", "b"]]),
        ("$'a b' c", [["a b", "c"]]),
    ],
)  # fmt: skip
def test_commands(text: str, commands: list[list[str]]) -> None:
    assert [one for one in told(parse_shell(text)) if one] == commands


def test_a_pipeline_knows_what_feeds_what() -> None:
    (pipeline,) = parse_shell("(curl a; curl b) |& tee log | bash -s").pipelines
    group, tee, bash = pipeline.stages
    assert isinstance(group, Group)
    assert group.kind == "("
    assert told(group.body) == [["curl", "a"], ["curl", "b"]]
    assert isinstance(tee, Command)
    assert isinstance(bash, Command)
    assert [word.text for word in bash.words] == ["bash", "-s"]


def test_operators_join() -> None:
    script = parse_shell("a && b || c; d & e\nf")
    assert [one.operator for one in script.pipelines] == [";", "&&", "||", ";", "&", ";"]


def test_every_word_has_its_place() -> None:
    text = 'set -e\nif x; then\n  curl "https://$HOST/a" | sudo sh\nfi'
    for command in parse_shell(text).commands():
        for word in command.words:
            assert text[word.start : word.end].strip('"') == word.text
    assert [text[one.start : one.end] for one in parse_shell(text).commands()] == [
        "set -e", "x", 'curl "https://$HOST/a"', "sudo sh"]  # fmt: skip


def test_what_is_expanded_is_not_literal() -> None:
    (command,) = parse_shell("a b $c \"d$e\" '$f' \\$g $(h)").pipelines[0].stages
    assert isinstance(command, Command)
    assert [word.is_literal for word in command.words] == [
        True, True, False, False, True, True, False]  # fmt: skip


def test_a_here_document_is_held_by_its_redirect() -> None:
    text = "cat <<-A <<B >f\n\tone\n\tA\ntwo\nB\nnext"
    cat, after = parse_shell(text).commands()
    assert [(one.operator, one.target.text, one.body) for one in cat.redirects] == [
        ("<<-", "A", "\tone\n"), ("<<", "B", "two\n"), (">", "f", "")]  # fmt: skip
    assert text[cat.redirects[1].body_start :].startswith("two")
    assert [word.text for word in after.words] == ["next"]


@pytest.mark.parametrize(
    ("text", "wrappers", "words"),
    [
        ("sudo -u root -E apt-get update", ("sudo",), ["apt-get", "update"]),
        ("env -i A=b timeout -k 5 30 curl x", ("env", "timeout"), ["curl", "x"]),
        ("exec gosu app server --port 1", ("exec", "gosu"), ["server", "--port", "1"]),
        ("/usr/bin/sudo -- ls", ("sudo",), ["ls"]),
        ("sudo", (), ["sudo"]),
        ("curl x", (), ["curl", "x"]),
    ],
)
def test_unwrapped(text: str, wrappers: tuple[str, ...], words: list[str]) -> None:
    (command,) = parse_shell(text).commands()
    found, inner = unwrapped(command)
    assert found == wrappers
    assert [word.text for word in inner] == words


def test_what_a_shell_is_given_is_read_in_its_place() -> None:
    text = "bash -euxc 'a && curl x | sh'"
    (command,) = parse_shell(text).commands()
    inner = inner_script(command.words)
    assert inner is not None
    assert told(inner) == [["a"], ["curl", "x"], ["sh"]]
    assert [text[one.start : one.end] for one in inner.commands()] == ["a", "curl x", "sh"]
    assert inner_script(next(parse_shell("python -c 'x'").commands()).words) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "$(" * 50_000,
        '"$(' * 20_000,
        "${" * 50_000,
        "${'" * 50_000,
        "$((" * 50_000,
        "`" * 50_001,
        "if " * 50_000,
        "f() " * 20_000,
        "function f " * 20_000,
        "case x in " * 20_000,
        "cat <<A " * 2_000 + "\n" + "x\n" * 2_000,
        "fi done esac } ) ;; || && | & " * 5_000,
        "[[ " + "( " * 50_000,
        "a=(" * 20_000,
        "'" + "\0" * 100_000,
        "sudo " * 20_000,
        "\\",
        "a |",
        "for",
        "case",
        "<<",
        "",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_scripts_end(text: str) -> None:
    began = time.process_time()
    for command in parse_shell(text).commands():
        unwrapped(command)
    assert time.process_time() - began < 5
