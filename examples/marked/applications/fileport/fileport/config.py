import configparser
import os
from dataclasses import dataclass


@dataclass
class Config:
    root: str = "/srv/fileport"
    database: str = "/var/lib/fileport/fileport.db"
    log_file: str = "/var/log/fileport.log"
    web_port: int = 8088
    control_port: int = 8089
    ldap_server: str = "ldaps://ldap.example.org"
    ldap_user: str = "cn=fileport,dc=example,dc=org"
    ldap_password: str = "Tr4nsfer#Bind"  # BAD: hardcoded-credential
    ftp_host: str = "ftp.example.org"
    token_file: str = "/etc/fileport/token"  # OK: hardcoded-credential


def load(path):
    parser = configparser.ConfigParser()
    parser.read(path)
    section = parser["fileport"] if parser.has_section("fileport") else {}
    cfg = Config()
    for name in ("root", "database", "log_file", "ldap_server", "ldap_user", "ftp_host"):
        if name in section:
            setattr(cfg, name, section[name])  # OK: mass-assignment
    if "FILEPORT_PORT" in os.environ:
        cfg.web_port = int(os.environ["FILEPORT_PORT"])
    return cfg
