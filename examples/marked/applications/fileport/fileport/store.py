import os
import shutil
import tarfile
import tempfile
import zipfile


class Store:
    def __init__(self, root):
        self.root = os.path.realpath(root)

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def checked(self, name):
        full = os.path.realpath(os.path.join(self.root, name))
        if full != self.root and not full.startswith(self.root + os.sep):
            raise PermissionError(name)
        return full

    def read(self, name):
        with open(self.path(name), "rb") as fh:  # BAD: path-traversal
            return fh.read()

    def read_checked(self, name):
        with open(self.checked(name), "rb") as fh:  # OK: path-traversal
            return fh.read()

    def write(self, name, data):
        target = self.checked(name)
        with open(target, "wb") as fh:
            fh.write(data)
        os.chmod(target, 0o666)  # BAD: permissive-file-mode

    def write_private(self, name, data):
        target = self.checked(name)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # OK: permissive-file-mode
        with os.fdopen(fd, "wb") as fh:
            fh.write(data)

    def claim(self, name):
        lock = os.path.join(self.root, "lock-" + os.path.basename(name))
        if not os.path.exists(lock):
            with open(lock, "w") as fh:  # BAD: check-then-use-race
                fh.write(str(os.getpid()))
            return True
        return False

    def remove(self, name):
        shutil.rmtree(self.path(name))  # BAD: path-traversal

    def unpack_zip(self, stream, folder):
        base = self.checked(folder)
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                if info.is_dir() or info.file_size > 10_000_000:
                    continue
                with open(os.path.join(base, info.filename), "wb") as out:  # BAD: archive-traversal
                    out.write(archive.read(info))

    def unpack_tar(self, stream, folder):
        with tarfile.open(fileobj=stream, mode="r|gz") as tar:
            tar.extractall(self.checked(folder))  # BAD: archive-traversal

    def unpack_tar_checked(self, stream, folder):
        with tarfile.open(fileobj=stream, mode="r|gz") as tar:
            tar.extractall(self.checked(folder), filter="data")  # OK: archive-traversal

    def scratch(self, data):
        with tempfile.NamedTemporaryFile(dir=self.root, delete=False) as fh:  # OK: insecure-temporary-file
            fh.write(data)
            return fh.name

    def scratch_old(self, data):
        name = tempfile.mktemp(dir="/tmp")  # BAD: insecure-temporary-file
        with open(name, "wb") as fh:
            fh.write(data)
        return name
