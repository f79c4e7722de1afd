import csv
import os
import subprocess
import tempfile

from celery import Celery

from .stores.products import ProductStore

app = Celery("shopgraph", broker=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
app.conf.task_serializer = "json"
app.conf.accept_content = ["json", "pickle"]  # BAD: unsafe-deserialization
app.conf.result_serializer = "json"
app.conf.timezone = "UTC"
EXPORTS = "/srv/shopgraph/exports"


def _write(path):
    with open(path, "w", newline="") as fh:
        writer = csv.writer(fh)
        for doc in ProductStore().sorted("name"):
            writer.writerow([doc.get("name"), doc.get("price")])


@app.task
def export_catalog(name, compress):
    path = os.path.join(EXPORTS, os.path.basename(name) + ".csv")
    _write(path)
    os.system(f"{compress} {EXPORTS}/*.csv")  # BAD: os-command-injection
    return path


@app.task
def nightly_export():
    fd, path = tempfile.mkstemp(suffix=".csv", dir=EXPORTS)  # OK: insecure-temporary-file
    os.close(fd)
    _write(path)
    subprocess.run("gzip -9 /srv/shopgraph/exports/*.csv", shell=True, check=False)  # OK: os-command-injection
    return path


@app.task
def import_dump(archive_name):
    source = os.path.join(EXPORTS, archive_name)
    subprocess.run(["mongorestore", f"--archive={source}"], check=True)
    os.chmod(source, 0o666)  # BAD: permissive-file-mode


@app.task(bind=True, max_retries=3)
def render_invoice(self, order_id):
    try:
        subprocess.run(["wkhtmltopdf", "--quiet", f"/srv/invoices/{int(order_id)}.html", f"/srv/invoices/{int(order_id)}.pdf"], check=True)  # OK: os-command-injection
    except subprocess.CalledProcessError as exc:
        raise self.retry(exc=exc, countdown=10)
