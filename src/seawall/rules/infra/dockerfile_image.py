"""What an image is: its user, its stages, and what counts of its instructions."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ran import all_ran, ran

_ROOT = re.compile(r"(?:root|0+)(?::.*)?", re.IGNORECASE)
_OTHER_USER = re.compile(
    r"(?:.*[:/_-])?(?:nonroot|non-root|rootless|unprivileged)(?:[-.:@].*)?|.*-chiseled\b.*"
    r"|cgr\.dev/.*|(?:docker\.io/)?chainguard/.*|(?:(?:docker\.io|public\.ecr\.aws|ghcr\.io)/)?"
    r"(?:bitnami|bitnamilegacy|bitnamisecure|jupyter|cimg|circleci|selenium|grafana|prom|dhi\.io)/.*"
    r"|quay\.io/(?:keycloak|prometheus|jupyter)/.*|dhi\.io/.*|(?:.*/)?jenkins/(?:jenkins|agent|inbound"
    r"-agent).*|(?:.*/)?apache/(?:airflow|superset|spark).*|(?:.*/)?(?:elasticsearch|kibana|logstash"
    r"|sonarqube|solr)(?:/(?:elasticsearch|kibana|logstash))?(?:[:@].*)?"
    r"|registry\.(?:access\.)?redhat\.(?:com|io)/.*/(?:nodejs|python|ruby|php|perl|openjdk|go-toolset"
    r"|nginx|httpd|dotnet)[\w-]*(?:[:@].*)?",
    re.IGNORECASE,
)
"""Images that name another user than root."""
_OFFICIAL = frozenset(
    "aerospike almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox"
    " caddy cassandra centos chronograf clojure composer consul couchbase couchdb crate dart debian"
    " docker drupal eclipse-temurin elixir erlang fedora ghost golang gradle groovy haproxy haskell"
    " httpd ibmjava influxdb java joomla jruby julia kong mariadb maven mediawiki memcached mongo"
    " mysql neo4j nextcloud nginx node openjdk opensuse oraclelinux perl photon php phpmyadmin"
    " postgres pypy python r-base rabbitmq redis redmine registry rethinkdb rockylinux ros ruby"
    " rust sapmachine scratch swift tomcat tomee traefik ubuntu wordpress".split()
)
"""Images of Docker's library that say nothing of a user, which is root then."""
_WINDOWS = re.compile(r".*(?:windows|nanoserver|servercore).*", re.IGNORECASE)
_DROPPING = frozenset(("gosu", "su-exec", "setpriv", "runuser", "su", "s6-setuidgid", "chpst"))
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(?:tcp|TCP))?")
_ADMIN = {
    23: "telnet",
    512: "rexec",
    513: "rlogin",
    514: "rsh",
    2375: "the API of Docker",
    2376: "the API of Docker",
    3389: "the remote desktop (RDP)",
    5900: "the remote desktop (VNC)",
    5901: "the remote desktop (VNC)",
    5985: "WinRM",
    5986: "WinRM",
    10250: "the API of the kubelet",
}
_REFERENCE = re.compile(r"(?<!\\)\$\{?(\w+)")
_PAIR = re.compile(r"(?:^|\s)(\w+)=")
_ALIKE = ("CMD", "ENTRYPOINT", "HEALTHCHECK")
_ABSOLUTE = re.compile(r"(?:[/\\]|[A-Za-z]:|\$).*", re.DOTALL)
_ARCHIVE = re.compile(r".*\.(?:tar|tgz|tbz2?|txz|tzst|tar\.\w+|gz|bz2|xz|zst)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftp)://.*|git@.*|.*\.git(?:#.*)?", re.IGNORECASE)


def _instructions(resource: Resource, *names: str) -> Iterator[Node]:
    return _within(resource.body, *names)


def _within(body: Node, *names: str) -> Iterator[Node]:
    for found in body.at("instructions"):
        for one in found.items:
            if one.at("name")[0].text() in names and not one.at("trigger"):
                yield one


def _root(image: Resource, _: Graph) -> Iterator[Hit]:
    base = image.at("image")[0]
    name = base.text()
    user = image.get("user")
    if _WINDOWS.fullmatch(name) or (user is not None and user.is_unknown):
        return
    if user is not None:
        if _ROOT.fullmatch(user.text()):
            yield Hit(
                message=f"the image runs as root: its last USER is {user.text()}",
                place=user.place,
                attribute="USER",
                node=user,
                is_known=not _drops(image),
            )
        return
    if _OTHER_USER.fullmatch(name) or _drops(image):
        return
    short = name.removeprefix("docker.io/").removeprefix("library/")
    official = re.split(r"[:@]", short)[0] in _OFFICIAL
    yield Hit(
        message="the image runs as root: no USER is named",
        place=image.place,
        attribute="USER",
        is_known=official,
        severity=Severity.MEDIUM,
    )


def _drops(image: Resource) -> bool:
    """Whether what the image starts changes to another user."""
    for one in _instructions(image, "ENTRYPOINT", "CMD"):
        for command in (node for found in one.at("commands") for node in found.items):
            started = ran(command)
            if {started.name, *started.names("wrappers")} & _DROPPING:
                return True
    return False


def _health(image: Resource, _: Graph) -> Iterator[Hit]:
    last = list(_instructions(image, "HEALTHCHECK"))[-1:]
    if last and last[0].at("none"):
        yield Hit(
            message="the image turns the HEALTHCHECK of its base off",
            place=last[0].place,
            attribute="HEALTHCHECK",
        )
    elif not last:
        yield Hit(
            message="the image has no HEALTHCHECK",
            place=image.place,
            attribute="HEALTHCHECK",
        )


def _void(stage: Resource, _: Graph) -> Iterator[Hit]:
    for name in _ALIKE:
        alike = list(_instructions(stage, name))
        for one in alike[:-1]:
            yield Hit(
                message=f"a later {name} makes this one void",
                place=one.place,
                attribute=name,
                node=one,
                apart=one.at("text")[0].text(),
            )


def _ports(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() != "EXPOSE":
        return
    for words in instruction.at("words"):
        for word in words.items:
            for number in re.findall(r"\d+", word.text().partition("/")[0]):
                if not 0 < int(number[:9]) <= 65_535:
                    yield Hit(
                        message=f"there is no port {number}",
                        place=word.place,
                        attribute="EXPOSE",
                        node=word,
                        apart=number,
                    )


def _offered(instruction: Resource, ports: frozenset[int]) -> Iterator[tuple[int, Node]]:
    """Yield the ports of some that an EXPOSE of the image opens, in ranges too."""
    if instruction.at("name")[0].text() != "EXPOSE" or instruction.at("final")[0].value is not True:
        return
    for words in instruction.at("words"):
        for word in words.items:
            found = _PORTS.fullmatch(word.text())
            if found is not None:
                first, last = int(found[1]), int(found[2] or found[1])
                yield from ((port, word) for port in sorted(ports) if first <= port <= last)


def _ssh(instruction: Resource, _: Graph) -> Iterator[Hit]:
    for port, word in _offered(instruction, frozenset((22,))):
        yield Hit(
            message="the image offers SSH at port 22",
            place=word.place,
            attribute="EXPOSE",
            node=word,
            apart=str(port),
        )


def _admin(instruction: Resource, _: Graph) -> Iterator[Hit]:
    for port, word in _offered(instruction, frozenset(_ADMIN)):
        yield Hit(
            message=f"the image offers {_ADMIN[port]} at port {port}",
            place=word.place,
            attribute="EXPOSE",
            node=word,
            apart=str(port),
        )


def _sockets(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() != "VOLUME":
        return
    for words in instruction.at("words"):
        for word in words.items:
            if re.fullmatch(r".*/(?:docker|containerd|crio|podman)\.sock", word.text()):
                yield Hit(
                    message=f"the image asks for the socket of its runtime, {word.text()}",
                    place=word.place,
                    attribute="VOLUME",
                    node=word,
                    severity=Severity.HIGH,
                )


def _folders(stage: Resource, _: Graph) -> Iterator[Hit]:
    settled = "parent" in (stage.body.value if isinstance(stage.body.value, dict) else {})
    for one in _instructions(stage, "WORKDIR", "COPY", "ADD"):
        words = [word for found in one.at("words") for word in found.items]
        if not words:
            continue
        name, last = one.at("name")[0].text(), words[-1]
        text = last.text() if last.text() != "." or name != "WORKDIR" else "/"
        if name == "WORKDIR":
            if text and not _ABSOLUTE.fullmatch(text) and not settled:
                yield Hit(
                    message=f"the working directory {text} goes on from that of the base image",
                    place=last.place,
                    attribute="WORKDIR",
                    node=last,
                    apart=text,
                )
            elif text and not _ABSOLUTE.fullmatch(text):
                yield Hit(
                    message=f"the working directory {text} is relative",
                    place=last.place,
                    attribute="WORKDIR",
                    node=last,
                    apart=text,
                )
            settled = True
        elif len(words) > 1 and text and not settled and not _ABSOLUTE.fullmatch(text):
            yield Hit(
                message=f"{name} writes to {text} of whatever folder the base image works in",
                place=last.place,
                attribute=name,
                node=last,
                apart=" ".join(word.text() for word in words),
            )


def _changed(instruction: Resource, _: Graph) -> Iterator[Hit]:
    """Yield the `cd` with which a RUN begins: WORKDIR says it for all that follows."""
    begins = instruction.at("text")[0].text().startswith("cd ")
    first = next(all_ran(instruction), None) if begins else None
    if instruction.at("name")[0].text() == "RUN" and first is not None:
        yield Hit(
            message="cd holds only for this RUN: WORKDIR holds for all that follows",
            place=first.place,
            attribute="RUN",
            apart=" ".join(first.words),
        )


def _adds(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() != "ADD":
        return
    words = [word for found in instruction.at("words") for word in found.items]
    for source in words[:-1]:
        text = source.text()
        if source.is_unknown or text.startswith("<<"):
            continue
        if _ADDRESS.fullmatch(text):
            fetched = text.startswith(("http", "ftp")) and not re.search(r"\.git(?:#|$)", text)
            if fetched and not instruction.at("flags.checksum"):
                yield Hit(
                    message="what is downloaded is not compared with a checksum",
                    place=source.place,
                    attribute="ADD",
                    node=source,
                    apart=text,
                    severity=Severity.LOW if text.startswith("https:") else Severity.MEDIUM,
                )
        elif not _ARCHIVE.fullmatch(text):
            yield Hit(
                message=f"ADD copies {text} as COPY would, and would unpack or fetch it too",
                place=source.place,
                attribute="ADD",
                node=source,
                apart=text,
            )


def _shell_forms(stage: Resource, _: Graph) -> Iterator[Hit]:
    for one in _instructions(stage, "CMD", "ENTRYPOINT"):
        text = one.at("text")[0].text().strip()
        if text and not one.at("exec") and not text.startswith(("exec ", "[")):
            name = one.at("name")[0].text()
            yield Hit(
                message=f"a shell stands between signals and the program of {name}",
                place=one.place,
                attribute=name,
                node=one,
            )


def _stage_names(image: Resource, _: Graph) -> Iterator[Hit]:
    seen: set[str] = set()
    for number, stage in enumerate(one for found in image.at("stages") for one in found.items):
        name = stage.at("name")[0].text().lower()
        if name and name in seen:
            place = stage.place
            yield Hit(
                message=f"the stage {name} is there already",
                place=Place(path=place.path, line=place.line, column=place.column),
                attribute="FROM",
                apart=name,
                severity=Severity.LOW,
            )
        for one in _within(stage, "COPY"):
            yield from _confused(one, name, number, seen)
        seen |= {name, str(number)}


def _confused(copy: Node, name: str, number: int, before: set[str]) -> Iterator[Hit]:
    """Yield the stages that a COPY names and that are not there; `before` are those that are."""
    for source in (node for found in copy.at("flags.from") for node in found.items):
        text = source.text().lower()
        if not text or text in before:
            continue
        if text in (name, str(number)):
            words = f"COPY takes from {text}, which is this stage itself"
        elif text.isdigit():
            words = f"there is no stage {text} above"
        elif _is_bare(text):
            words = f"{text} is no stage above: an image of that name is downloaded"
        else:
            continue
        yield Hit(
            message=words,
            place=source.place,
            attribute="COPY.from",
            node=source,
            apart=text,
            # The command that builds may bring a folder under that name.
            is_known=not _is_bare(text) or text == name,
        )


def _is_bare(name: str) -> bool:
    return not any(mark in name for mark in "/:@.$") and name not in _OFFICIAL


def _copied_images(image: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what `COPY --from` and `RUN --mount` take of images without a version."""
    stages = [one for found in image.at("stages") for one in found.items]
    names = {one.at("name")[0].text().lower() for one in stages}
    for node in (source for stage in stages for source in _sources(stage)):
        text = node.text()
        if not text or text.isdigit() or text.lower() in names or _is_bare(text.lower()):
            continue
        tag = text.rpartition("/")[2].partition(":")[2]
        if "@sha256:" not in text and tag in ("", "latest"):
            yield Hit(
                message=f"the image {text} may be another one tomorrow",
                place=node.place,
                attribute="COPY.from",
                node=node,
                apart=text,
            )


def _sources(stage: Node) -> Iterator[Node]:
    for one in _within(stage, "COPY", "RUN"):
        for found in one.at("flags.from"):
            yield from found.items
        for mount in (node for found in one.at("flags.mount") for node in found.items):
            source = re.search(r"(?:^|,)from=([^,]+)", mount.text())
            if source is not None:
                yield Node(source[1], mount.place)


def _platforms(stage: Resource, _: Graph) -> Iterator[Hit]:
    for flags in stage.at("flags.platform"):
        for one in flags.items:
            if one.text() and not one.origin and "$" not in one.text():
                yield Hit(
                    message=f"the stage is built for {one.text()} whatever is asked for",
                    place=one.place,
                    attribute="FROM.platform",
                    node=one,
                )


def _own_variables(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() != "ENV":
        return
    text = instruction.at("text")[0].text()
    for pairs in instruction.at("pairs"):
        names = list(pairs.value) if isinstance(pairs.value, dict) else []
        for found in _REFERENCE.finditer(text) if len(names) > 1 else ():
            name = found[1]
            holders = [one for one in _PAIR.findall(text, 0, found.start()) if one in names]
            if name in names and holders and holders[-1] != name:
                yield Hit(
                    message=f"{name} is filled in as it was before this ENV",
                    place=instruction.place,
                    attribute="ENV",
                    apart=name,
                )


def _many_sources(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() not in ("COPY", "ADD"):
        return
    words = [word for found in instruction.at("words") for word in found.items]
    last = words[-1].text() if len(words) > 2 else ""
    if last and not last.endswith(("/", "\\")) and last not in (".", ".."):
        yield Hit(
            message=f"several files are copied to {last}, which does not end with a slash",
            place=words[-1].place,
            attribute=instruction.at("name")[0].text(),
            apart=last,
        )


_IMAGE, _STAGE, _INSTRUCTION = (
    ("dockerfile/image",),
    ("dockerfile/stage",),
    ("dockerfile/instruction",),
)
CHECKS = (
    Check(rule="root-image", kinds=_IMAGE, find=_root),
    Check(rule="healthcheck-missing", kinds=_IMAGE, find=_health),
    Check(rule="several-commands", kinds=_STAGE, find=_void),
    Check(rule="ssh-port-exposed", kinds=_INSTRUCTION, find=_ssh),
    Check(rule="admin-port-exposed", kinds=_INSTRUCTION, find=_admin),
    Check(rule="docker-socket-mounted", kinds=_INSTRUCTION, find=_sockets),
    Check(rule="port-invalid", kinds=_INSTRUCTION, find=_ports),
    Check(rule="relative-workdir", kinds=_STAGE, find=_folders),
    Check(rule="relative-workdir", kinds=_INSTRUCTION, find=_changed),
    Check(rule="add-instead-of-copy", kinds=_INSTRUCTION, find=_adds),
    Check(rule="shell-form-command", kinds=_STAGE, find=_shell_forms),
    Check(rule="stage-confused", kinds=_IMAGE, find=_stage_names),
    Check(rule="image-unpinned", kinds=_IMAGE, find=_copied_images),
    Check(rule="platform-fixed", kinds=_STAGE, find=_platforms),
    Check(rule="env-of-itself", kinds=_INSTRUCTION, find=_own_variables),
    Check(rule="copy-needs-folder", kinds=_INSTRUCTION, find=_many_sources),
)
