"""Which language a file is in."""

import pytest

from seawall.source.language import language_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/app.py", "python"),
        ("App.TSX", "typescript"),
        ("infra/main.tf", "hcl"),
        ("Dockerfile", "dockerfile"),
        ("deploy/Dockerfile.prod", "dockerfile"),
        ("api.dockerfile", "dockerfile"),
        (".env", "dotenv"),
        (".env.production", "dotenv"),
        (".env.local.example", "dotenv"),
        ("prod.env", "dotenv"),
        ("values.yaml", "yaml"),
        ("values.yaml.example", "yaml"),
        ("settings.json.dist", "json"),
        ("config.php.inc", "php"),
        ("package-lock.json", "lock"),
        ("application.properties", "properties"),
        ("id_rsa", "pem"),
        ("server.key", "pem"),
        ("notes.ipynb", "notebook"),
        ("Makefile", "makefile"),
        ("Jenkinsfile", "groovy"),
        ("a.b/c", ""),
        (".hidden", ""),
        ("", ""),
    ],
)
def test_by_name(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("first", "language"),
    [
        (b"#!/bin/sh\n", "shell"),
        (b"#!/usr/bin/env python3\n", "python"),
        (b"#!/usr/bin/env -S node --x\n", "javascript"),
        (b"#! /opt/local/bin/ruby -w\n", "ruby"),
        (b"-----BEGIN CERTIFICATE-----\n", "pem"),
        (b'<?xml version="1.0"?>', "xml"),
        (b"hello", ""),
    ],
)
def test_by_content(first: bytes, language: str) -> None:
    assert language_of("bin/tool", first) == language
