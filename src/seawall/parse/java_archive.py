"""What an archive of Java is called that no pom.properties speaks for: by its manifest, the names
of its classes, of its file, and of the folders that a repository keeps it in.

Source: the specifications of jar and OSGi, the defaults of bnd's plugins for Maven and Gradle, and
https://maven.apache.org/repositories/layout.html.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from seawall.parse.maven import is_part

LONGEST = 200
"""Characters of the name of a file, or of an artifact."""
MOST_CLASSES = 5000
"""Of which the packages are counted."""

_FILE = re.compile(
    r"(?P<name>[A-Za-z][\w.+-]*?(?:_(?:2\.1\d|3))?)[-_](?P<version>v?\d[\w.+~-]*?)"
    r"(?P<rest>-(?:sources|javadoc|tests|linux.*|osx.*|windows.*))?"
)
_VERSION = re.compile(r"v?\d[\w.+~-]*")
_VERSIONS = (
    "Implementation-Version",
    "Bundle-Version",
    "Specification-Version",
    "Plugin-Version",
)
_MAVEN = re.compile(
    r"(?:^|/)(?:repository|maven2|m2|releases|public|repo)/(?P<group>(?:[^/]+/)+?)"
    r"(?P<artifact>[^/]+)/(?P<version>[^/]+)/(?P=artifact)-(?P=version)(?:-[^/]*)?\.\w+"
)
_GRADLE = re.compile(
    r"(?:^|/)files-2\.1/(?P<group>[^/]+)/(?P<artifact>[^/]+)/(?P<version>[^/]+)/[0-9a-f]{20,64}/[^/]+"
)
_SAME = frozenset(
    "aopalliance avalon-framework axis bsh c3p0 cglib commons-beanutils commons-chain commons-cli "
    "commons-codec commons-collections commons-configuration commons-dbcp commons-digester "
    "commons-discovery commons-el commons-fileupload commons-httpclient commons-io commons-jexl "
    "commons-jxpath commons-lang commons-logging commons-net commons-pool commons-validator dom4j "
    "ehcache hsqldb itext javassist javax.inject jaxen jdom jfree joda-time junit log4j logkit "
    "ognl oro quartz regexp servletapi stax struts velocity xalan xercesImpl xml-apis xmlbeans "
    "xmlrpc xmlunit xom".split()
)
"""Old artifacts whose group has the same name."""
_GROUPS: tuple[tuple[str, str], ...] = (
    ("ant", "org.apache.ant"),
    ("asm", "org.ow2.asm"),
    ("aspectj", "org.aspectj"),
    ("bcp", "org.bouncycastle"),
    ("groovy", "org.codehaus.groovy"),
    ("jdom2", "org.jdom"),
    ("jna", "net.java.dev.jna"),
    ("jsr305", "com.google.code.findbugs"),
    ("junit-jupiter", "org.junit.jupiter"),
    ("kafka-clients", "org.apache.kafka"),
    ("kotlin-", "org.jetbrains.kotlin"),
    ("kotlinx-", "org.jetbrains.kotlinx"),
    ("lombok", "org.projectlombok"),
    ("lucene-", "org.apache.lucene"),
    ("micrometer-", "io.micrometer"),
    ("mockito-", "org.mockito"),
    ("mysql-connector-java", "mysql"),
    ("okhttp", "com.squareup.okhttp3"),
    ("okio", "com.squareup.okio"),
    ("picocli", "info.picocli"),
    ("reactor-core", "io.projectreactor"),
    ("reactor-netty", "io.projectreactor.netty"),
    ("retrofit", "com.squareup.retrofit2"),
    ("spring-boot", "org.springframework.boot"),
    ("spring-cloud-", "org.springframework.cloud"),
    ("spring-data-", "org.springframework.data"),
    ("spring-integration-", "org.springframework.integration"),
    ("spring-kafka", "org.springframework.kafka"),
    ("spring-security-", "org.springframework.security"),
    ("spring-session-", "org.springframework.session"),
    ("spring-", "org.springframework"),
    ("tomcat-embed-", "org.apache.tomcat.embed"),
)
"""Of artifacts that are built without Maven and say nothing of their group, by their beginning; one
that ends in a letter stands for itself and what goes on with "-"."""
_COMMON = frozenset(
    "annotations api app base client commons common core engine extension extra extras impl java "
    "jvm kotlin launcher lib library main model plugin runtime sdk server spi support test util "
    "utils".split()
)
"""Words of which a project is not named."""


class Name(NamedTuple):
    """What an archive is called."""

    group: str
    artifact: str
    version: str

    @property
    def told(self) -> str:
        """As advisories write it."""
        return f"{self.group}:{self.artifact}" if self.group else self.artifact


def name_by_place(path: str) -> Name | None:
    """Return what a local repository of Maven or Gradle keeps at a path."""
    found = _MAVEN.search(path) or _GRADLE.search(path)
    if found is None:
        return None
    group = found["group"].rstrip("/").replace("/", ".")
    return Name(group, found["artifact"], found["version"])


def name_by_file(file: str) -> tuple[str, str]:
    """Return artifact and version of "kit-core-1.2.jar"; "" where it does not tell."""
    stem = file.rpartition(".")[0]
    named = _FILE.fullmatch(stem) if len(stem) <= LONGEST else None
    return (named["name"], named["version"]) if named else ("", "")


def name_by_contents(file: str, manifest: str, members: Iterable[str]) -> Name | None:
    """Return what a manifest, the names of classes, or else the name of a file tell."""
    told = read_manifest(manifest)
    artifact, version = name_by_file(file)
    for key in _VERSIONS:
        words = told.get(key, "").split()
        if not version and words and _VERSION.fullmatch(words[0]):
            version = words[0]
    title = told.get("Implementation-Title", "") or told.get("Extension-Name", "")
    stem = file.rpartition(".")[0]
    artifact = artifact or told.get("Short-Name", "") or title or stem
    group = told.get("Implementation-Vendor-Id", "") or told.get("Group-Id", "")
    if ":" in title and all(is_part(part) for part in title.split(":")[:2]):
        group, artifact = title.split(":")[:2]
    if not version or len(artifact) > LONGEST or not is_part(artifact):
        return None
    group = _group(group if is_part(group) else "", artifact, told, members)
    return Name(group, artifact, version)


def _group(told: str, artifact: str, manifest: Mapping[str, str], members: Iterable[str]) -> str:
    """Return the group: as told, or more exactly by the names of the bundle, module and classes."""
    bare = re.sub(r"_(?:2\.1\d|3)$", "", artifact)
    if told.count(".") < 2 or bare in _SAME:
        for start, group in (*((one, one) for one in (bare,) if one in _SAME), *_GROUPS):
            if bare == start or bare.startswith(start if start[-1] == "-" else f"{start}-"):
                return group
    names = [manifest.get("Bundle-SymbolicName", "").partition(";")[0].strip()]
    found = _of_bundle(names[0], bare)
    names += [manifest.get("Implementation-Title", ""), manifest.get("Automatic-Module-Name", "")]
    if not found and not told.count(".") >= 2:
        names.append(_package_of(members))
        found = next((group for name in names if (group := _within(name, bare))), "")
    return found if not told or found.startswith(f"{told}.") else told


def _of_bundle(symbolic: str, artifact: str) -> str:
    """Return the group in a bundle's name, which bnd makes of group and artifact."""
    group, _, last = symbolic.rpartition(".")
    if not is_part(symbolic) or not group:
        return ""
    if symbolic.startswith("org.apache.") and artifact.startswith("commons-"):
        return ".".join(symbolic.split(".")[:3])
    if last == artifact:
        # What is named as the last part of its group is that group: org.objenesis.
        return group if "." in group else symbolic
    if artifact.startswith(f"{last}-") or (len(artifact) > 1 and last.startswith(artifact)):
        return symbolic
    return group if "." in group or "-" in last else _within(symbolic, artifact)


def _within(name: str, artifact: str) -> str:
    """Return the beginning of a dotted name up to the part that an artifact is named after."""
    parts = name.lower().split(".")
    words = [word for word in re.split(r"[^a-z0-9]+", artifact.lower()) if word]
    if len(parts) < 2 or not words or not is_part(name):
        return ""
    joined = {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    } - _COMMON
    fitting = [
        (len(part), -index)
        for index, part in enumerate(parts)
        if index and (part in joined or (len(words[0]) > 4 and part.startswith(words[0])))
    ]
    if not fitting:
        return ""
    return ".".join(name.split(".")[: 1 - max(fitting)[1]])


def _package_of(members: Iterable[str]) -> str:
    """Return the package that most classes are of, to its third or fourth part."""
    counted: Counter[str] = Counter()
    for member in members:
        if member.endswith(".class") and not member.startswith("META-INF/"):
            counted[".".join(member.split("/")[:-1][:4])] += 1
            if counted.total() >= MOST_CLASSES:
                break
    return counted.most_common(1)[0][0] if counted else ""


def read_manifest(text: str) -> dict[str, str]:
    """Return the main section of a manifest; a line that begins with a space goes on."""
    told: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.strip():
            if told:
                break
        elif line.startswith(" ") and key:
            told[key] += line[1:]
        else:
            key, _, value = line.partition(":")
            told.setdefault(key, value.strip())
    return told
