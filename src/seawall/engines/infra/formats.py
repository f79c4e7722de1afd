"""The forms of infrastructure that are read, in the order of reading."""

from seawall.engines.infra.engine import Format
from seawall.engines.infra.kubernetes.reader import KubernetesFormat

FORMATS: tuple[Format, ...] = (KubernetesFormat(),)
