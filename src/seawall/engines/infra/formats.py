"""The forms of infrastructure that are read, in the order of reading."""

from seawall.engines.infra.engine import Format

FORMATS: tuple[Format, ...] = ()
