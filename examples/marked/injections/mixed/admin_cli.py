import configparser
import os
import pickle
import re
import sqlite3
import sys
import tarfile
import xml.etree.ElementTree as ET

import click
import typer
import yaml
from lxml import etree

cli = typer.Typer()


@click.group()
def main():
    pass


@main.command()
@click.argument("table")
@click.option("--limit", type=int, default=10)
def dump(table, limit):
    con = sqlite3.connect("app.db")
    for row in con.execute("SELECT * FROM " + table):  # LOCAL: sql-injection
        print(row)
    for row in con.execute(f"SELECT * FROM items LIMIT {limit}"):  # OK: sql-injection
        print(row)


@main.command()
@click.argument("path")
def show(path):
    with open(path) as fh:
        conf = yaml.unsafe_load(fh)  # LOCAL: unsafe-deserialization
    print(conf)


@main.command()
@click.argument("archive", type=click.Path(exists=True))
def restore(archive):
    with tarfile.open(archive) as tf:
        tf.extractall("/srv/restore")  # LOCAL: archive-traversal


@cli.command()
def count(pattern: str):
    hits = [line for line in sys.stdin if re.search(pattern, line)]  # LOCAL: regex-injection
    print(len(hits))


@cli.command()
def plugin(name: str):
    module = __import__(name)  # LOCAL: unsafe-reflection
    module.run()


@cli.command()
def query(expr: str):
    tree = etree.parse("/srv/users.xml")
    print(tree.xpath("//user[@name='" + expr + "']"))  # LOCAL: xpath-injection


def from_env():
    parser = configparser.ConfigParser()
    parser.read(os.environ["APP_CONF"])
    os.system(parser["hooks"]["start"])  # LOCAL: os-command-injection
    with open(os.path.join("/srv/data", os.environ["DATASET"])) as fh:  # LOCAL: path-traversal
        print(fh.read())


def from_stdin():
    state = pickle.load(sys.stdin.buffer)  # LOCAL: unsafe-deserialization
    print(eval(sys.argv[1], {"state": state}))  # LOCAL: code-injection


if __name__ == "__main__":
    main()
