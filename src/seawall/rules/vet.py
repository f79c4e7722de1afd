"""What stands out in the source of a package before it is taken, in words."""

from seawall.core.rule import Rule, Severity

HIDDEN_CODE = Rule(
    id="hidden-code",
    title="A package that hides what it runs",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(506,),
    why="Honest packages need not decode what they run: nobody can read it before it runs.",
    remedy="Do not install it; where it is installed, treat the machine and its secrets as taken.",
    lesson="Look at new packages before they are taken: `seawall deps vet`.",
    vulnerable='exec(base64.b64decode("cHJpbnQoMSk="))',
    fixed="print(1)",
)
DOWNLOADED_CODE = Rule(
    id="downloaded-code",
    title="A package that downloads what it runs",
    engine="deps",
    severity=Severity.CRITICAL,
    cwe=(494,),
    why="What runs is whatever the server sends to you at that moment: no lockfile holds it.",
    remedy="Do not install it; where it is installed, treat the machine and its secrets as taken.",
    lesson="Build and install without a network, but for the registry.",
    vulnerable="exec(requests.get(address).text)",
    fixed="from .part import run\nrun()",
)
SECRETS_SENT = Rule(
    id="secrets-sent",
    title="A package that reads credentials and speaks to the network",
    engine="deps",
    severity=Severity.CRITICAL,
    cwe=(506,),
    why="Keys, tokens and the environment of a pipeline open everything that the pipeline opens.",
    remedy=(
        "1. Do not install it.\n"
        "2. Where it was installed: replace every secret that was in reach of it."
    ),
    lesson="Install in an environment without secrets, and hand them to the steps that need them.",
    vulnerable="requests.post(address, json=dict(os.environ))",
    fixed='requests.post(address, json={"mode": os.environ.get("MODE")})',
)
INSTALL_TIME_ACTION = Rule(
    id="install-time-action",
    title="A package that acts while it is installed or imported",
    engine="deps",
    severity=Severity.MEDIUM,
    cwe=(829,),
    why=(
        "It runs with the rights of whoever installs it. Some packages download a program so; "
        "most that were published to do harm do it here."
    ),
    remedy="Read what it does; install without scripts (`--ignore-scripts`, wheels) if you can.",
    lesson="Prefer packages that are only unpacked when they are installed.",
)
VET_RULES = (HIDDEN_CODE, DOWNLOADED_CODE, SECRETS_SENT, INSTALL_TIME_ACTION)
