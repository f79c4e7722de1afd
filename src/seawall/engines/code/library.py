"""What is known of libraries, arranged for the interpreter: one look-up for each symbol."""

import fnmatch
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from msgspec import Struct
from seawall_guard.catalogue.entries import Catalogue, Check, Sanitizer, Sink, Source

from seawall.engines.code.flows import EVERYTHING, NORMALISED
from seawall.model.knowledge import EntryPoint, Helper, Knowledge, PageCall, Propagator, Type


class CallModel(Struct, kw_only=True):
    """All that the catalogue says of calling one symbol."""

    sinks: list[Sink] = []
    checks: list[Check] = []
    sources: list[Source] = []
    sanitizers: list[Sanitizer] = []
    propagators: list[Propagator] = []
    entries: list[EntryPoint] = []
    pages: list[PageCall] = []
    helpers: list[Helper] = []
    quiet: bool = False

    def joined(self, other: "CallModel") -> "CallModel":
        """Return what both say."""
        return CallModel(
            sinks=_both(self.sinks, other.sinks),
            checks=_both(self.checks, other.checks),
            sources=_both(self.sources, other.sources),
            sanitizers=_both(self.sanitizers, other.sanitizers),
            propagators=_both(self.propagators, other.propagators),
            entries=_both(self.entries, other.entries),
            pages=_both(self.pages, other.pages),
            helpers=_both(self.helpers, other.helpers),
            quiet=self.quiet or other.quiet,
        )


_Thing = TypeVar("_Thing")


def _both(one: list[_Thing], other: list[_Thing]) -> list[_Thing]:
    """Join two lists; what names base and derived class alike is in both, and counts once."""
    return one + [thing for thing in other if not any(thing is known for known in one)]


class Library:
    """Answers what a symbol does; built once from catalogue and knowledge."""

    def __init__(
        self,
        catalogue: Catalogue,
        knowledge: Knowledge,
        weaknesses: Iterable[str],
        kinds: frozenset[str] | None = None,
    ) -> None:
        """Arrange it; `kinds` are the kinds of sources that are followed (None: all)."""
        self._kinds = kinds
        self.bits: dict[str, int] = {
            weakness: NORMALISED << number + 1 for number, weakness in enumerate(weaknesses)
        }
        self.calls: dict[str, CallModel] = {}
        self.reads: dict[str, list[Source]] = {}
        self.read_checks: dict[str, list[Check]] = {}
        self.assigned: dict[str, list[Sink | Check]] = {}
        self.settings: dict[str, list[tuple[Check, re.Pattern[str] | None]]] = {}
        self.methods: dict[str, list[tuple[Sink, re.Pattern[str]]]] = {}
        self.types: dict[str, Type] = {}
        self.makes: dict[str, str] = {}
        self.makes_when: dict[str, list[Type]] = {}
        """By symbol, the types that it gives, or turns its receiver into, where conditions hold."""
        self.entry_classes: dict[str, list[EntryPoint]] = {}
        self.entry_names: list[tuple[EntryPoint, re.Pattern[str]]] = []
        self.entry_words: dict[str, list[EntryPoint]] = {}
        self.guards: set[str] = set()
        self._aliases: dict[str, str] = {}
        self._canonical: dict[str, str] = {}
        self._models: dict[str, CallModel | None] = {}
        self._own: dict[tuple[str, str], str] = {}
        self._mros: dict[str, tuple[str, ...]] = {}
        for kind in knowledge.types:
            self._add_type(kind)
        self._add_catalogue(catalogue)
        self._add_classes()
        for propagator in knowledge.propagators:
            for symbol in propagator.calls:
                self._call(symbol).propagators.append(propagator)
        for quiet in knowledge.quiet:
            for symbol in quiet.calls:
                self._call(symbol).quiet = True
        for entry in knowledge.entries:
            self._add_entry(entry)
        self.page_methods: dict[str, list[PageCall]] = {}
        """By name: methods of classes that return the context of a template."""
        for page in knowledge.pages:
            self._add_page(page)
        self._helper_items: dict[str, list[Helper]] = {}
        self.helper_words = {"templatetags"}
        """Identifiers of a file that gives something to templates."""
        for helper in knowledge.helpers:
            self._add_helper(helper)
        self.setting_names = frozenset(name.partition("[")[0] for name in self.settings)
        self._add_words(catalogue)

    def _add_type(self, kind: Type) -> None:
        known = self.types.get(kind.name)
        if known is not None:
            kind = Type(
                name=kind.name,
                bases=known.bases + kind.bases,
                aliases=known.aliases + kind.aliases,
                made_by=known.made_by + kind.made_by,
                turned_by=known.turned_by + kind.turned_by,
                when=known.when + kind.when,
                unless=known.unless + kind.unless,
                methods={**known.methods, **kind.methods},
                attributes={**known.attributes, **kind.attributes},
                items=kind.items or known.items,
            )
        self.types[kind.name] = kind
        for alias in kind.aliases:
            self._aliases[alias] = kind.name
        if kind.when or kind.unless:
            for maker in (*kind.made_by, *kind.turned_by):
                self.makes_when.setdefault(self.canonical(maker), []).append(kind)
                # The bare name is there too: most calls are told by it to need no more.
                self.makes_when.setdefault(maker.rpartition(".")[2], [])
            return
        for maker in kind.made_by:
            self.makes.setdefault(maker, kind.name)

    def _call(self, symbol: str) -> CallModel:
        symbol = self.canonical(symbol)
        return self.calls.setdefault(
            symbol,
            CallModel(
                sinks=[],
                checks=[],
                sources=[],
                sanitizers=[],
                propagators=[],
                entries=[],
                pages=[],
                helpers=[],
            ),
        )

    def _add_catalogue(self, catalogue: Catalogue) -> None:
        for source in catalogue.sources:
            if not self._counts(source.kind):
                for symbol in source.calls:
                    self._call(symbol).quiet = True
                continue
            for symbol in source.calls:
                self._call(symbol).sources.append(source)
            for symbol in source.reads:
                self.reads.setdefault(self.canonical(symbol), []).append(source)
        for sink in catalogue.sinks:
            for symbol in sink.calls:
                self._call(symbol).sinks.append(sink)
            for symbol in sink.assigns:
                self.assigned.setdefault(self._assigned_name(symbol), []).append(sink)
            pattern = _patterns(sink.receivers)
            for name in sink.methods:
                self.methods.setdefault(name, []).append((sink, pattern))
        for sanitizer in catalogue.sanitizers:
            for symbol in sanitizer.calls:
                self._call(symbol).sanitizers.append(sanitizer)
        for check in catalogue.checks:
            for symbol in check.calls:
                self._call(symbol).checks.append(check)
            for symbol in check.reads:
                self.read_checks.setdefault(self.canonical(symbol), []).append(check)
            for symbol in check.assigns:
                self.assigned.setdefault(self._assigned_name(symbol), []).append(check)
            modules = _patterns(check.modules) if check.modules else None
            for name in check.settings:
                self.settings.setdefault(name, []).append((check, modules))

    def _counts(self, kind: str) -> bool:
        return self._kinds is None or kind in self._kinds

    def _add_classes(self) -> None:
        """Know the classes of which the catalogue speaks, though no table says more of them.

        What their constructors give is then one of them, as a class is written: in capitals.
        """
        for symbol in (*self.calls, *self.assigned, *self.reads):
            owner = symbol.partition("[")[0]
            if owner == symbol:
                owner = owner.rpartition(".")[0]
            last = owner.rpartition(".")[2]
            if last[:1].isupper() and not last.isupper() and self.canonical(owner) == owner:
                self.types.setdefault(owner, Type(name=owner))

    def _assigned_name(self, symbol: str) -> str:
        """Return the name of what is assigned to; items are compared regardless of case."""
        head, bracket, item = symbol.partition("[")
        return self.canonical(head) + bracket + item.lower()

    def _add_entry(self, entry: EntryPoint) -> None:
        self.guards.update(entry.guards)
        if not self._counts(entry.kind):
            return
        if entry.how == "class":
            for symbol in entry.symbols:
                self.entry_classes.setdefault(self.canonical(symbol), []).append(entry)
        elif entry.how == "name":
            self.entry_names.append((entry, _patterns(entry.names)))
        else:
            for symbol in entry.symbols:
                self._call(symbol).entries.append(entry)
                self.entry_words.setdefault(symbol.rpartition(".")[2], []).append(entry)

    def _add_page(self, page: PageCall) -> None:
        if page.method:
            self.page_methods.setdefault(page.method, []).append(page)
        for symbol in page.calls:
            self._call(f"{symbol}.{page.method}" if page.method else symbol).pages.append(page)

    def _add_helper(self, helper: Helper) -> None:
        for symbol in helper.calls:
            self._call(symbol).helpers.append(helper)
        for symbol in helper.assigns:
            self._helper_items.setdefault(self.canonical(symbol), []).append(helper)
        words = [symbol.split(".")[-2:] for symbol in (*helper.calls, *helper.assigns)]
        self.helper_words.update(two[0] if two[1] == "update" else two[1] for two in words)

    def helper_items(self, owner: str) -> list[Helper]:
        """Return what an item of a mapping gives to templates."""
        return self._helper_items.get(owner, [])

    def _add_words(self, catalogue: Catalogue) -> None:
        """Note by which identifiers a function shows that it is worth interpreting."""
        self.signs: dict[str, dict[str, frozenset[str]]] = {}
        """By the last identifier of a symbol: packages of which the file must speak ("": none),
        and identifiers of which the function must have one (empty: none)."""

        related: dict[str, set[str]] = {}
        for name, kind in self.types.items():
            roots = {n.partition(".")[0] for n in (name, *kind.aliases)}
            for base in self.mro(name):
                related.setdefault(base, set()).update(roots, {base.partition(".")[0]})

        def note(symbol: str, needed: frozenset[str] = frozenset()) -> None:
            head, _, last = symbol.partition("[")[0].rpartition(".")
            known = self.signs.setdefault(last, {})
            for root in related.get(self.canonical(head), ()) or (head.partition(".")[0],):
                root = "" if root == "builtins" else root
                if root in known and not (known[root] and needed):
                    known[root] = frozenset()
                else:
                    known[root] = known.get(root, frozenset()) | needed

        self.stating: set[str] = set()
        """Names that say something of a class in its body."""
        for source in catalogue.sources:
            if not self._counts(source.kind):
                continue
            for symbol in (*source.calls, *source.reads):
                note(symbol, self._holders(symbol))
        for check in catalogue.checks:
            for symbol in (*check.calls, *check.reads):
                note(symbol)
            for symbol in check.assigns:
                # What a class body states is seen where the class is made.
                if "[" not in symbol:
                    self.stating.add(symbol.rpartition(".")[2])
                if not self._is_stated(symbol):
                    note(symbol)
        self.registering: set[str] = set()
        """Names by which functions are handed to a framework."""
        for entries in self.entry_words.values():
            for entry in entries:
                for symbol in entry.symbols:
                    last = symbol.rpartition(".")[2]
                    if entry.how != "call":
                        note(symbol)
                    else:
                        self.registering.add(last)
                        if "_" in last:
                            # Said nowhere but there, even where the framework is not imported.
                            self.signs[last] = {"": frozenset()}

    def _is_stated(self, symbol: str) -> bool:
        """Whether an attribute is one that classes of a program state, not one of an instance."""
        owner = self.canonical(symbol.partition("[")[0].rpartition(".")[0])
        return ".Meta." in symbol or any(b in self.entry_classes for b in self.mro(owner))

    def _holders(self, symbol: str) -> frozenset[str]:
        """Return the words by which a function may have an instance of a source's class.

        What a framework hands to a function is known without: its entry points are run anyway.
        """
        owner = symbol.partition("[")[0].rpartition(".")[0]
        name = owner.rpartition(".")[2]
        if not name[:1].isupper():
            return frozenset()
        kind = self.types.get(self.canonical(owner))
        names = {name}
        if kind is not None:
            for other in (*kind.aliases, *kind.made_by):
                names.add(other.rpartition(".")[2])
        return frozenset(names)

    @cached_property
    def roots(self) -> frozenset[str]:
        """The names by which libraries are imported."""
        return frozenset(
            symbol.partition(".")[0] for symbol in (*self.calls, *self.reads, *self.types)
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The identifiers that say something of all of a file, wherever in it they stand."""
        names = {package for packages in self.signs.values() for package in packages}
        models = [model for models in self.entry_words.values() for model in models]
        models += [model for model, _ in self.entry_names]
        for model in models:
            names.update(one.partition(".")[0] for one in (*model.imports, *model.symbols))
        return frozenset(names)

    def shows(self, words: frozenset[str] | tuple[str, ...], spoken: frozenset[str]) -> bool:
        """Whether a function with these identifiers, in a file with those, may hold a source."""
        for word in words:
            for package, needed in self.signs.get(word, {}).items():
                if package and package not in spoken:
                    continue
                if not needed or not needed.isdisjoint(words):
                    return True
        return False

    def own_symbol(self, module: str, symbol: str) -> str:
        """Return the symbol by which the catalogue knows a function of the program, or ""."""
        key = (module, symbol)
        known = self._own.get(key)
        if known is None:
            path = self.canonical(f"{module}.{symbol}")
            known = self._own[key] = path if path in self.calls else ""
        return known

    def canonical(self, path: str) -> str:
        """Return the name under which a symbol is known, whatever it was imported as."""
        known = self._canonical.get(path)
        if known is None:
            known = self._canonical[path] = self._find_canonical(path)
        return known

    def _find_canonical(self, path: str) -> str:
        for _ in range(4):
            head, tail = path, ""
            while head:
                alias = self._aliases.get(head)
                if alias is not None and alias != head:
                    path = alias + tail
                    break
                head, dot, last = head.rpartition(".")
                tail = f"{dot}{last}{tail}"
            else:
                break
        return path

    def mro(self, kind: str) -> tuple[str, ...]:
        """Return a type and all that it is derived from, itself first."""
        known = self._mros.get(kind)
        if known is None:
            order: list[str] = []
            waiting = [kind]
            while waiting and len(order) < 50:
                name = self.canonical(waiting.pop(0))
                if name in order:
                    continue
                order.append(name)
                found = self.types.get(name)
                if found is not None:
                    waiting += found.bases
            known = self._mros[kind] = tuple(order)
        return known

    def model(self, path: str) -> CallModel | None:
        """Return what is known of calling a symbol; a method is looked up in the bases too."""
        if path in self._models:
            return self._models[path]
        canonical = self.canonical(path)
        found = self.calls.get(canonical)
        owner, _, name = canonical.rpartition(".")
        if owner:
            for base in self.mro(owner)[1:]:
                other = self.calls.get(f"{base}.{name}")
                if other is not None:
                    found = other if found is None else found.joined(other)
        self._models[path] = found
        return found

    def made_by(self, path: str) -> str:
        """Return the type of what calling a symbol gives, or ""."""
        path = self.canonical(path)
        made = self.makes.get(path)
        if made is not None:
            return made
        if path in self.types:
            return path
        owner, _, name = path.rpartition(".")
        for base in self.mro(owner) if owner else ():
            kind = self.types.get(base)
            if kind is not None and name in kind.methods:
                given = kind.methods[name]
                return owner if given == "self" else given
        return ""

    def given_when(self, path: str) -> list[Type]:
        """Return the types that calling a symbol gives where their conditions hold."""
        owner, _, name = path.rpartition(".")
        if name not in self.makes_when:
            return []
        found: list[Type] = []
        for base in self.mro(owner):
            found += self.makes_when.get(f"{base}.{name}", ())
        return found

    def attribute(self, owner: str, name: str) -> str:
        """Return the type of an attribute of a type or object, or ""."""
        for base in self.mro(owner):
            kind = self.types.get(base)
            if kind is not None and name in kind.attributes:
                return kind.attributes[name]
        return self._any_attribute(owner, name)

    def _any_attribute(self, owner: str, name: str) -> str:
        """Return the type of an attribute that is not named: `client.shop` of a database."""
        if name.startswith("_"):
            return ""
        for base in self.mro(owner):
            kind = self.types.get(base)
            if kind is not None and "_" in kind.attributes:
                known = name in kind.methods or f"{base}.{name}" in self.calls
                return "" if known else kind.attributes["_"]
        return ""

    def items(self, owner: str) -> str:
        """Return the type of what iterating or indexing gives, or ""."""
        for base in self.mro(owner):
            kind = self.types.get(base)
            if kind is not None and kind.items:
                return owner if kind.items == "self" else kind.items
        return ""

    def read(self, owner: str, name: str) -> list[Source] | None:
        """Return the sources that reading an attribute of a type or module is."""
        for base in self.mro(owner):
            found = self.reads.get(f"{base}.{name}")
            if found is not None:
                return found
        return None

    def read_check(self, owner: str, name: str) -> list[Check] | None:
        """Return the checks of reading an attribute."""
        for base in self.mro(owner):
            found = self.read_checks.get(f"{base}.{name}")
            if found is not None:
                return found
        return None

    def assignment(self, owner: str, name: str) -> list[Sink | Check]:
        """Return what assigning to an attribute (or "[key]") of a type or object is."""
        found: list[Sink | Check] = []
        if name.startswith("["):
            name = name.lower()
        for base in self.mro(owner):
            found += (
                one
                for one in self.assigned.get(base + name, ())
                if not any(one is known for known in found)
            )
        return found

    def clean_bits(self, cleans: Iterable[str]) -> int:
        """Return the bits of weaknesses, "*" for all."""
        bits = 0
        for weakness in cleans:
            if weakness == "*":
                return EVERYTHING
            bits |= self.bits.get(weakness, 0)
        return bits


def _patterns(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs) or r"(?!)")
