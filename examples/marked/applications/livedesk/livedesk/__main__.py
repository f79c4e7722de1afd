import argparse
import logging

from aiohttp import web

from .app import build_app
from .settings import load


def main():
    parser = argparse.ArgumentParser(prog="livedesk")
    parser.add_argument("--config", default="livedesk.toml")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    cfg = load(args.config)
    logging.basicConfig(level=logging.INFO)
    web.run_app(build_app(cfg), host="127.0.0.1", port=args.port)  # OK: binds-all-interfaces


if __name__ == "__main__":
    main()
