"""Archives of Java: jar, war, ear, and the archives in them, as deep as they go in practice.

Source: https://maven.apache.org/shared/maven-archiver, the specifications of jar and OSGi.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.maven import is_part
from seawall.parse.remarks import Remarks

MOST_MEMBERS = 100_000
"""Of all archives in one another."""
LARGEST_UNPACKED = 512 << 20
"""Bytes of all archives in one another."""
LARGEST_ARCHIVE = 64 << 20
"""Bytes of one archive in another."""
LARGEST_TEXT = 1 << 20
"""Bytes of what describes an archive."""
DEEPEST = 4
LONGEST = 200
"""Characters of a file's name that is looked into."""

_ARCHIVE = (".jar", ".war", ".ear", ".jpi", ".hpi", ".rar", ".par", ".sar", ".aar", ".nar", ".kar")
_PROPERTIES = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")
_FILE = re.compile(
    r"(?P<name>[A-Za-z][\w.+-]*?)[-_](?P<version>v?\d[\w.+~-]*?)(?P<rest>-(?:sources|javadoc|tests|linux.*|osx.*|windows.*))?"
)
_VERSION = re.compile(r"v?\d[\w.+~-]*")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
    TypeError,
    AttributeError,
)
_SAME = frozenset(
    "ant asm aopalliance avalon-framework axis bsh c3p0 cglib commons-beanutils commons-cli "
    "commons-codec commons-collections commons-configuration commons-dbcp commons-digester "
    "commons-fileupload commons-httpclient commons-io commons-jxpath commons-lang commons-logging "
    "commons-net commons-pool commons-validator dom4j ehcache hsqldb itext javassist jaxen jdom "
    "jfree joda-time junit log4j ognl oro quartz regexp servletapi stax struts velocity xalan "
    "xmlbeans xmlrpc xmlunit xom".split()
)
"""Old artifacts whose group has the same name."""
_GROUPS: tuple[tuple[str, str], ...] = (
    ("aspectj", "org.aspectj"),
    ("bcp", "org.bouncycastle"),
    ("groovy", "org.codehaus.groovy"),
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
"""Of artifacts that are built without Maven and say nothing of their group, by their beginning."""


def parse(file: ListFile) -> Inventory:
    """Return what an archive holds. Raises ParseError when it is no archive."""
    reader = _Reader(file.path)
    packages = reader.read(posixpath.basename(file.path), file.content, 0)
    if packages is None:
        raise ParseError("it is no whole archive")
    own, inside = packages
    needed = tuple(dict.fromkeys(one.id for one in inside if one.id not in {it.id for it in own}))
    if len(own) == 1 and needed:
        own = [replace(own[0], direct=True, requires=needed)]
    unique = {one.id: one for one in reversed([*own, *inside])}
    return Inventory(packages=tuple(reversed(unique.values())), problems=reader.remarks.problems)


class _Reader:
    """Goes through archives in one another, as long as there is room."""

    def __init__(self, path: str) -> None:
        self.remarks = Remarks(path)
        self._members = 0
        self._unpacked = 0

    def read(
        self, name: str, content: bytes, depth: int
    ) -> tuple[list[Package], list[Package]] | None:
        """Return what an archive is, and what the archives in it are; None where it is broken."""
        # They are counted first: each would cost memory that the file does not have.
        self._members += content.count(b"PK\x01\x02")
        if self._members > MOST_MEMBERS:
            raise ParseError(f"it has more than {MOST_MEMBERS:,} members")
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return self._archive(name, archive, depth)
        except _BROKEN:
            return None

    def _archive(
        self, name: str, archive: zipfile.ZipFile, depth: int
    ) -> tuple[list[Package], list[Package]]:
        own: list[Package] = []
        inside: list[Package] = []
        manifest = ""
        for member in archive.infolist():
            path = member.filename
            if _PROPERTIES.fullmatch(path):
                own += self._described(archive, member)
            elif path.upper() == "META-INF/MANIFEST.MF":
                manifest = self._text(archive, member)
            elif path.lower().endswith(_ARCHIVE) and not member.is_dir():
                inside += self._inner(name, archive, member, depth)
        if not own:
            own = _by_manifest(name, manifest)
        elif len(own) > 1:
            # What was put together: the one that the file is named after is the whole.
            stem = name.rpartition(".")[0]
            main = [one for one in own if stem.startswith(one.name.partition(":")[2])]
            first = max(main, key=lambda one: len(one.name.partition(":")[2]), default=own[0])
            inside += [one for one in own if one is not first]
            own = [first]
        return own, inside

    def _inner(
        self, name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int
    ) -> list[Package]:
        if depth >= DEEPEST or member.file_size > LARGEST_ARCHIVE:
            self.remarks.pass_over(f"{member.filename}: too large, or too deep in others")
            return []
        content = self._bytes(archive, member, LARGEST_ARCHIVE)
        if content is None:
            self.remarks.pass_over(f"{member.filename}: it cannot be unpacked")
            return []
        found = self.read(posixpath.basename(member.filename), content, depth + 1)
        if found is None:
            self.remarks.pass_over(f"{member.filename}: it is no whole archive")
            return []
        return [*found[0], *found[1]]

    def _bytes(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
        """Unpack a member, of which the size that it says is not believed."""
        try:
            with archive.open(member) as stream:
                content = stream.read(most + 1)
        except (*_BROKEN, NotImplementedError):
            return None
        self._unpacked += len(content)
        if self._unpacked > LARGEST_UNPACKED:
            raise ParseError("it unpacks to more than is read")
        return content if len(content) <= most else None

    def _text(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
        content = self._bytes(archive, member, LARGEST_TEXT) or b""
        return content.decode("utf-8", "replace")

    def _described(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[Package]:
        told: dict[str, str] = {}
        for line in self._text(archive, member).splitlines():
            key, _, value = line.partition("=")
            told.setdefault(key.strip(), value.strip())
        group, artifact = told.get("groupId", ""), told.get("artifactId", "")
        if is_part(group) and is_part(artifact) and told.get("version"):
            return [_package(f"{group}:{artifact}", told["version"])]
        self.remarks.pass_over(f"{member.filename}: it does not say what it is of")
        return []


def _by_manifest(file: str, manifest: str) -> list[Package]:
    """Return the package that a manifest or else the name of a file speaks of."""
    told = _manifest(manifest)
    stem = file.rpartition(".")[0]
    named = _FILE.fullmatch(stem) if len(stem) <= LONGEST else None
    symbolic = told.get("Bundle-SymbolicName", "").partition(";")[0].strip()
    version = named["version"] if named else ""
    for key in (
        "Implementation-Version",
        "Bundle-Version",
        "Specification-Version",
        "Plugin-Version",
    ):
        words = told.get(key, "").split()
        if not version and words and _VERSION.fullmatch(words[0]):
            version = words[0]
    title = told.get("Implementation-Title", "") or told.get("Extension-Name", "")
    artifact = named["name"] if named else told.get("Short-Name", "") or title or stem
    group = told.get("Implementation-Vendor-Id", "") or told.get("Group-Id", "")
    if ":" in title and all(is_part(part) for part in title.split(":")[:2]):
        group, artifact = title.split(":")[:2]
    group = _group(group if is_part(group) else "", artifact, symbolic)
    if not version or not is_part(artifact):
        return []
    return [_package(f"{group}:{artifact}" if group else artifact, version)]


def _group(told: str, artifact: str, symbolic: str) -> str:
    """Return the group: as told, or more exactly by the name that OSGi knows it by."""
    before = symbolic.rpartition(".")[0]
    if symbolic.startswith("org.apache.") and artifact.startswith("commons-"):
        before = ".".join(symbolic.split(".")[:3])
    if not told or before.startswith(f"{told}."):
        told = before if is_part(before) else told
    if not told:
        told = artifact if artifact in _SAME else ""
    return told or next((group for start, group in _GROUPS if artifact.startswith(start)), "")


def _manifest(text: str) -> dict[str, str]:
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


def _package(name: str, version: str) -> Package:
    return Package(ecosystem=Ecosystem.MAVEN, name=name, version=version)
