import logging.handlers
import os
import shutil
import socket
import stat
from pathlib import Path

KEY_FILE = "/etc/app/server.key"
WORLD = 0o777
PRIVATE = stat.S_IRUSR | stat.S_IWUSR


def publish(path):
    os.chmod(path, 0o777)  # BAD: permissive-file-mode


def publish_world_writable(path):
    os.chmod(path, stat.S_IRWXU | stat.S_IRWXG | stat.S_IWOTH)  # BAD: permissive-file-mode


def private(path):
    os.chmod(path, PRIVATE)  # OK: permissive-file-mode


def read_only(path):
    os.chmod(path, 0o644)  # OK: permissive-file-mode


def key_readable(data):
    with open(KEY_FILE, "wb") as fh:
        fh.write(data)
    os.chmod(KEY_FILE, 0o666)  # BAD: permissive-file-mode


def key_private(data):
    fd = os.open(KEY_FILE, os.O_WRONLY | os.O_CREAT, 0o600)  # OK: permissive-file-mode
    os.write(fd, data)
    os.close(fd)


def create_open(path, data):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
    os.fchmod(fd, 0o666)  # BAD: permissive-file-mode
    os.write(fd, data)
    os.close(fd)


def pathlib_mode(path):
    Path(path).chmod(WORLD)  # BAD: permissive-file-mode


def add_write(path):
    current = os.stat(path).st_mode
    os.chmod(path, current | stat.S_IWOTH)  # BAD: permissive-file-mode


def make_executable(path):
    current = os.stat(path).st_mode
    os.chmod(path, current | stat.S_IXUSR)  # OK: permissive-file-mode


def daemonize():
    os.umask(0)  # BAD: permissive-file-mode
    os.makedirs("/var/lib/app/spool", mode=0o777)  # BAD: permissive-file-mode


def daemonize_private():
    os.umask(0o077)  # OK: permissive-file-mode
    os.makedirs("/var/lib/app/keys", mode=0o700)  # OK: permissive-file-mode


def fifo():
    os.umask(0)  # BAD: permissive-file-mode
    os.mkfifo("/run/app/control", 0o666)  # BAD: permissive-file-mode


def unix_socket(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    os.chmod(path, mode=0o777)  # BAD: permissive-file-mode
    return sock


def tree(root):
    for base, dirs, files in os.walk(root):
        for name in files:
            os.chmod(os.path.join(base, name), int("666", 8))  # BAD: permissive-file-mode


def lchange(path):
    os.lchmod(path, 511)  # BAD: permissive-file-mode


def restricted_group(path):
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP)  # OK: permissive-file-mode
