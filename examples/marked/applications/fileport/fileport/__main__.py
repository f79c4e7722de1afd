import argparse
import logging
import threading

from .config import load
from .control import ControlServer
from .web import WebServer


def main(argv=None):
    parser = argparse.ArgumentParser("fileport")
    parser.add_argument("--config", default="/etc/fileport.ini")
    args = parser.parse_args(argv)
    cfg = load(args.config)
    logging.basicConfig(filename=cfg.log_file, level=logging.INFO)
    control = ControlServer(("127.0.0.1", cfg.control_port), cfg)  # OK: binds-all-interfaces
    threading.Thread(target=control.serve_forever, daemon=True).start()
    WebServer(("0.0.0.0", cfg.web_port), cfg).serve_forever()  # BAD: binds-all-interfaces


if __name__ == "__main__":
    main()
