import MySQLdb
import cx_Oracle
import mysql.connector
import oracledb
import pymssql
import pymysql
import pyodbc
import tornado.web
from tornado.escape import json_decode

MYSQL = dict(host="db", user="web", database="crm")


class Base(tornado.web.RequestHandler):
    def initialize(self):
        self.conn = pymysql.connect(**MYSQL)

    def run(self, statement, params=None):
        with self.conn.cursor() as cur:
            cur.execute(statement, params)
            return cur.fetchall()


class Contacts(Base):
    def get(self):
        company = self.get_argument("company")
        cur = self.conn.cursor()
        cur.execute("SELECT * FROM contacts WHERE company = '" + company + "'")  # BAD: sql-injection
        self.write({"rows": cur.fetchall()})

    def post(self):
        body = json_decode(self.request.body)
        cur = self.conn.cursor()
        cur.execute("SELECT * FROM contacts WHERE phone LIKE '%s'" % self.conn.escape_string(body["phone"]))  # OK: sql-injection
        self.write({"rows": cur.fetchall()})

    def put(self):
        body = json_decode(self.request.body)
        cur = self.conn.cursor()
        cur.execute("UPDATE contacts SET active = 0 WHERE id = " + self.conn.escape_string(body["id"]))  # BAD: sql-injection
        self.conn.commit()


class Deals(tornado.web.RequestHandler):
    def get(self, deal_id):
        cnx = mysql.connector.connect(**MYSQL)
        cursor = cnx.cursor(dictionary=True)
        cursor.execute("SELECT * FROM deals WHERE id = %s" % deal_id)  # BAD: sql-injection
        self.write(cursor.fetchone())

    def post(self, deal_id):
        cnx = mysql.connector.connect(**MYSQL)
        cursor = cnx.cursor(prepared=True)
        cursor.execute("SELECT * FROM deals WHERE id = %s", (deal_id,))  # OK: sql-injection
        self.write({"row": cursor.fetchone()})


class Legacy(tornado.web.RequestHandler):
    def get(self):
        db = MySQLdb.connect(host="db", user="web", db="crm")
        c = db.cursor()
        where = []
        for key in ("first", "last"):
            value = self.get_query_argument(key, None)
            if value:
                where.append(key + " = '" + value + "'")
        c.execute("SELECT * FROM people WHERE " + " AND ".join(where))  # BAD: sql-injection
        self.write({"rows": c.fetchall()})


class Oracle(tornado.web.RequestHandler):
    def get(self):
        con = cx_Oracle.connect("web/web@//ora/XE")
        cur = con.cursor()
        cur.execute("SELECT * FROM emp WHERE ename = '{}'".format(self.get_argument("name")))  # BAD: sql-injection
        self.write({"rows": cur.fetchall()})

    def post(self):
        con = oracledb.connect(user="web", dsn="ora/XE")
        cur = con.cursor()
        cur.execute("BEGIN log_visit('" + self.get_body_argument("who") + "'); END;")  # BAD: sql-injection
        cur.execute("BEGIN log_visit(:who); END;", who=self.get_body_argument("who"))  # OK: sql-injection


class Odbc(tornado.web.RequestHandler):
    def get(self):
        cookie = self.get_cookie("session_name")
        cnxn = pyodbc.connect("DSN=crm")
        row = cnxn.execute(f"SELECT data FROM sessions WHERE name='{cookie}'").fetchone()  # BAD: sql-injection
        self.write(row.data)

    def post(self):
        conn = pymssql.connect("mssql", "web", "", "crm")
        cur = conn.cursor(as_dict=True)
        lang = self.request.headers.get("Accept-Language")
        cur.execute("EXEC set_language '%s'" % lang)  # BAD: sql-injection
        conn.commit()
