"""The language of a file, by its name, its extension or its first line."""

import re

_NAMES = {
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "cmakelists.txt": "cmake",
    "jenkinsfile": "groovy",
    "vagrantfile": "ruby",
    "gemfile": "ruby",
    "rakefile": "ruby",
    "podfile": "ruby",
    "fastfile": "ruby",
    "appfile": "ruby",
    "brewfile": "ruby",
    "guardfile": "ruby",
    "berksfile": "ruby",
    "justfile": "makefile",
    "procfile": "yaml",
    "pipfile": "toml",
    "cargo.lock": "lock",
    "poetry.lock": "lock",
    "uv.lock": "lock",
    "pdm.lock": "lock",
    "pipfile.lock": "lock",
    "package-lock.json": "lock",
    "npm-shrinkwrap.json": "lock",
    "pnpm-lock.yaml": "lock",
    "yarn.lock": "lock",
    "bun.lock": "lock",
    "deno.lock": "lock",
    "composer.lock": "lock",
    "gemfile.lock": "lock",
    "packages.lock.json": "lock",
    "podfile.lock": "lock",
    "pubspec.lock": "lock",
    "mix.lock": "lock",
    "flake.lock": "lock",
    ".terraform.lock.hcl": "lock",
    "go.sum": "lock",
    "go.mod": "gomod",
    ".npmrc": "ini",
    ".yarnrc": "ini",
    ".pypirc": "ini",
    ".gitconfig": "ini",
    ".gitmodules": "ini",
    ".editorconfig": "ini",
    ".s3cfg": "ini",
    ".boto": "ini",
    ".my.cnf": "ini",
    "credentials": "ini",
    ".netrc": "netrc",
    "_netrc": "netrc",
    ".pgpass": "pgpass",
    ".htpasswd": "htpasswd",
    ".env": "dotenv",
    ".envrc": "shell",
    ".bashrc": "shell",
    ".bash_profile": "shell",
    ".bash_history": "shell",
    ".zsh_history": "shell",
    ".zshrc": "shell",
    ".zshenv": "shell",
    ".zprofile": "shell",
    ".profile": "shell",
    ".babelrc": "json",
    ".eslintrc": "json",
    ".prettierrc": "json",
    ".dockercfg": "json",
    ".gitlab-ci": "yaml",
    "readme": "text",
    "license": "text",
    "copying": "text",
    "changelog": "text",
    "authors": "text",
    "notice": "text",
    "build": "starlark",
    "workspace": "starlark",
    "sconstruct": "python",
    "wscript": "python",
    "id_rsa": "pem",
    "id_dsa": "pem",
    "id_ecdsa": "pem",
    "id_ed25519": "pem",
}

# Language, and its extensions.
_BY_LANGUAGE = {
    "python": "py pyi pyw pyx pxd bzl.py",
    "javascript": "js mjs cjs jsx es6 vue svelte astro",
    "typescript": "ts mts cts tsx",
    "java": "java",
    "kotlin": "kt kts",
    "scala": "scala sc sbt",
    "groovy": "groovy gradle gvy jenkinsfile",
    "go": "go",
    "ruby": "rb erb rake gemspec ru podspec",
    "php": "php php3 php4 php5 php7 phtml inc",
    "csharp": "cs csx cshtml razor",
    "fsharp": "fs fsx fsi",
    "visual-basic": "vb vbs bas cls frm",
    "c": "c h",
    "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp ino",
    "objective-c": "m mm",
    "rust": "rs",
    "swift": "swift",
    "dart": "dart",
    "perl": "pl pm pod psgi t",
    "lua": "lua",
    "r": "r rmd",
    "julia": "jl",
    "elixir": "ex exs eex heex leex",
    "erlang": "erl hrl",
    "clojure": "clj cljs cljc edn",
    "haskell": "hs lhs",
    "ocaml": "ml mli",
    "lisp": "lisp lsp el scm rkt",
    "zig": "zig",
    "nim": "nim",
    "crystal": "cr",
    "solidity": "sol",
    "apex": "apex trigger",
    "coffeescript": "coffee",
    "actionscript": "as",
    "pascal": "pas dpr",
    "fortran": "f f90 f95 for",
    "cobol": "cob cbl cpy",
    "assembly": "asm s",
    "shell": "sh bash zsh ksh fish ash command bats",
    "powershell": "ps1 psm1 psd1",
    "batch": "bat cmd",
    "tcl": "tcl",
    "awk": "awk",
    "sql": "sql psql mysql pgsql plsql ddl dml",
    "yaml": "yaml yml",
    "json": "json json5 jsonc jsonl ndjson geojson webmanifest har avsc tfstate postman_collection",
    "toml": "toml",
    "ini": "ini cfg cnf desktop service inf reg",
    "config": "conf config",
    "properties": "properties",
    "dotenv": "env",
    "xml": "xml xsd xsl xslt wsdl svg csproj vbproj fsproj props targets nuspec plist xaml resx "
    "pom storyboard xib rss atom",
    "html": "html htm xhtml ejs hbs handlebars mustache jinja jinja2 j2 njk twig tmpl jsp jspx asp "
    "aspx ftl liquid",
    "css": "css scss sass less styl",
    "markdown": "md markdown mdx mkd",
    "rst": "rst rest",
    "asciidoc": "adoc asciidoc",
    "tex": "tex sty bib",
    "text": "txt text log out",
    "hcl": "tf tfvars hcl nomad",
    "bicep": "bicep",
    "starlark": "bzl star bazel",
    "cmake": "cmake",
    "makefile": "mk mak make",
    "dockerfile": "dockerfile containerfile",
    "notebook": "ipynb",
    "pem": "pem key crt cer pub asc gpg ppk p8 csr",
    "csv": "csv tsv",
    "lock": "lock",
    "diff": "diff patch",
    "protobuf": "proto",
    "thrift": "thrift",
    "graphql": "graphql gql",
    "nix": "nix",
    "vim": "vim",
    "puppet": "pp",
    "http": "http",
}

_EXTENSIONS = {
    extension: language
    for language, extensions in _BY_LANGUAGE.items()
    for extension in extensions.split()
}

# What stands behind the extension that matters: `.env.production`, `app.yaml.example`.
_ENDINGS = (
    "example sample template tmpl tpl dist default bak backup old orig save swp tmp copy local "
    "prod production dev development staging stage test testing ci j2 jinja jinja2 erb in ejs "
    "disabled enc inc"
)
_DECORATIONS = frozenset(_ENDINGS.split())

_INTERPRETERS = {
    "sh": "shell",
    "bash": "shell",
    "zsh": "shell",
    "ksh": "shell",
    "dash": "shell",
    "ash": "shell",
    "fish": "shell",
    "python": "python",
    "pypy": "python",
    "node": "javascript",
    "nodejs": "javascript",
    "deno": "typescript",
    "bun": "typescript",
    "ts-node": "typescript",
    "ruby": "ruby",
    "perl": "perl",
    "php": "php",
    "lua": "lua",
    "pwsh": "powershell",
    "rscript": "r",
    "groovy": "groovy",
    "elixir": "elixir",
    "escript": "erlang",
    "awk": "awk",
    "gawk": "awk",
    "make": "makefile",
    "tclsh": "tcl",
    "expect": "tcl",
}

_SHEBANG = re.compile(
    rb"#![ \t]{0,8}(?:[^\s]{0,120}/)?(?:env[ \t]{1,8}(?:-\S{1,20}[ \t]{1,8})?)?([A-Za-z-]{1,20})"
)


def language_of(path: str, first_bytes: bytes = b"") -> str:
    """Return the language's name in lower case, or "" where neither name nor content tells it."""
    name = path.rpartition("/")[2].lower()
    if name in _NAMES:
        return _NAMES[name]
    stem, dot, extension = name.rpartition(".")
    if dot:
        found = _EXTENSIONS.get(extension)
        if found and extension not in _DECORATIONS:
            return found
        inner = _decorated(stem, extension) if stem else ""
        if inner or found:
            return inner or found or ""
    for prefix in ("dockerfile", "containerfile", "jenkinsfile", "makefile"):
        if name.startswith((f"{prefix}.", f"{prefix}-")):
            return _NAMES[prefix]
    return _by_content(first_bytes)


def _decorated(stem: str, extension: str) -> str:
    """Tell `name.yaml.example` and `.env.production` by what stands before the ending."""
    if stem == ".env" or stem.startswith(".env.") or stem.endswith(".env"):
        return "dotenv"
    if extension in _DECORATIONS or extension.isdigit():
        return language_of(stem)
    return ""


def _by_content(first_bytes: bytes) -> str:
    shebang = _SHEBANG.match(first_bytes)
    if shebang:
        return _INTERPRETERS.get(shebang[1].decode("ascii").lower(), "")
    if first_bytes.startswith(b"-----BEGIN "):
        return "pem"
    if first_bytes.startswith((b"<?xml", b"\xef\xbb\xbf<?xml")):
        return "xml"
    if first_bytes.startswith(b"<?php"):
        return "php"
    return ""
