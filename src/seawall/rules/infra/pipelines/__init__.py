"""Checks of workflows and actions of GitHub."""

from seawall.rules.infra.pipelines import actions, checkout, injection, permissions

CHECKS = (*injection.CHECKS, *checkout.CHECKS, *actions.CHECKS, *permissions.CHECKS)
