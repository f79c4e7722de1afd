"""Start the command line: `python -m seawall` and the `seawall` script."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from seawall import __version__

        print(f"seawall {__version__}")
        return 0
    try:
        from seawall.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        # It came while the program was being loaded: `run` answers for all that is later.
        print("seawall: interrupted; nothing was begun", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
