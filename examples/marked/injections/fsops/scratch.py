import os
import tempfile
from pathlib import Path
from tempfile import mktemp


def export(rows):
    name = tempfile.mktemp(suffix=".csv")  # BAD: insecure-temporary-file
    with open(name, "w") as fh:
        fh.writelines(rows)
    return name


def export_named(rows):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as fh:  # OK: insecure-temporary-file
        fh.writelines(rows)
    return fh.name


def render(data):
    target = Path(mktemp(prefix="render-", dir="/var/tmp"))  # BAD: insecure-temporary-file
    target.write_bytes(data)
    return target


def fd_based(data):
    fd, path = tempfile.mkstemp()  # OK: insecure-temporary-file
    with os.fdopen(fd, "wb") as fh:
        fh.write(data)
    return path


def fixed_name(data):
    with open("/tmp/report.html", "w") as fh:  # BAD: insecure-temporary-file
        fh.write(data)


def pid_name(data):
    path = "/tmp/job-%d.dat" % os.getpid()
    with open(path, "wb") as fh:  # BAD: insecure-temporary-file
        fh.write(data)


def join_name(job, data):
    path = os.path.join(tempfile.gettempdir(), "job_" + job + ".json")
    Path(path).write_text(data)  # BAD: insecure-temporary-file


def private_dir(data):
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "report.html"), "w") as fh:  # OK: insecure-temporary-file
            fh.write(data)


def private_dir2(data):
    d = tempfile.mkdtemp(prefix="job-")
    Path(d, "out.bin").write_bytes(data)  # OK: insecure-temporary-file
    return d


def exclusive(data):
    fd = os.open("/tmp/app.state", os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)  # OK: insecure-temporary-file
    os.write(fd, data)
    os.close(fd)


def append_log(line):
    with open("/var/tmp/app-debug.log", "a") as fh:  # BAD: insecure-temporary-file
        fh.write(line + "\n")


def shared_dir():
    workdir = Path("/tmp/app-work")
    workdir.mkdir(exist_ok=True)  # BAD: insecure-temporary-file
    (workdir / "queue").touch()


def lock():
    return os.open("/tmp/app.lock", os.O_CREAT | os.O_RDWR)  # BAD: insecure-temporary-file


def env_dir(data):
    base = os.environ.get("TMPDIR", "/tmp")
    with open(f"{base}/upload.bin", "wb") as fh:  # BAD: insecure-temporary-file
        fh.write(data)
