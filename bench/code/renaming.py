"""The new names of BenchmarkPython's copy: variables, texts, imports and helper modules."""

import ast
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bench.code import restructure
from bench.code.restructure import Statements

PACKAGE = "backoffice"
NOUNS = """
account agenda archive asset badge ballot basket bill board booking branch brief budget cabinet
campaign card case catalog channel charter claim client clinic comment contract course credit
crew delivery depot desk device draft estate event exhibit fleet folder forecast garden gate
guest hangar harvest invoice item journal label lease ledger lesson letter library lodge market
member menu meter mission notice offer order outlet panel parcel patent patron permit pledge
poll profile quota quote recipe region rental report reserve review roster route sample schedule
season seat shelf shift signal stock stop survey tariff task tenant ticket tour trade transit
vendor venue visit voucher ward warehouse yard zone
""".split()
ACTIONS = """
apply arrange assemble build collect compose derive draw fetch fill finish form gather grade
handle issue join list make match model pack pick place plan prepare present produce rank
read resolve serve settle shape show sort stage take tally trace track work
""".split()

METHODS = {
    "get_form_parameter": "form_value",
    "get_query_parameter": "query_value",
    "get_cookie": "cookie_value",
    "get_safe_value": "fixed_value",
    "doSomething": "forward",
}
"""Methods of the suite's helper classes."""

MOVED: Mapping[str, Mapping[str, str]] = {
    "utils": {
        "RES_DIR": "conf.places.FIXTURES",
        "TESTFILES_DIR": "conf.places.UPLOADS",
        "mysession": "state.memory.remembered",
        "sharedstr": "state.memory.motto",
        "commonHeaderNames": "web.headers.USUAL",
        "html_entity_names": "web.text.ENTITIES",
        "escape_for_html": "web.text.to_markup",
        "commandOutput": "web.listing.show_process",
        "get_parameter": "web.reading.either_value",
        "get_parameter_list": "web.reading.all_values",
        "Injected": "state.payload.Note",
    },
    "separate_request": {"request_wrapper": "web.inbound.Inbound"},
    "db_sqlite": {
        "DB_PATH": "storage.relational.LOCATION",
        "con": "storage.relational.first",
        "cur": "storage.relational.rows",
        "get_connection": "storage.relational.open_store",
        "results": "storage.relational.to_page",
    },
    "ldap": {
        "server": "storage.directory.host",
        "conn": "storage.directory.first",
        "get_connection": "storage.directory.bind_people",
    },
    "ThingFactory": {
        "createThing": "state.plugins.choose",
        "Thing1": "state.plugins.Straight",
        "Thing2": "state.plugins.Careful",
    },
}
"""Where each name of the suite's helper modules goes: package, module and new name."""

WRITTEN = frozenset({"sharedstr"})
"""Those that tests give a new value to: they stay attributes of their module."""

WORDS = {
    "./helpers/resources": "./data/fixtures",
    "./testfiles": "./data/uploads",
    "ThingFactory.ini": "plugins.ini",
    "Thing1": "Straight",
    "Thing2": "Careful",
    "benchmark-sqlite3.db": "store.db",
}
"""Texts inside the helper modules that name what was renamed."""


@dataclass
class Module:
    """A file being written."""

    name: str
    """Dotted, without the package."""
    imports: dict[str, str] = field(default_factory=dict)
    """The import statement that gives each name."""
    body: Statements = field(default_factory=list)

    def render(self) -> str:
        """Return the text: the imports that are used, and the body."""
        tree = ast.fix_missing_locations(ast.Module([*self.body], []))
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        # one statement for each name that is really read, whatever it was called before
        lines = sorted({line for name, line in self.imports.items() if name in used})
        return "\n".join(lines) + "\n\n\n" + ast.unparse(tree) + "\n"

    def write(self, folder: Path) -> None:
        """Write it below the package's folder."""
        path = folder / PACKAGE / (self.name.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.render(), encoding="utf-8")


class Imports(ast.NodeTransformer):
    """Takes every import out of a tree and names what it gave as the new program does."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._local: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.split(".")[0] != "helpers":
                bound = alias.asname or alias.name.split(".")[0]
                line = f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
                former = self.found.get(bound)
                self.found[bound] = f"{former}\n{line}" if former and former != line else line

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.module and node.module.startswith("helpers."):
                self._local[alias.name] = node.module.removeprefix("helpers.")
            else:
                self.found[alias.asname or alias.name] = f"from {node.module} import {alias.name}"

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="helpers"), attr=module)):
                if node.attr in WRITTEN:
                    place = MOVED[module][node.attr]
                    return ast.Attribute(
                        self._refer_to_module(place), place.split(".")[2], node.ctx
                    )
                return self._refer(module, node.attr)
            case ast.Attribute(value=ast.Name(id="helpers"), attr=module):
                # the module itself is handed on
                return self._refer_to_module(next(iter(MOVED[module].values())))
        self.generic_visit(node)
        node.attr = METHODS.get(node.attr, node.attr)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._local:
            return self._refer(self._local[node.id], node.id)
        return node

    def _refer(self, module: str, name: str) -> ast.Name:
        place, _, new = MOVED[module][name].rpartition(".")
        self.found[new] = f"from {PACKAGE}.{place} import {new}"
        return ast.Name(new, ast.Load())

    def _refer_to_module(self, place: str) -> ast.Name:
        package, name, _ = place.split(".")
        self.found[name] = f"from {PACKAGE}.{package} import {name}"
        return ast.Name(name, ast.Load())


class Renaming(ast.NodeTransformer):
    """Renames variables, and words inside texts."""

    def __init__(self, names: Mapping[str, str], reword: Callable[[str], str]) -> None:
        self._names = names
        self._reword = reword

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._names.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._names.get(node.name, METHODS.get(node.name, node.name))
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.AST:
        node.name = self._names.get(node.name, node.name) if node.name else None
        self.generic_visit(node)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._names.get(node.name, node.name) if node.name else None
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            node.value = self._reword(node.value)
        return node


class Names:
    """Gives names that were not given before."""

    def __init__(self, odds: random.Random, taken: Iterable[str] = ()) -> None:
        self._odds = odds
        self._taken = set(taken)

    def noun(self, words: int = 1) -> str:
        """A name of something, such as `parcel` or `market_seat`."""
        return self._new(lambda: "_".join(self._odds.choice(NOUNS) for _ in range(words)))

    def action(self) -> str:
        """A name of something done, such as `settle_claim`."""
        return self._new(lambda: f"{self._odds.choice(ACTIONS)}_{self._odds.choice(NOUNS)}")

    def kind(self) -> str:
        """A name of a class, such as `ClaimDesk`."""
        return self._new(lambda: "".join(self._odds.choice(NOUNS).capitalize() for _ in range(2)))

    def _new(self, make: Callable[[], str]) -> str:
        for _ in range(50):
            if (name := make()) not in self._taken:
                break
        else:
            name = f"{make()}_{len(self._taken)}"
        self._taken.add(name)
        return name


def move_helpers(suite: Path, out: Path) -> None:
    """Write the suite's helper modules, renamed and in other packages."""
    modules: dict[str, Module] = {}
    for old, table in MOVED.items():
        tree = ast.parse((suite / "helpers" / f"{old}.py").read_text(encoding="utf-8"))
        imports = Imports()
        body = [one for one in (imports.visit(statement) for statement in tree.body) if one]
        names = {name: new.rpartition(".")[2] for name, new in table.items()}
        renaming = Renaming(names, _reword_helper)
        own = {new.rpartition(".")[2]: new.rpartition(".")[0] for new in table.values()}
        for statement in body:
            statement = cast(ast.stmt, renaming.visit(statement))
            place = next(
                (own[name] for name in _defined(statement) if name in own), list(own.values())[0]
            )
            module = modules.setdefault(place, Module(place))
            module.body.append(statement)
            module.imports |= imports.found
            module.imports |= {
                name: f"from {PACKAGE}.{where} import {name}"
                for name, where in own.items()
                if where != place
            }
    for place, module in modules.items():
        prefix = f"from {PACKAGE}.{place} import "
        module.imports = {n: at for n, at in module.imports.items() if not at.startswith(prefix)}
        if place == "state.plugins":  # it looks its own classes up by name
            module.imports["plugins"] = f"import {PACKAGE}.{place} as plugins"
        module.write(out)
    for folder, new in (("helpers/resources", "data/fixtures"), ("testfiles", "data/uploads")):
        shutil.copytree(suite / folder, out / new, dirs_exist_ok=True)
    table_file = out / "data/fixtures/ThingFactory.ini"
    table_file.rename(table_file.with_name("plugins.ini")).write_text("[DEFAULT]\nthing=Careful\n")


def _reword_helper(text: str) -> str:
    for old, new in WORDS.items():
        text = text.replace(old, new)
    return text


def _defined(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    return [*restructure.bound_names([statement]), *restructure.read_names([statement])]
