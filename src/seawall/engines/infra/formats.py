"""The forms of infrastructure that are read, in the order of reading."""

from seawall.engines.infra.compose import ComposeFormat
from seawall.engines.infra.dockerfile import DockerfileFormat
from seawall.engines.infra.engine import Format
from seawall.engines.infra.gitlab import GitlabFormat
from seawall.engines.infra.kubernetes.from_terraform import WithKubernetes
from seawall.engines.infra.kubernetes.reader import KubernetesFormat
from seawall.engines.infra.package_settings import PackageSettingsFormat
from seawall.engines.infra.terraform import Terraform
from seawall.engines.infra.terraform.recorded import RecordedTerraform
from seawall.engines.infra.workflows.reader import WorkflowsFormat

FORMATS: tuple[Format, ...] = (
    WithKubernetes(Terraform()),
    WithKubernetes(RecordedTerraform()),
    KubernetesFormat(),
    WorkflowsFormat(),
    GitlabFormat(),
    PackageSettingsFormat(),
    DockerfileFormat(),
    ComposeFormat(),
)
