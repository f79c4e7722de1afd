import ldap3
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn


class People:
    base = "ou=staff,dc=example,dc=org"
    template = "(&(objectClass=person)(uid={uid}))"

    def __init__(self, cfg):
        self.cfg = cfg

    def _connect(self):
        server = ldap3.Server(self.cfg.ldap_server)
        return ldap3.Connection(server, self.cfg.ldap_user, self.cfg.ldap_password, auto_bind=True)

    def find(self, uid):
        conn = self._connect()
        conn.search(self.base, self.template.format(uid=uid), attributes=["cn"])  # BAD: ldap-injection
        return [str(e.cn) for e in conn.entries]

    def find_escaped(self, uid):
        conn = self._connect()
        conn.search(self.base, self.template.format(uid=escape_filter_chars(uid)), attributes=["cn"])  # OK: ldap-injection
        return [str(e.cn) for e in conn.entries]

    def bind(self, uid, password):
        conn = ldap3.Connection(ldap3.Server(self.cfg.ldap_server), f"uid={escape_rdn(uid)},{self.base}", password)  # OK: ldap-injection
        return bool(password) and conn.bind()
