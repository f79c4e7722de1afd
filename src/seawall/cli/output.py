"""Reports to the terminal and to files: which, where, and written whole or not at all."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from msgspec import Struct

from seawall.cli.console import Console
from seawall.core.errors import SeawallError, reason_of
from seawall.core.report import Report
from seawall.reports.formats import FORMATS
from seawall.reports.options import RenderOptions
from seawall.source.writing import put_whole


class Output(Struct, frozen=True, kw_only=True):
    """One report to be written."""

    format: str
    file: Path | None = None
    """None: the terminal."""


def outputs_from(formats: Sequence[str], single: str | None) -> list[Output]:
    """Read `--format NAME[=FILE]` and `-o FILE`. Raises SeawallError before any work is done."""
    outputs: list[Output] = []
    for text in formats or ["text"]:
        name, equals, file = text.partition("=")
        if name not in FORMATS:
            raise SeawallError(
                f"there is no format {name!r}", hint=f"the formats are: {', '.join(FORMATS)}"
            )
        if equals and not file:
            raise SeawallError(f"--format {name}= names no file")
        outputs.append(Output(format=name, file=_file(file) if file else None))
    if single is not None:
        if len(outputs) > 1 or outputs[0].file is not None:
            raise SeawallError(
                "-o is the file of a single format",
                hint="with several, give each its own: --format sarif=out.sarif",
            )
        outputs = [Output(format=outputs[0].format, file=_file(single))]
    if sum(output.file is None for output in outputs) > 1:
        names = " and ".join(output.format for output in outputs if output.file is None)
        raise SeawallError(
            f"{names} cannot both go to the terminal",
            hint=f"give all but one a file: --format {outputs[-1].format}=FILE",
        )
    files = [output.file for output in outputs if output.file is not None]
    if len(set(files)) != len(files):
        raise SeawallError("two formats name the same file")
    return outputs


def _file(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        raise SeawallError(f"{name} is a folder, not a file")
    if not path.absolute().parent.is_dir():
        raise SeawallError(
            f"the folder of {name} does not exist", hint=f"mkdir -p {path.parent} makes it"
        )
    return path


def write_outputs(
    outputs: Sequence[Output],
    report: Report,
    console: Console,
    *,
    show_closed: bool,
    generated: str,
) -> bool:
    """Write the files first and then the terminal; return whether the terminal was told."""
    terminal = next((output for output in outputs if output.file is None), None)
    plain = RenderOptions(
        color=False, width=100, unicode=True, show_closed=show_closed, generated=generated
    )
    for output in outputs:
        if output.file is not None:
            write_file(output.file, render(output.format, report, plain))
    if terminal is None:
        return False
    options = RenderOptions(
        color=console.color and terminal.format == "text",
        width=console.width,
        unicode=console.unicode,
        show_closed=show_closed,
        generated=generated,
    )
    console.write(render(terminal.format, report, options))
    return True


def render(name: str, report: Report, options: RenderOptions) -> str:
    """Render a report; only the format that is asked for is loaded."""
    text: str = import_module(FORMATS[name].module).render(report, options)
    return text if text.endswith("\n") else text + "\n"


def write_file(path: Path, text: str) -> None:
    """Write a file whole: whoever reads it sees the former one or the new one, never a part.

    A device or a pipe (`/dev/stdout`) is written in place. Raises SeawallError.
    """
    content = text.encode("utf-8", "surrogateescape")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        put_whole(path.resolve(), content)
    except OSError as error:
        raise SeawallError(f"{path} cannot be written: {reason_of(error)}") from error
