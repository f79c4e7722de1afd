import ast
import json
import operator
import weakref

from aiohttp import WSMsgType, web

routes = web.RouteTableDef()
MATH = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


class Commands:
    def __init__(self, room):
        self.room = room

    def do_count(self, arg):
        return str(len(self.room))

    def do_echo(self, arg):
        return arg

    def do_calc(self, arg):
        return str(eval(arg, {"__builtins__": {}}))  # BAD: code-injection

    def do_sum(self, arg):
        node = ast.parse(arg, mode="eval").body
        if not isinstance(node, ast.BinOp) or type(node.op) not in MATH:
            return "?"
        return str(MATH[type(node.op)](ast.literal_eval(node.left), ast.literal_eval(node.right)))  # OK: code-injection

    def run(self, name, arg):
        handler = getattr(self, "do_" + name, None)  # OK: unsafe-reflection
        return handler(arg) if handler else "unknown"

    def call(self, name, arg):
        return getattr(self.room, name)(arg)  # BAD: unsafe-reflection


@routes.get("/chat/ws/{room}")
async def websocket(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    room = request.app["rooms"].setdefault(request.match_info["room"], weakref.WeakSet())
    room.add(ws)
    commands = Commands(room)
    async for msg in ws:
        if msg.type != WSMsgType.TEXT:
            continue
        data = json.loads(msg.data)
        if data["kind"] == "command":
            await ws.send_str(commands.run(data["name"], data.get("arg", "")))
        elif data["kind"] == "room":
            await ws.send_str(str(commands.call(data["name"], data.get("arg"))))
        elif data["kind"] == "save":
            async with request.app["pg"].acquire() as conn:
                await conn.execute(f"INSERT INTO messages(room, body) VALUES ($1, '{data['body']}')", request.match_info["room"])  # BAD: sql-injection
        else:
            for peer in set(room):
                await peer.send_json({"text": data.get("text", "")})
    return ws


@routes.get("/chat/widget")
async def widget(request):
    room = request.query.get("room", "lobby")
    page = "<script>var room = '%s';</script>" % room.replace("<", "&lt;")
    return web.Response(text=page, content_type="text/html")  # BAD: cross-site-scripting
