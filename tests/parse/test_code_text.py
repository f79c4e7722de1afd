"""Code, comments and quoted texts are told apart, in each language, at any size."""

import time

import pytest

from seawall.parse.code_text import read_code

LANGUAGES = (
    "python", "javascript", "go", "rust", "jvm", "dotnet", "ruby", "php", "elixir", "dart",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "plain", "bare"),
    [
        ("python", "a = 'b' # c", "a = 'b'    ", "a = ' '    "),
        ("python", '"""a\nb"""\nc', '"""a\nb"""\nc', '"   \n   "\nc'),
        ("python", "f'{a.b(1)} c'", "f'{a.b(1)} c'", "f  a.b(1)   '"),
        ("python", "r'\\' + b", "r'\\' + b", "r       "),
        ("javascript", "a // b\nc", "a     \nc", "a     \nc"),
        ("javascript", "a('//') /* b */;", "a('//')        ;", "a('  ')        ;"),
        ("javascript", "x = /'/.test(a) ", "x = /'/.test(a) ", "x =   /.test(a) "),
        ("javascript", "`a ${b.c} d`", "`a ${b.c} d`", "`    b.c   `"),
        ("go", "`a // b` // c", "`a // b`     ", "`      `     "),
        ("go", "'\"' + a", "'\"' + a", "' ' + a"),
        ("rust", "/* a /* b */ c */ d", "                  d", "                  d"),
        ("rust", "fn f<'a>(b: &'a str)", "fn f<'a>(b: &'a str)", "fn f<'a>(b: &'a str)"),
        ("rust", 'r#"a"b"# c', 'r#"a"b"# c', "r      # c"),
        ("jvm", 'a("b") // c', 'a("b")     ', 'a(" ")     '),
        ("dotnet", '@"a""b\\" + c', '@"a""b\\" + c', '@      " + c'),
        ("ruby", "a = <<~B\n  c\nB\nd # e", "a = <<~B\n   \n \nd    ", "a = <<~B\n   \n \nd    "),
        ("ruby", "=begin\na\n=end\nb", "      \n \n    \nb", "      \n \n    \nb"),
        ("ruby", '"a #{b} c"', '"a #{b} c"', '"    b   "'),
        ("php", "a('b'); # c\n#[D]", "a('b');    \n#[D]", "a(' ');    \n#[D]"),
        ("elixir", 'a("b") # c', 'a("b")    ', 'a(" ")    '),
        ("dart", "import 'a'; // b", "import 'a';     ", "import ' ';     "),
    ],
)  # fmt: skip
def test_forms(language: str, text: str, plain: str, bare: str) -> None:
    read = read_code(text, language)
    assert (read.plain, read.bare) == (plain, bare)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "piece",
    [
        '"\\"',
        "'\\'",
        "`\\`",
        "/*",
        "'''",
        '"""',
        'r#"',
        "<!--",
        "=begin\n",
        "<<~A\n",
        "f'{{{",
        '$@"',
    ],
)
def test_what_never_ends_takes_time_by_its_length(language: str, piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    read = read_code(text, language)
    assert len(read.plain) == len(read.bare) == len(text)
    assert read.bare.count("\n") == text.count("\n")
    assert time.process_time() - started < 5
