"""What the composition engine finds, in words."""

from seawall.core.rule import Rule, Severity

VULNERABLE = Rule(
    id="vulnerable-dependency",
    title="A package with a published weakness",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(1395,),
    why=(
        "What is published is known to everybody: attackers search for programs that still have "
        "it, often with ready-made tools, within days."
    ),
    remedy=(
        "1. Take the nearest version without it; `seawall deps fix` edits the manifest.\n"
        "2. Where it comes with another package, raise that one, or pin it by your own manifest.\n"
        "3. Where there is none: leave out what uses it, or waive it with a reason and a last day."
    ),
    lesson=(
        "Raise packages a little and often, with tests that tell whether it holds; let the gate "
        "look at every change of a lockfile."
    ),
    vulnerable="jinja2==2.10",
    fixed="jinja2==2.10.1",
    links=("https://owasp.org/Top10/A06_2021-Vulnerable_and_Outdated_Components/",),
)
MALICIOUS = Rule(
    id="malicious-dependency",
    title="A package that was published to do harm",
    engine="deps",
    severity=Severity.CRITICAL,
    cwe=(506,),
    why=(
        "Its code runs with your rights as soon as it is installed, on machines of developers and "
        "in pipelines: it steals tokens and keys, or opens a way in."
    ),
    remedy=(
        "1. Do not install it again; take it out of manifest and lockfile.\n"
        "2. Treat every machine that installed it as taken over: make its secrets invalid, build "
        "it anew.\n"
        "3. Look in the log of the registry or proxy who installed it and when."
    ),
    lesson="Let new packages wait some days before they are taken, and look at who publishes them.",
    links=("https://github.com/ossf/malicious-packages",),
)
UNMAINTAINED = Rule(
    id="unmaintained-dependency",
    title="A package that nobody looks after any more",
    engine="deps",
    severity=Severity.LOW,
    cwe=(1104,),
    why="The next weakness that is found in it will not be mended by anybody.",
    remedy="Plan to replace it while there is no hurry; the advisory often names what to take.",
    lesson="Look at the age of the last release and the number of maintainers before taking one.",
)
RULES = (VULNERABLE, MALICIOUS, UNMAINTAINED)
