import asyncio
import pickle
import socketserver
import zlib
from _pickle import loads as c_loads
from xmlrpc.server import SimpleXMLRPCServer

import Pyro4
import kombu.serialization
import msgpack
import zmq
from celery import Celery
from kafka import KafkaConsumer
from multiprocessing.connection import Listener
from rest_framework.views import APIView
from rest_framework.response import Response
from twisted.internet.protocol import DatagramProtocol

app = Celery("tasks", broker="redis://localhost")
app.conf.update(accept_content=["pickle", "json"], task_serializer="pickle")  # BAD: unsafe-deserialization

quiet = Celery("quiet", broker="redis://localhost")
quiet.conf.update(accept_content=["json"], task_serializer="json")  # OK: unsafe-deserialization


class FrameHandler(socketserver.BaseRequestHandler):
    def handle(self):
        buf = b""
        while chunk := self.request.recv(4096):
            buf += chunk
        job = pickle.loads(zlib.decompress(buf))  # BAD: unsafe-deserialization
        print(job)


class Beacon(DatagramProtocol):
    def datagramReceived(self, datagram, addr):
        kind, _, rest = datagram.partition(b":")
        if kind == b"obj":
            c_loads(rest)  # BAD: unsafe-deserialization


def zmq_worker():
    sock = zmq.Context().socket(zmq.PULL)
    sock.bind("tcp://0.0.0.0:5555")
    while True:
        job = sock.recv_pyobj()  # BAD: unsafe-deserialization
        print(job)


def zmq_json_worker():
    sock = zmq.Context().socket(zmq.PULL)
    sock.bind("tcp://0.0.0.0:5556")
    while True:
        print(sock.recv_json())  # OK: unsafe-deserialization


def listen():
    with Listener(("0.0.0.0", 6000)) as listener:
        with listener.accept() as conn:
            print(conn.recv())  # BAD: unsafe-deserialization


def pack(data):
    return msgpack.unpackb(data, raw=False)  # OK: unsafe-deserialization


class JobView(APIView):
    def post(self, request):
        blob = request.data["blob"].encode("latin-1")
        return Response(repr(pickle.loads(blob)))  # BAD: unsafe-deserialization

    def put(self, request):
        return Response(pack(request.body))


async def reader(stream_reader, writer):
    header = await stream_reader.readexactly(4)
    body = await stream_reader.readexactly(int.from_bytes(header, "big"))
    writer.write(repr(pickle.loads(body)).encode())  # BAD: unsafe-deserialization


def load_cache():
    with open("/var/cache/app/index.pkl", "rb") as fh:
        return pickle.load(fh)  # OK: unsafe-deserialization
