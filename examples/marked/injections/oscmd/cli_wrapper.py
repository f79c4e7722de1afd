import argparse
import os
import subprocess
import sys


def open_editor(path):
    editor = os.environ.get("EDITOR", "vi")
    subprocess.call(editor + " " + path, shell=True)  # LOCAL: os-command-injection


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    os.system("make -j%d" % args.jobs)  # OK: os-command-injection
    os.system("wc -l " + args.path)  # LOCAL: os-command-injection
    open_editor(args.path)
    for line in sys.stdin:
        os.popen("file " + line.strip()).read()  # LOCAL: os-command-injection
    subprocess.run(["stat", sys.argv[1]])  # OK: os-command-injection


if __name__ == "__main__":
    main()
