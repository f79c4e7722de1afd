import ldap3
from ldap3.utils.conv import escape_filter_chars


class Directory:
    base = "ou=people,dc=example,dc=org"

    def __init__(self, server, user, password):
        self.conn = ldap3.Connection(ldap3.Server(server, use_ssl=True), user, password, auto_bind=True)

    def by_uid(self, uid):
        self.conn.search(self.base, "(uid=%s)" % escape_filter_chars(uid), attributes=["cn", "mail"])  # OK: ldap-injection
        return self.conn.entries

    def by_name(self, name):
        self.conn.search(self.base, f"(&(objectClass=person)(cn=*{name}*))", attributes=["cn", "mail"])  # BAD: ldap-injection
        return self.conn.entries
