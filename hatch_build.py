"""Packs decoded rules and derived triggers into the wheel, so that a first scan starts at once."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
SOURCES = [str(ROOT / "src"), str(ROOT / "guard" / "src")]


class PackRules(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the packed files to a wheel; a checkout makes them when it first needs them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Pack, and name the files to hatchling."""
        if version == "editable":
            return
        before = list(sys.path)
        sys.path[:0] = SOURCES
        try:
            from seawall.engines.secrets.engine import pack_triggers
            from seawall.rules.code import pack_code
            from seawall.rules.controls import pack_controls
            from seawall.rules.deps import pack_deps
            from seawall.rules.infra import pack_infra
            from seawall.rules.secrets import load_secrets, pack_secrets

            code, controls, infra = pack_code(), pack_controls(), pack_infra()
            deps = pack_deps()
        finally:
            sys.path[:] = before
        packaged = load_secrets()
        triggers = pack_triggers(packaged.detectors, packaged.rules)
        self.folder = tempfile.TemporaryDirectory()
        for name, content in (
            ("seawall/rules/code.bin", code),
            ("seawall/rules/controls.bin", controls),
            *((f"seawall/rules/{name}", content) for name, content in deps.items()),
            ("seawall/rules/infra.bin", infra),
            ("seawall/rules/secrets.bin", pack_secrets()),
            ("seawall/engines/secrets/triggers.bin", triggers),
        ):
            file = Path(self.folder.name, Path(name).name)
            file.write_bytes(content)
            build_data["force_include"][str(file)] = name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written for the build."""
        if version != "editable":
            self.folder.cleanup()
