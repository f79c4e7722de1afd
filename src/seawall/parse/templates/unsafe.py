"""Decides which values can change the page in which a template writes them."""

from collections.abc import Callable, Mapping

from seawall.model.template import (
    Helped,
    Invocation,
    Link,
    Output,
    Reference,
    State,
    Template,
    Unsafe,
)

MAX_TEMPLATES = 60
MAX_DEPTH = 8
"""Macros that hand a value on to one another."""
MAX_CALLS = 2000
MAX_UNSAFE = 2000

Load = Callable[[str, State, Mapping[str, State]], Template | None]
"""Parses the template of a name, from a state of the page on, blocks beginning as told."""


def judge(reference: Reference, output: Output) -> tuple[str, str] | None:
    """Return the reason why a value can do harm where it is written, and which values can."""
    clean = reference.clean
    if "all" in clean:
        return None
    html = "html" in clean or (output.autoescape and not reference.is_safe)
    if not html and not clean:
        return "unescaped", "any"
    if "script" in clean:
        # JSON of which only "</" was changed: it does no harm where it stands in code itself.
        clean = (clean - {"script"}) | ({"json"} if output.context == "script" else set())
        if not html and not clean:
            return "unescaped", "any"
    # JSON's own quotes end an attribute's.
    json_ends = "json" in clean and not html and output.quote == '"'
    in_url = "url" in clean
    context = output.context
    if context == "code-url":
        return context, "url"
    if in_url or context in ("text", "comment", "script-data"):
        return None
    if context == "quoted":
        return (context, "any") if json_ends else None
    if context == "url":
        return context, "javascript-url"
    if context == "script":
        return None if "json" in clean else (context, "any")
    if context == "event":
        return (context, "any") if json_ends or not clean & {"js", "json"} else None
    if context == "script-string":
        if "js" in clean:
            return None
        if "json" in clean:
            return (context, "any") if output.quote == '"' else None
        return context, "backslash"
    if context == "style":
        return context, "css"
    return context, "any"


def unsafe_outputs(template: Template, helped: list[Helped] | None = None) -> list[Unsafe]:
    """Return what can do harm in a template by itself, in order; its own macros are followed.

    The root of each reference is a name of the context that the template is given. `helped` takes
    up the uses of what the program may define.
    """
    return _Page(None, helped).read("", template)


def unsafe_in_page(name: str, load: Load, helped: list[Helped] | None = None) -> list[Unsafe]:
    """Return what can do harm in a template and in all that it draws in; `helped` as above."""
    template = load(name, State(), {})
    if template is None:
        return []
    return _Page(load, helped).read(name, template)


class _Page:
    """One page: a template, those it extends, includes and imports."""

    def __init__(self, load: Load | None, helped: list[Helped] | None) -> None:
        self._load = load
        self._helped = helped
        self._found: dict[Unsafe, None] = {}
        self._left = MAX_TEMPLATES
        self._calls = MAX_CALLS

    def read(self, name: str, template: Template) -> list[Unsafe]:
        self._draw(name, template, {}, False, frozenset(), (name,))
        return list(self._found)

    def _draw(
        self,
        name: str,
        template: Template,
        given: Mapping[str, tuple[Reference, ...]],
        alone: bool,
        replaced: frozenset[str],
        above: tuple[str, ...],
    ) -> None:
        """Look at a template; `given` are names that mean other values than the context's own."""
        extends = next((link for link in template.links if link.kind == "extends"), None)
        if extends is not None:
            template = self._extend(name, template, extends, given, alone, replaced, above)
        macros = self._macros(template, above)
        for output in template.outputs:
            if output.macro or output.block in replaced or (extends and not output.block):
                continue
            for reference in output.references:
                for meant in _mean(reference, given, alone):
                    self._judge(meant, output, template, name)
        for call in template.helpers:
            output = call.output
            if output.macro or output.block in replaced or (extends and not output.block):
                continue
            self._help(call, template, given, alone, name)
        for call in template.calls:
            if not call.output.macro and call.output.block not in replaced:
                self._invoke(call, macros, given, alone, 0)
        for link in template.links:
            if link.kind == "include" and link.block not in replaced:
                self._include(link, given, alone, above)

    def _judge(self, reference: Reference, output: Output, template: Template, name: str) -> None:
        verdict = judge(reference, output)
        if verdict and len(self._found) < MAX_UNSAFE:
            unsafe = Unsafe(output, reference, *verdict, template.libraries, name)
            self._found[unsafe] = None

    def _help(
        self,
        call: Invocation,
        template: Template,
        given: Mapping[str, tuple[Reference, ...]],
        alone: bool,
        name: str,
    ) -> None:
        if self._helped is None or len(self._helped) >= MAX_UNSAFE:
            return
        arguments = tuple(
            (key, tuple(meant for one in references for meant in _mean(one, given, alone)))
            for key, references in call.arguments
        )
        meant = Invocation(call.name, arguments, call.output)
        self._helped.append(Helped(meant, template.libraries, name))

    def _take(
        self, name: str, state: State, blocks: Mapping[str, State], above: tuple[str, ...]
    ) -> Template | None:
        if not self._load or not name or name in above or self._left <= 0:
            return None
        self._left -= 1
        return self._load(name, state, blocks)

    def _extend(
        self,
        name: str,
        template: Template,
        link: Link,
        given: Mapping[str, tuple[Reference, ...]],
        alone: bool,
        replaced: frozenset[str],
        above: tuple[str, ...],
    ) -> Template:
        """Look at what is extended; return this template with its blocks in their places."""
        parent = self._take(link.name, State(), {}, above)
        if parent is None:
            return template
        states = {block.name: block.state for block in parent.blocks}
        if any(states.get(block.name, block.state) != block.state for block in template.blocks):
            template = self._take(name, State(), states, ()) or template
        hidden = replaced | {block.name for block in template.blocks if not block.keeps}
        self._draw(link.name, parent, given, alone, hidden, (*above, link.name))
        return template

    def _include(
        self,
        link: Link,
        given: Mapping[str, tuple[Reference, ...]],
        alone: bool,
        above: tuple[str, ...],
    ) -> None:
        other = self._take(link.name, link.state, {}, above)
        if other is None:
            return
        handed = {} if link.alone else dict(given)
        for binding in link.bindings:
            handed[binding.name] = tuple(
                meant for one in binding.references for meant in _mean(one, given, alone)
            )
        self._draw(link.name, other, handed, alone or link.alone, frozenset(), (*above, link.name))

    def _macros(
        self, template: Template, above: tuple[str, ...]
    ) -> dict[str, tuple[str, Template, str]]:
        """Return the macros that a template can call, by the names under which it knows them."""
        known = {macro.name: ("", template, macro.name) for macro in template.macros}
        for link in template.links:
            if link.kind != "import":
                continue
            other = self._take(link.name, State(), {}, above)
            if other is None:
                continue
            for macro in other.macros:
                found = (link.name, other, macro.name)
                for name in link.names:
                    own, _, alias = name.partition(" as ")
                    if own == macro.name:
                        known[alias or own] = found
                    known[f"{alias or own}.{macro.name}"] = found
        return known

    def _invoke(
        self,
        call: Invocation,
        macros: Mapping[str, tuple[str, Template, str]],
        given: Mapping[str, tuple[Reference, ...]],
        alone: bool,
        depth: int,
    ) -> None:
        """Look at the outputs of a macro with what it is called with."""
        known = macros.get(call.name) or macros.get(call.name.rpartition(".")[2])
        if known is None or depth > MAX_DEPTH:
            return
        name, template, macro_name = known
        macro = next(macro for macro in template.macros if macro.name == macro_name)
        handed: dict[str, tuple[Reference, ...]] = dict.fromkeys(macro.parameters, ())
        for key, references in call.arguments:
            if key.isdigit():
                key = macro.parameters[int(key)] if int(key) < len(macro.parameters) else ""
            handed[key] = tuple(meant for one in references for meant in _mean(one, given, alone))
        self._calls -= 1
        if self._calls < 0 or (name and not any(handed.values())):
            return
        for output in template.outputs:
            if output.macro == macro_name:
                for reference in output.references:
                    # The context's own names are seen where the macro is defined only.
                    for meant in _mean(reference, handed, bool(name)):
                        self._judge(meant, output, template, name)
        for inner in template.helpers:
            if inner.output.macro == macro_name:
                self._help(inner, template, handed, bool(name), name)
        for inner in template.calls:
            if inner.output.macro == macro_name and inner.name != call.name:
                self._invoke(inner, macros, handed, bool(name), depth + 1)


def _mean(
    reference: Reference, given: Mapping[str, tuple[Reference, ...]], alone: bool
) -> tuple[Reference, ...]:
    """Return the context's own values that a reference means."""
    if reference.root not in given:
        return () if alone else (reference,)
    return tuple(
        Reference(
            one.root,
            (*one.path, *reference.path),
            (*one.filters, *reference.filters),
            one.clean | reference.clean,
            one.is_safe or reference.is_safe,
        )
        for one in given[reference.root]
    )
