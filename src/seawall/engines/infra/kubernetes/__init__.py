"""Reads Kubernetes: plain manifests, overlays of Kustomize and charts of Helm."""
