import boto3
from botocore.config import Config

from .config import REGION, REPORT_ACCESS_KEY, REPORT_SECRET

_retry = Config(retries={"max_attempts": 5, "mode": "standard"})


def table(name):
    return boto3.resource("dynamodb", region_name=REGION, config=_retry).Table(name)


def dynamo():
    return boto3.client("dynamodb", region_name=REGION)


def s3():
    return boto3.client("s3", region_name=REGION)


def report_s3():
    return boto3.client("s3", aws_access_key_id=REPORT_ACCESS_KEY, aws_secret_access_key=REPORT_SECRET)


def gateway_s3(endpoint):
    return boto3.client("s3", endpoint_url=endpoint, verify=False)  # BAD: certificate-check-off
