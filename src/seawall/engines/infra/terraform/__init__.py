"""Terraform and OpenTofu: modules read, evaluated and expanded into resources."""

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.terraform.evaluate import MOST_STEPS, Budget
from seawall.engines.infra.terraform.instance import MOST_RESOURCES, Scope
from seawall.engines.infra.terraform.module import is_module_file, read_modules, roots_of


class Terraform:
    """Reads `.tf` files, their JSON syntax, and the values that Terraform reads by itself."""

    name = "terraform"

    def wants(self, path: str) -> bool:
        """Whether a file is one of a module."""
        return is_module_file(path)

    def read(self, files: Files) -> Declared:
        """Return the resources of all roots, with the modules that they call."""
        paths = [path for path in files.paths if self.wants(path) or path.endswith("modules.json")]
        modules = read_modules(paths, files.read)
        declared = Declared(problems=list(modules.problems))
        left = [MOST_RESOURCES]
        budget = Budget(MOST_STEPS)
        for module in roots_of(modules):
            scope = Scope(modules, module, root=module, files=files, budget=budget)
            try:
                declared.resources += scope.resources(left)
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                # A flaw of ours costs one root, and is told.
                words = f"a module was not read whole: the engine failed ({type(error).__name__})"
                declared.problems.append(
                    Problem(
                        kind=ProblemKind.ENGINE,
                        message=words,
                        path=module.folder,
                        engine="infra",
                        partial=True,
                    )
                )
        if left[0] < 0 or budget.left < 0:
            words = "it makes more than is followed: the rest was not looked at"
            declared.problems.append(
                Problem(kind=ProblemKind.ENGINE, message=words, engine="infra", partial=True)
            )
        return declared
