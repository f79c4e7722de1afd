"""Write a copy of OWASP BenchmarkPython that does the same and looks like another program.

    python bench/code/transform.py --suite FOLDER --out FOLDER [--seed N]

Every name, route, field and file is renamed, comments are gone, the suite's own helpers stand in
other packages, handlers are rewritten and spread over views, services and classes, and registered
in other ways. Nothing that decides a label is touched, so the labels hold: they stand in
`FOLDER/expected.csv` (name, category, true or false, CWE, files, the suite's own name) and the
program in `FOLDER/app`, for `owasp_python.py`. Needs Python 3.12 or later, as the suite does.
"""

import argparse
import ast
import csv
import random
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.code import restructure
from bench.code.renaming import NOUNS, PACKAGE, Imports, Module, Names, Renaming, move_helpers
from bench.code.restructure import Part, Statements

TEST = re.compile(r"BenchmarkTest\d{5}")
INNER = re.compile(r"\b(key[A-Z](?:-\d+)?|section\d+)\b")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test of the suite, with the new names of what its parts share."""

    test: str
    get: ast.FunctionDef
    post: ast.FunctionDef
    imports: dict[str, str]
    path: str
    odds: random.Random
    names: Names


def read_case(file: Path, seed: int) -> Case:
    """Read a test, with its imports taken out and everything in it renamed."""
    odds = random.Random(f"{seed}:{file.stem}")
    imports = Imports()
    tree = imports.visit(ast.parse(file.read_text(encoding="utf-8")))
    init = next(one for one in tree.body if isinstance(one, ast.FunctionDef))
    get, post = (cast(ast.FunctionDef, one) for one in init.body)
    names = Names(odds, taken=imports.found)
    local = restructure.bound_names([*get.body, *post.body])
    # what an import gives is not a variable even where the same name is given a value
    renamed = {one: names.noun(odds.choice((1, 1, 2))) for one in local if one not in imports.found}
    words = {file.stem: names.noun(2)}

    def reword(text: str) -> str:
        text = re.sub(r"web/[a-z]+-\d+/", "", TEST.sub(words[file.stem], text))
        return INNER.sub(lambda match: words.setdefault(match[0], names.noun(2)), text)

    path = f"/{odds.choice(NOUNS)}/{odds.choice(NOUNS)}/{words[file.stem]}"
    renaming = Renaming(renamed, reword)
    for handler in (get, post):
        handler.decorator_list = []
        handler.body = [cast(ast.stmt, renaming.visit(one)) for one in handler.body]
    return Case(
        test=file.stem,
        get=get,
        post=post,
        imports=imports.found,
        path=path,
        odds=odds,
        names=names,
    )


def spread(case: Case, view: Module, away: Module) -> Statements:
    """Cut a handler's body, put some parts elsewhere, and return what is left."""
    body = restructure.delay_start(case.post.body)
    body = restructure.reword(body, case.odds, case.names.noun)
    if case.odds.random() < 0.1:
        return body
    left: Statements = []
    for part in restructure.cut(body, case.odds):
        if not part.movable or case.odds.random() < 0.25:
            left += part.body
        else:
            left.append(_place(part, case, view, away))
    return left


def _place(part: Part, case: Case, view: Module, away: Module) -> ast.stmt:
    """Put a part into a function or a class of one of the modules; return what calls it."""
    arguments: list[ast.expr] = [ast.Name(one, ast.Load()) for one in part.takes]
    keywords: list[ast.keyword] = []
    if arguments and case.odds.random() < 0.3:
        keywords = [ast.keyword(one, ast.Name(one, ast.Load())) for one in part.takes]
        arguments = []
    where = case.odds.choice((view, away, away))
    called: ast.expr
    if case.odds.random() < 0.4:
        kind, method = case.names.kind(), case.names.action()
        where.body.append(part.as_class(kind, method))
        made = ast.Call(ast.Name(kind, ast.Load()), arguments, keywords)
        called, name = ast.Call(ast.Attribute(made, method, ast.Load()), [], []), kind
    else:
        name = case.names.action()
        where.body.append(part.as_function(name))
        called = ast.Call(ast.Name(name, ast.Load()), arguments, keywords)
    if where is away:
        view.imports[name] = f"from {PACKAGE}.{away.name} import {name}"
    return part.as_call(called)


def register(case: Case, view: Module, post: Statements) -> None:
    """Add the views and what routes to them, in one of the ways that Flask has."""
    get = case.get.body[: _end(case.get.body)]
    sole = isinstance(get[-1], ast.Return) and _calls_post(get[-1], case)
    style = case.odds.choice(("rule", "blueprint", "verbs", "view", "single"))
    name, other = case.names.action(), case.names.action()
    view.imports |= {one: f"from flask import {one}" for one in ("Blueprint", "request")} | {
        "MethodView": "from flask.views import MethodView"
    }
    again = f"return {'self.post' if style == 'view' else other}()"
    if sole:
        get = [*get[:-1], ast.parse(f"def f(): {again}").body[0].body[0]]  # type: ignore[attr-defined]
    first, second = _function(name, get), _function(other, post)
    part = f'"{name}"'
    match style:
        case "rule":
            view.body += [second, first]
            _register(view, f"app.add_url_rule('{case.path}', {part}, {name}, methods=['GET'])")
            _register(
                view, f"app.add_url_rule('{case.path}', '{other}', {other}, methods=['POST'])"
            )
        case "view":
            kind = case.names.kind()
            made = cast(ast.ClassDef, ast.parse(f"class {kind}(MethodView): pass").body[0])
            made.body = [
                restructure.make_function("get", ("self",), get),
                restructure.make_function("post", ("self",), post),
            ]
            view.body.append(made)
            _register(view, f"app.add_url_rule('{case.path}', view_func={kind}.as_view({part}))")
        case _:
            group, start = case.path.rsplit("/", 1)[0], "/" + case.path.rsplit("/", 1)[1]
            plan = case.names.noun()
            made_by = f"{plan} = Blueprint({part}, __name__, url_prefix='{group}')"
            view.body.append(ast.parse(made_by).body[0])
            if style == "single" and sole:
                ways = ["route('{}', methods=['GET', 'POST'])"]
                both = [second]
            elif style == "verbs":
                ways, both = ["post('{}')", "get('{}')"], [second, first]
            else:
                ways = ["route('{}', methods=['POST'])", "route('{}', methods=['GET'])"]
                both = [second, first]
            for way, one in zip(ways, both, strict=True):
                text = f"{plan}.{way.format(start)}"
                one.decorator_list = [ast.parse(text, mode="eval").body]
                view.body.append(one)
            _register(view, f"app.register_blueprint({plan})")


def _end(body: Statements) -> int:
    # the suite leaves a dead return behind
    return next((n + 1 for n, one in enumerate(body) if isinstance(one, ast.Return)), len(body))


def _calls_post(statement: ast.Return, case: Case) -> bool:
    value = statement.value
    return isinstance(value, ast.Call) and ast.unparse(value.func) == case.post.name


def _function(name: str, body: Statements) -> ast.FunctionDef:
    return restructure.make_function(name, (), body)


def _register(view: Module, text: str) -> None:
    last = view.body[-1]
    line = ast.parse(text).body[0]
    if isinstance(last, ast.FunctionDef) and last.name == "attach":
        last.body.append(line)
    else:
        view.body.append(restructure.make_function("attach", ("app",), [line]))


def transform(suite: Path, out: Path, seed: int) -> int:
    """Write the whole copy; return the number of tests."""
    labels = _read_labels(suite)
    move_helpers(suite, out / "app")
    odds = random.Random(f"{seed}")
    files = sorted((suite / "testcode").glob("BenchmarkTest*.py"))
    odds.shuffle(files)
    areas: dict[str, list[str]] = {}
    taken = Names(odds)
    rows = []
    for number, file in enumerate(files):
        case = read_case(file, seed)
        area = odds.choice(NOUNS[:30])
        view = Module(f"{area}.{taken.noun(2)}", dict(case.imports))
        away = Module(f"{odds.choice(NOUNS[60:90])}.{taken.noun(2)}", dict(case.imports))
        register(case, view, spread(case, view, away))
        view.write(out / "app")
        written = [view]
        if away.body:
            away.write(out / "app")
            written.append(away)
        areas.setdefault(area, []).append(view.name)
        paths = [f"{PACKAGE}/{one.name.replace('.', '/')}.py" for one in written]
        rows.append((f"case{number:04}", *labels[file.stem], ";".join(paths), file.stem))
        _copy_template(suite, out / "app", case, file.stem)
    _write_application(out / "app", areas)
    with (out / "expected.csv").open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)
    return len(rows)


def _read_labels(suite: Path) -> dict[str, tuple[str, str, str]]:
    with next(suite.glob("expectedresults-*.csv")).open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.reader(table) if row and TEST.fullmatch(row[0])]
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _copy_template(suite: Path, out: Path, case: Case, test: str) -> None:
    word = case.path.rsplit("/", 1)[1]
    for template in (suite / "templates" / "web").glob(f"*/{test}.html"):
        text = template.read_text(encoding="utf-8", errors="replace")
        target = out / PACKAGE / "templates" / f"{word}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"/benchmark/[a-z]+-\d+/" + test, case.path, text)
        target.write_text(TEST.sub(word, text), encoding="utf-8")


def _write_application(out: Path, areas: Mapping[str, list[str]]) -> None:
    root = out / PACKAGE
    for folder in {path.parent for path in root.rglob("*.py")} | {root}:
        (folder / "__init__.py").touch()
    for area, modules in areas.items():
        short = [name.split(".")[1] for name in modules]
        lines = [f"from {PACKAGE}.{area} import {name}" for name in short]
        lines += ["", "", "def attach_all(app):", *(f"    {name}.attach(app)" for name in short)]
        (root / area / "__init__.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["import flask", "", *(f"from {PACKAGE} import {area}" for area in sorted(areas))]
    lines += ["", "", "def create():", "    app = flask.Flask(__name__)"]
    lines += [f"    {area}.attach_all(app)" for area in sorted(areas)] + ["    return app"]
    (root / "application.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Write the copy into an empty folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--suite", type=Path, required=True, help="a clone of BenchmarkPython")
    parser.add_argument("--out", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if (sys.version_info.major, sys.version_info.minor) < (3, 12):
        parser.error("the suite's syntax needs Python 3.12 or later")
    if options.out.exists():
        parser.error(f"{options.out} exists already")
    count = transform(options.suite.resolve(), options.out.resolve(), options.seed)
    print(f"{count} tests written to {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
