"""HCL, the language of Terraform and OpenTofu: text to tree, tolerant of what is broken."""

from seawall.parse.hcl.parser import parse_hcl, parse_template
from seawall.parse.hcl.tree import Broken, File

__all__ = ["Broken", "File", "parse_hcl", "parse_template"]
