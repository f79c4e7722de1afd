"""Whole rules: formulas, conditions, taint mode, messages and fixes."""

import textwrap

from seawall.core.rule import Severity
from seawall.engines.code.semgrep.engine import RuleMatch, applies, find_places, match_rules
from seawall.engines.code.semgrep.reading import read_rules
from seawall.engines.code.semgrep.rule import SemgrepRule
from seawall.model.program import Call, line_of
from seawall.parse.python import parse_python


def rule_of(body: str) -> SemgrepRule:
    text = "rules:\n- id: team.it\n  severity: ERROR\n  languages: [python]\n"
    body = textwrap.dedent(body).strip("\n")
    if not any(line.startswith("message:") for line in body.split("\n")):
        text += "  message: found $X\n"
    rules, problems = read_rules("r.yaml", (text + textwrap.indent(body, "  ") + "\n").encode())
    assert not problems, problems[0].message
    return rules[0]


def matches(body: str, code: str) -> list[RuleMatch]:
    code = textwrap.dedent(code).lstrip("\n")
    found, problems = match_rules([rule_of(body)], parse_python(code.encode()), code, "src/a.py")
    assert not problems
    return found


def check(body: str, code: str) -> None:
    """Hold what is found against the lines that end in "# finds"."""
    code = textwrap.dedent(code).lstrip("\n")
    wanted = [n for n, line in enumerate(code.split("\n"), 1) if line.endswith("# finds")]
    assert sorted({line_of(one.span) for one in matches(body, code)}) == wanted


def test_not_and_inside() -> None:
    check(
        """
        patterns:
        - pattern: db.query(...)
        - pattern-not: db.query(..., safe=True, ...)
        - pattern-inside: |
            def $F(..., $REQUEST, ...):
              ...
        - pattern-not-inside: |
            with lock: ...
        """,
        """
        db.query(1)
        def f(request):
            db.query(1)  # finds
            db.query(1, safe=True)
            with lock:
                db.query(2)
        def g():
            db.query(1)
        """,
    )


def test_inside_binds() -> None:
    check(
        """
        patterns:
        - pattern-inside: |
            $T = make()
            ...
        - pattern-not-inside: |
            ...
            $T.close()
            ...
        - pattern: $T.use($X)
        """,
        """
        def f():
            a = make()
            a.use(1)  # finds
            b.use(2)
        def g():
            a = make()
            if x:
                a.use(2)
            a.close()
        """,
    )


def test_either_and_metavariables_agree() -> None:
    check(
        """
        patterns:
        - pattern-either:
          - pattern: md5($X)
          - patterns:
            - pattern: new($A, $X)
            - metavariable-regex: {metavariable: $A, regex: '^.md5'}
        - pattern-inside: |
            $X = input()
            ...
        """,
        """
        def f():
            a = input()
            md5(a)  # finds
            md5(b)
            new("md5", a)  # finds
            new("sha1", a)
        """,
    )


def test_regexes() -> None:
    check(
        r"""
        patterns:
        - pattern-regex: '(?P<X>\d+)\.(\d+)\.\d+\.\d+'
        - pattern-inside: connect(host="...")
        - pattern-not-regex: '127\.0'
        message: 'to $X and $2'
        """,
        """
        connect(host="10.1.2.3")  # finds
        connect(host="127.0.0.1")
        other(host="10.1.2.3")
        """,
    )
    only = matches(
        r"""
        pattern-regex: '(?P<X>\d+)\.(\d+)'
        message: 'to $X and $2'
        """,
        "é = '10.25'\n",
    )[0]
    assert only.message == "to 10 and 25"


def test_metavariable_pattern() -> None:
    check(
        """
        patterns:
        - pattern: redirect($X)
        - metavariable-pattern:
            metavariable: $X
            patterns:
            - pattern-either:
              - pattern: $R
              - pattern: $S + $R
            - metavariable-pattern:
                metavariable: $R
                pattern: request.$W
            - metavariable-regex: {metavariable: $W, regex: (?!path)}
            - pattern-not: request.fixed
        """,
        """
        redirect(request.args)  # finds
        redirect("a" + request.args)  # finds
        redirect(request.path)
        redirect(request.fixed)
        redirect(a)
        """,
    )


def test_metavariable_pattern_of_text() -> None:
    check(
        """
        patterns:
        - pattern: execute("$X")
        - metavariable-pattern:
            metavariable: $X
            language: generic
            patterns:
            - pattern: SELECT ... FROM $TABLE
            - pattern-not-regex: safe
        """,
        """
        execute("SELECT a, b  FROM users")  # finds
        execute("SELECT a FROM safe")
        execute("DELETE FROM users")
        """,
    )


def test_comparison() -> None:
    check(
        """
        patterns:
        - pattern: generate($X)
        - metavariable-comparison:
            metavariable: $X
            comparison: $X < 2048 and $X % 8 == 0
        """,
        """
        SIZE = 1024
        generate(1024)  # finds
        generate(SIZE)  # finds
        generate(1023)
        generate(2048)
        generate(x)
        """,
    )
    check(
        """
        patterns:
        - pattern: chmod($P, $X)
        - metavariable-comparison:
            comparison: int($X) & 0o007 != 0 and not re.match('.*tmp', str($P))
        """,
        """
        chmod("a", 0o777)  # finds
        chmod("/tmp", 0o777)
        chmod("a", 0o770)
        """,
    )


def test_focus() -> None:
    code = """
    def f(a, b=1):
        sink(a,
             b)
    """
    found = matches(
        "patterns:\n- pattern: sink($A, $X)\n- focus-metavariable: $X\n",
        code,
    )
    assert [line_of(one.span) for one in found] == [3]
    found = matches(
        "patterns:\n- pattern-inside: |\n    def f(..., $X=1, ...): ...\n"
        "- focus-metavariable: $X\n",
        code,
    )
    assert [(line_of(one.span), one.bindings["$X"]) for one in found] == [(1, "b")]
    found = matches("patterns:\n- pattern: sink($X, $Y)\n- focus-metavariable: [$X, $Y]\n", code)
    assert [line_of(one.span) for one in found] == [2, 3]


def test_newer_syntax() -> None:
    check(
        """
        match:
          all:
          - any:
            - foo($X)
            - bar($X)
          - not: foo("...")
          - inside: |
              def $F(...):
                ...
          where:
          - metavariable: $F
            regex: view_.*
          - comparison: str($X) != "ok"
        """,
        """
        def view_a():
            foo(a)  # finds
            bar("b")  # finds
            foo("b")
            bar("ok")
        def b():
            foo(a)
        """,
    )


def test_type_condition() -> None:
    check(
        """
        patterns:
        - pattern: $X.run(...)
        - metavariable-type: {metavariable: $X, type: lib.Client}
        """,
        """
        import lib
        def f(a: lib.Client, b: int):
            a.run()  # finds
            b.run()
        """,
    )


TAINT = """
mode: taint
pattern-sources:
- pattern: request.args
pattern-sinks:
- pattern: execute(...)
pattern-sanitizers:
- pattern: quote(...)
"""


def test_taint() -> None:
    check(
        TAINT,
        """
        def f(c):
            a = request.args["a"]
            b, d = a, 1
            execute(a)  # finds
            execute("x %s" % b)  # finds
            execute(d)
            execute(c)
            a = 1
            execute(a)
            execute(quote(b))
            execute(other(b))  # finds
        def g(c):
            if c:
                e = request.args
            else:
                e = 1
            execute(e)  # finds
            e = quote(e)
            execute(f"{e}")
            o.a = request.args
            execute(o.b)
            execute(o.a.c)  # finds
            o.a = 1
            execute(o.a)
            d = {}
            d["k"] = request.args
            execute(d)  # finds
        def h():
            for x in [y for y in request.args]:
                execute(x)  # finds
            with open(request.args) as z:
                execute(z)  # finds
            try:
                q = request.args
                q = 1
            except E:
                pass
            execute(q)
            while True:
                execute(w)  # finds
                w = request.args
        def i():
            v = request.args
            def j():
                execute(v)  # finds
            return lambda: execute(v)  # finds
        """,
    )


def test_taint_trail() -> None:
    only = matches(TAINT + "message: from $S to $X\n", "a = request.args\nb = a\nexecute(b)\n")[0]
    assert [line_of(step.span) for step in only.trail] == [1, 3]


def test_taint_side_effects() -> None:
    check(
        """
        mode: taint
        pattern-sources:
        - patterns:
          - pattern: fill($X)
          - focus-metavariable: $X
          by-side-effect: true
        - patterns:
          - pattern-inside: |
              def handler($P, ...):
                ...
          - focus-metavariable: $P
        pattern-sinks:
        - patterns:
          - pattern: run($S, ...)
          - focus-metavariable: $S
        pattern-sanitizers:
        - patterns:
          - pattern: check($X)
          - focus-metavariable: $X
          by-side-effect: true
        pattern-propagators:
        - pattern: $T.add($E)
          from: $E
          to: $T
        """,
        """
        def f():
            fill(a)
            run(a)  # finds
            run(1, a)
            check(a)
            run(a)
        def handler(p, q):
            run(p)  # finds
            run(q)
            s = set()
            run(s)
            s.add(p)
            run(s.pop())  # finds
        """,
    )


def test_taint_labels_and_exactness() -> None:
    check(
        """
        mode: taint
        pattern-sources:
        - {pattern: user(...), label: USER}
        - {pattern: build(...), label: BUILT, requires: USER}
        pattern-sinks:
        - pattern: run(...)
          requires: BUILT and not SAFE
        """,
        """
        run(user())
        run(build(user()))  # finds
        run(build(1))
        """,
    )
    check(
        """
        mode: taint
        pattern-sources:
        - pattern: source(...)
          exact: true
        pattern-sinks:
        - pattern: sink(...)
        """,
        """
        source(sink(x))
        sink("a" if source() else "b")
        sink("a" if b else source())  # finds
        """,
    )
    check(
        """
        taint:
          sources: [source(...)]
          sinks:
          - pattern: sink(...)
            exact: false
        """,
        """
        sink("a" if source() else "b")  # finds
        """,
    )


def test_taint_of_receivers_and_wholes() -> None:
    check(
        """
        mode: taint
        pattern-sources: [{pattern: source()}]
        pattern-sinks:
        - pattern: $X.execute(...)
        - patterns:
          - pattern: run($S)
          - focus-metavariable: $S
        """,
        """
        a = source()
        a.execute(1)  # finds
        run(a.pop())  # finds
        run(source())  # finds
        o.p = a
        run(o)  # finds
        run(o.q)
        """,
    )


def test_metavariable_pattern_of_names() -> None:
    check(
        """
        patterns:
        - pattern: os.$M($X)
        - metavariable-pattern:
            metavariable: $M
            pattern-either: [{pattern: chmod}, {pattern: lchmod}]
        """,
        """
        import os
        os.chmod(1)  # finds
        os.chown(1)
        """,
    )


def test_taint_options() -> None:
    body = "mode: taint\noptions: {%s: true}\npattern-sources: [{pattern: src()}]\n"
    body += "pattern-sinks: [{pattern: run(...)}]\n"
    code = "a = src()\nrun(f(a))\nrun(b[a])\nrun(a > 1)\nrun(int(a))\nrun(a)\n"
    for option, lines in (
        ("taint_assume_safe_functions", [3, 4, 6]),
        ("taint_assume_safe_indexes", [2, 4, 5, 6]),
        ("taint_assume_safe_booleans", [2, 3, 5, 6]),
        ("taint_assume_safe_numbers", [2, 3, 4, 6]),
    ):
        assert [line_of(one.span) for one in matches(body % option, code)] == lines, option


def test_places() -> None:
    code = "run(request.args)\n"
    module = parse_python(code.encode())
    rule = rule_of(TAINT.replace("execute", "run"))
    places = find_places(rule, module, code)
    call = module.body[0].value  # type: ignore[union-attr]
    assert places is not None
    assert isinstance(call, Call)
    assert places.is_sink(call.span)
    assert places.is_source(call.arguments[0].span)
    assert not places.is_sanitizer(call.span)


def test_message_and_fix() -> None:
    only = matches(
        """
        pattern: load($X, ...)
        message: load of $X, $...Y
        fix: safe_load($X)
        """,
        "load(a[0],\n  b)\n",
    )[0]
    assert only.message == "load of a[0], $...Y"
    assert only.fix is not None
    assert only.fix.text == "safe_load(a[0])"
    only = matches(
        r"""
        pattern: get(...)
        fix-regex: {regex: '(.*)\)', replacement: '\1, timeout=5)'}
        """,
        "x = get(a)\n",
    )[0]
    assert only.fix is not None
    assert only.fix.text == "get(a, timeout=5)"


def test_paths() -> None:
    rule = rule_of("pattern: foo()\npaths: {include: ['src/*.py', lib], exclude: ['*_test.py']}\n")
    assert applies(rule, "src/a.py")
    assert applies(rule, "x/lib/a.py")
    assert not applies(rule, "src/a_test.py")
    assert not applies(rule, "other/a.py")


def test_core_rule() -> None:
    rule = rule_of(
        """
        pattern: foo()
        message: Do not call foo. It is old.
        metadata:
          cwe: ["CWE-78: Improper", "CWE-79"]
          references: ["https://example.com/a", "http://example.com/b"]
        """
    ).rule
    assert rule.title == "Do not call foo"
    assert rule.severity is Severity.HIGH
    assert rule.cwe == (78, 79)
    assert rule.links == ("https://example.com/a",)
    assert rule.engine == "code"


def test_words_keep_rules_from_files() -> None:
    rule = rule_of("patterns:\n- pattern-either:\n  - pattern: a.b($X)\n  - pattern: c($X, k=1)\n")
    assert sorted(map(sorted, rule.words)) == [["a", "b"], ["c", "k"]]
