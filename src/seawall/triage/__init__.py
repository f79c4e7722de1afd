"""From findings to triaged findings: pairing, baselines and allows; nothing here decides."""
