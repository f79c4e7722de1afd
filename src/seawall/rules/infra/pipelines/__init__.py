"""Checks of workflows and actions of GitHub."""

from seawall.rules.infra.pipelines import (
    actions,
    artifacts,
    checkout,
    injection,
    permissions,
    secrets,
    trust,
)

CHECKS = (
    *injection.CHECKS,
    *checkout.CHECKS,
    *actions.CHECKS,
    *permissions.CHECKS,
    *secrets.CHECKS,
    *trust.CHECKS,
    *artifacts.CHECKS,
)
