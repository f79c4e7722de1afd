import functools
import shlex
import subprocess

DEFAULT_TIMEOUT = 30


def logged(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        print("exec", args)
        return fn(*args, **kwargs)
    return wrapper


@logged
def sh(command, timeout=DEFAULT_TIMEOUT):
    return subprocess.run(command, shell=True, timeout=timeout, capture_output=True).stdout  # BAD: os-command-injection


@logged
def sh_quoted(program, *args):
    line = " ".join([program, *map(shlex.quote, args)])
    return subprocess.run(line, shell=True, capture_output=True).stdout  # OK: os-command-injection


def argv(program, *args):
    return subprocess.run([program, *args], capture_output=True).stdout  # BAD: argument-injection


def argv_sep(program, *args):
    return subprocess.run([program, "--", *args], capture_output=True).stdout  # OK: argument-injection


class Runner:
    shell = "/bin/sh"

    def __init__(self, workdir):
        self.workdir = workdir
        self.steps = []

    def add(self, step):
        self.steps.append(step)
        return self

    def run(self):
        for step in self.steps:
            subprocess.check_call([self.shell, "-c", step], cwd=self.workdir)  # BAD: os-command-injection


class FixedRunner(Runner):
    def run(self):
        for step in ("make", "make install"):
            subprocess.check_call([self.shell, "-c", step], cwd=self.workdir)  # OK: os-command-injection
