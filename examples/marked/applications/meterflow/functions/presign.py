import hashlib
import re
import uuid

from .shared.clients import s3
from .shared.config import BUCKET
from .shared.http import body, catching, guarded, respond

NAME = re.compile(r"^[\w-]{1,80}\.(csv|pdf)$")


@catching
@guarded
def handler(event, context):
    name = body(event)["name"]
    if not NAME.match(name):
        return respond(400, {"error": "name"})
    key = f"{event['claims']['sub']}/{uuid.uuid4().hex}/{name}"
    url = s3().generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=300)
    return respond(200, {"url": url})


@catching
@guarded
def publish(event, context):
    key = f"{event['claims']['sub']}/public/{uuid.uuid4().hex}"
    s3().put_object(Bucket=BUCKET, Key=key, Body=body(event)["text"].encode(), ACL="public-read")  # BAD: insecure-setting
    return respond(200, {"key": key})


@catching
@guarded
def checksum(event, context):
    text = body(event)["text"].encode()
    tag = hashlib.md5(text, usedforsecurity=False).hexdigest()  # OK: weak-hash
    seal = hashlib.sha1(event["claims"]["sub"].encode() + text).hexdigest()  # BAD: weak-hash
    return respond(200, {"etag": tag, "seal": seal})
