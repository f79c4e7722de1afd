"""Which packages registries are asked about: never those that others than they answer for."""

from seawall.engines.deps.system import is_brought_by_system
from seawall.engines.deps.trust.case import Case
from seawall.engines.deps.trust.sources import is_bound, is_internal, is_public
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question


def choose(case: Case, known: frozenset[Ecosystem], *, every: bool) -> tuple[list[Question], int]:
    """Return the questions about a target, each once; with `every` also of what comes with others.

    Internal names, and those that another registry is named for, are not told to anybody: how
    many these are is returned too.
    """
    asked: set[tuple[Ecosystem, str, str]] = set()
    kept: set[tuple[Ecosystem, str, str]] = set()
    questions: list[Question] = []
    for member in case.members:
        package = member.package
        key = package.ecosystem, package.name, package.version
        if (
            key in asked
            or package.ecosystem not in known
            or package.origin != "registry"
            or package.layer
            or is_brought_by_system(package)
            or not (member.direct or every)
        ):
            continue
        internal = is_internal(case, member)
        others = not is_public(package.address) or (not internal and is_bound(case, member))
        if others or (internal and not case.wishes.ask_internal):
            kept.add(key)
            continue
        asked.add(key)
        near = case.near.get(package.ecosystem)
        question = Question(
            ecosystem=package.ecosystem,
            name=package.name,
            version=package.version,
            asked=case.today,
            public=internal,
            licence=bool(case.wishes.licences) and not package.licence,
            age=near is not None and near.find(package.name) is not None,
        )
        questions.append(question)
    return questions, len(kept - asked)
