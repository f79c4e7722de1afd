import sys
import urllib.request

import requests


def main(argv=None):
    argv = argv or sys.argv[1:]
    for url in argv:
        print(requests.get(url, timeout=10).status_code)  # LOCAL: server-side-request-forgery
    extra = input("another url: ")
    with urllib.request.urlopen(extra) as resp:  # LOCAL: server-side-request-forgery
        print(resp.status)


if __name__ == "__main__":
    main()
