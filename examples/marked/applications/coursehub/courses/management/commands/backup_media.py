import os
import subprocess

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Pack the media folder"

    def add_arguments(self, parser):
        parser.add_argument("--keep", type=int, default=7)

    def handle(self, *args, **options):
        target = "/var/backups/coursehub.tar.gz"
        subprocess.run(["tar", "-czf", target, str(settings.MEDIA_ROOT)], check=True)  # OK: os-command-injection
        os.chmod(target, 0o666)  # BAD: permissive-file-mode
        subprocess.run("find /var/backups -name '*.gz' -mtime +%d -delete" % options["keep"], shell=True, check=True)  # OK: os-command-injection
        self.stdout.write(self.style.SUCCESS("done"))
