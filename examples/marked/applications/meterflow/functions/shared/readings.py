from boto3.dynamodb.conditions import Attr, Key

from .clients import dynamo, table
from .config import TABLE


class Readings:
    columns = {"day", "value", "unit"}

    def for_meter(self, meter):
        return table(TABLE).query(KeyConditionExpression=Key("meter").eq(meter))["Items"]  # OK: nosql-injection

    def filtered(self, expression, values):
        return dynamo().scan(TableName=TABLE, FilterExpression=expression, ExpressionAttributeValues=values)["Items"]  # BAD: nosql-injection

    def above(self, limit):
        return table(TABLE).scan(FilterExpression=Attr("value").gt(int(limit)))["Items"]  # OK: nosql-injection

    def partiql(self, owner, unit):
        statement = f"SELECT * FROM \"{TABLE}\" WHERE owner = '{owner}' AND unit = '{unit}'"
        return dynamo().execute_statement(Statement=statement)["Items"]  # BAD: sql-injection

    def partiql_bound(self, owner):
        statement = f'SELECT * FROM "{TABLE}" WHERE owner = ?'
        return dynamo().execute_statement(Statement=statement, Parameters=[{"S": owner}])["Items"]  # OK: sql-injection

    def put(self, item):
        table(TABLE).put_item(Item=item)

    def put_known(self, item):
        table(TABLE).put_item(Item={k: item[k] for k in self.columns if k in item})
