TABLES = {"part": "inv_part", "bin": "inv_bin"}
DEFAULT_ORDER = "name"
HOOK = "/usr/local/bin/notify --quiet"
XML_OPTIONS = {"huge_tree": True, "resolve_entities": True, "no_network": False}
TMP_FILE = "/tmp/inventory-export.csv"
SPOOL_MODE = 0o777
JWT_OPTIONS = {"verify_signature": False, "verify_exp": False}
EDITABLE = frozenset({"name", "color"})
