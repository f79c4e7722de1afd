import os
import shutil
import stat
import threading
from pathlib import Path

LOCK = threading.Lock()


def save_once(path, data):
    if not os.path.exists(path):
        with open(path, "w") as fh:  # BAD: check-then-use-race
            fh.write(data)


def save_exclusive(path, data):
    try:
        with open(path, "x") as fh:  # OK: check-then-use-race
            fh.write(data)
    except FileExistsError:
        pass


def read_allowed(path):
    if os.access(path, os.R_OK):
        with open(path) as fh:  # BAD: check-then-use-race
            return fh.read()
    return None


def read_try(path):
    try:
        with open(path) as fh:  # OK: check-then-use-race
            return fh.read()
    except FileNotFoundError:
        return None


def write_allowed(path, data):
    if not os.access(path, os.W_OK):
        raise PermissionError(path)
    with open(path, "wb") as fh:  # BAD: check-then-use-race
        fh.write(data)


def truncate_plain(path):
    if not Path(path).is_symlink():
        os.truncate(path, 0)  # BAD: check-then-use-race


def remove_quiet(path):
    Path(path).unlink(missing_ok=True)  # OK: check-then-use-race


def hand_over(path, uid, gid):
    info = os.lstat(path)
    if stat.S_ISREG(info.st_mode):
        os.chown(path, uid, gid)  # BAD: check-then-use-race


def ensure_dir_ok(path):
    os.makedirs(path, exist_ok=True)  # OK: check-then-use-race


def owned(path):
    if os.stat(path).st_uid == os.getuid():
        os.chmod(path, 0o600)  # BAD: check-then-use-race


def owned_fd(path):
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    if os.fstat(fd).st_uid == os.getuid():
        os.fchmod(fd, 0o600)  # OK: check-then-use-race
    os.close(fd)


def rotate(path):
    old = Path(str(path) + ".1")
    if not old.exists():
        shutil.copyfile(path, old)  # BAD: check-then-use-race


def copy_regular(src, dst):
    if not os.path.islink(dst):
        shutil.copyfile(src, dst)  # BAD: check-then-use-race


def touch_new(path):
    target = Path(path)
    if target.exists():
        return
    target.write_text("")  # BAD: check-then-use-race


def report(path):
    if os.path.exists(path):
        print("already there")  # OK: check-then-use-race
