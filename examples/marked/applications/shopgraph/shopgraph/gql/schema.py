import graphene
from flask import g
from graphene.types.generic import GenericScalar

from .. import tasks
from ..services import pricing, remote
from ..stores.carts import CartStore, ScriptedCart
from ..stores.products import ProductStore
from ..stores.users import UserStore
from .auth import signed_in, staff_only


class Product(graphene.ObjectType):
    id = graphene.ID()
    name = graphene.String()
    price = graphene.Float()

    @classmethod
    def of(cls, doc):
        return cls(id=str(doc["_id"]), name=doc.get("name"), price=doc.get("price"))


class Query(graphene.ObjectType):
    product = graphene.Field(Product, id=graphene.ID(required=True))
    named = graphene.List(Product, text=graphene.String(required=True))
    starting = graphene.List(Product, text=graphene.String(required=True))
    cheaper = graphene.List(Product, limit=graphene.Float(required=True))
    scripted = graphene.List(Product, expression=graphene.String(required=True))
    matching = graphene.List(Product, criteria=GenericScalar())
    grouped = GenericScalar(pipeline=GenericScalar())
    cart_total = graphene.Float(key=graphene.String(), rate=graphene.String())
    discount = graphene.Float(formula=graphene.String(), price=graphene.Float())
    round_price = graphene.Float(price=graphene.String())
    preview_image = graphene.String(url=graphene.String())
    stock_level = graphene.Int(sku=graphene.String())

    def resolve_product(root, info, id):
        return Product.of(ProductStore().get(id))

    def resolve_named(root, info, text):
        return [Product.of(d) for d in ProductStore().named(text)]

    def resolve_starting(root, info, text):
        return [Product.of(d) for d in ProductStore().starting(text)]

    def resolve_cheaper(root, info, limit):
        return [Product.of(d) for d in ProductStore().cheaper(limit)]

    def resolve_scripted(root, info, expression):
        return [Product.of(d) for d in ProductStore().scripted(expression)]

    @signed_in
    def resolve_matching(root, info, criteria):
        return [Product.of(d) for d in ProductStore().match(criteria)]

    @staff_only
    def resolve_grouped(root, info, pipeline):
        return ProductStore().grouped(pipeline)

    @signed_in
    def resolve_cart_total(root, info, key, rate):
        return ScriptedCart().total(key, rate)

    @signed_in
    def resolve_discount(root, info, formula, price):
        return pricing.discount(formula, price)

    def resolve_round_price(root, info, price):
        return pricing.rounded(price)

    @signed_in
    def resolve_preview_image(root, info, url):
        return remote.image_type(url)

    def resolve_stock_level(root, info, sku):
        return remote.stock(sku)


class Login(graphene.Mutation):
    class Arguments:
        email = GenericScalar()
        password = GenericScalar()

    token = graphene.String()

    def mutate(root, info, email, password):
        user = UserStore().login(email, password)
        return Login(token=UserStore().new_token(user) if user else None)


class UpdateMe(graphene.Mutation):
    class Arguments:
        changes = GenericScalar()

    ok = graphene.Boolean()

    @signed_in
    def mutate(root, info, changes):
        UserStore().apply(g.user, changes)
        return UpdateMe(ok=True)


class UpdateAddress(graphene.Mutation):
    class Arguments:
        street = graphene.String()
        city = graphene.String()

    ok = graphene.Boolean()

    @signed_in
    def mutate(root, info, street, city):
        UserStore().save(g.user["_id"], {"street": street, "city": city})  # OK: mass-assignment
        return UpdateAddress(ok=True)


class DeleteProduct(graphene.Mutation):
    class Arguments:
        id = graphene.ID(required=True)

    ok = graphene.Boolean()

    @staff_only
    def mutate(root, info, id):
        ProductStore().col.delete_one({"_id": ProductStore().get(id)["_id"]})
        return DeleteProduct(ok=True)


class SetPrice(graphene.Mutation):
    class Arguments:
        id = graphene.ID(required=True)
        price = graphene.Float(required=True)

    ok = graphene.Boolean()

    def mutate(root, info, id, price):  # BAD: missing-authentication
        ProductStore().save(id, {"price": price})
        return SetPrice(ok=True)


class ExportCatalog(graphene.Mutation):
    class Arguments:
        name = graphene.String()
        compress = graphene.String()

    ok = graphene.Boolean()

    @staff_only
    def mutate(root, info, name, compress):
        tasks.export_catalog.delay(name, compress)
        tasks.nightly_export.delay()
        return ExportCatalog(ok=True)


class MergeCart(graphene.Mutation):
    class Arguments:
        key = graphene.String()

    items = GenericScalar()

    @signed_in
    def mutate(root, info, key):
        return MergeCart(items=CartStore().load(f"{g.user['_id']}:{key}"))


class Mutation(graphene.ObjectType):
    login = Login.Field()
    update_me = UpdateMe.Field()
    update_address = UpdateAddress.Field()
    delete_product = DeleteProduct.Field()
    set_price = SetPrice.Field()
    export_catalog = ExportCatalog.Field()
    merge_cart = MergeCart.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)
