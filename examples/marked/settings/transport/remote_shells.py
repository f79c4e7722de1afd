import subprocess

import asyncssh
import paramiko
import pysftp
import spur
from ncclient import manager
from netmiko import ConnectHandler
from paramiko.client import AutoAddPolicy, MissingHostKeyPolicy, SSHClient, WarningPolicy
from plumbum import SshMachine
from scrapli import Scrapli


class AcceptAll(MissingHostKeyPolicy):
    def missing_host_key(self, client, hostname, key):
        return None


class Remote:
    policy = AutoAddPolicy

    def __init__(self, host):
        self.client = SSHClient()
        self.client.set_missing_host_key_policy(self.policy())  # BAD: host-key-unchecked
        self.client.connect(host, username="deploy")


def remote(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy)  # BAD: host-key-unchecked
    client.connect(host)
    return client


def remote_warn(host):
    client = SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(WarningPolicy())  # BAD: host-key-unchecked
    client.connect(host)
    return client


def remote_own_policy(host):
    client = SSHClient()
    client.set_missing_host_key_policy(AcceptAll())  # BAD: host-key-unchecked
    client.connect(host)
    return client


def remote_reject(host):
    client = SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())  # OK: host-key-unchecked
    client.connect(host)
    return client


def transport(host, key):
    t = paramiko.Transport((host, 22))
    t.connect(username="deploy", pkey=key)  # BAD: host-key-unchecked
    return paramiko.SFTPClient.from_transport(t)


def transport_pinned(host, key, host_key):
    t = paramiko.Transport((host, 22))
    t.connect(hostkey=host_key, username="deploy", pkey=key)  # OK: host-key-unchecked
    return paramiko.SFTPClient.from_transport(t)


async def run(host, command):
    async with asyncssh.connect(host, known_hosts=None) as conn:  # BAD: host-key-unchecked
        return (await conn.run(command)).stdout


async def run_known(host, command):
    async with asyncssh.connect(host, known_hosts="/etc/ssh/known_hosts") as conn:  # OK: host-key-unchecked
        return (await conn.run(command)).stdout


async def run_old(host):
    return await asyncssh.connect(host, encryption_algs=["arcfour", "3des-cbc"])  # BAD: weak-cipher


def upload(host, path):
    options = pysftp.CnOpts()
    options.hostkeys = None  # BAD: host-key-unchecked
    with pysftp.Connection(host, username="deploy", cnopts=options) as sftp:
        sftp.put(path)


def upload_known(host, path):
    options = pysftp.CnOpts(knownhosts="/etc/ssh/known_hosts")  # OK: host-key-unchecked
    with pysftp.Connection(host, username="deploy", cnopts=options) as sftp:
        sftp.put(path)


def copy(host, path):
    subprocess.run(["scp", "-o", "StrictHostKeyChecking=no", path, f"deploy@{host}:/srv"], check=True)  # BAD: host-key-unchecked


def copy_strict(path):
    subprocess.run(["scp", "-o", "StrictHostKeyChecking=yes", path, "deploy@web1:/srv"], check=True)  # OK: host-key-unchecked


def shell(host):
    return spur.SshShell(hostname=host, username="ops", missing_host_key=spur.ssh.MissingHostKey.accept)  # BAD: host-key-unchecked


def router(host, password):
    return manager.connect(host=host, username="admin", password=password, hostkey_verify=False)  # BAD: host-key-unchecked


def router_checked(host, password):
    return manager.connect(host=host, username="admin", password=password, hostkey_verify=True)  # OK: host-key-unchecked


def switch(host, password):
    return ConnectHandler(device_type="cisco_ios", host=host, username="admin", password=password, ssh_strict=False)  # BAD: host-key-unchecked


def firewall(host):
    device = {"host": host, "auth_username": "admin", "platform": "cisco_iosxe", "auth_strict_key": False}
    return Scrapli(**device)  # BAD: host-key-unchecked


def machine(host):
    return SshMachine(host, ssh_opts=["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])  # BAD: host-key-unchecked
