import bz2
import gzip
import io
import lzma
import zipfile
import zlib

import brotli
import lz4.frame
import zstandard
from aiohttp import web
from django.http import HttpResponse, HttpResponseBadRequest
from django.views import View

LIMIT = 5 * 1024 * 1024


class Ingest(View):
    def post(self, request):
        body = gzip.decompress(request.body)  # BAD: decompression-bomb
        return HttpResponse(len(body))

    def put(self, request):
        d = zlib.decompressobj()
        body = d.decompress(request.body, LIMIT)  # OK: decompression-bomb
        if d.unconsumed_tail:
            return HttpResponseBadRequest()
        return HttpResponse(len(body))

    def patch(self, request):
        return HttpResponse(len(zlib.decompress(request.body, 16 + zlib.MAX_WBITS)))  # BAD: decompression-bomb

    def delete(self, request):
        return HttpResponse(len(bz2.decompress(request.body)))  # BAD: decompression-bomb


def uploaded(request):
    with gzip.open(request.FILES["log"], "rb") as fh:
        text = fh.read()  # BAD: decompression-bomb
    return HttpResponse(len(text))


def uploaded_capped(request):
    with gzip.open(request.FILES["log"], "rb") as fh:
        text = fh.read(LIMIT)  # OK: decompression-bomb
    return HttpResponse(len(text))


def uploaded_gzipfile(request):
    reader = gzip.GzipFile(fileobj=io.BytesIO(request.body))
    return HttpResponse(len(reader.read()))  # BAD: decompression-bomb


def lz(request):
    return HttpResponse(len(lzma.decompress(request.body)))  # BAD: decompression-bomb


def lz_stream(request):
    d = lzma.LZMADecompressor(memlimit=1 << 26)
    return HttpResponse(len(d.decompress(request.body, max_length=LIMIT)))  # OK: decompression-bomb


def bz_stream(request):
    d = bz2.BZ2Decompressor()
    return HttpResponse(len(d.decompress(request.body)))  # BAD: decompression-bomb


def zip_member(request):
    zf = zipfile.ZipFile(request.FILES["z"])
    return HttpResponse(zf.read("manifest.json"))  # BAD: decompression-bomb


def zip_member_sized(request):
    zf = zipfile.ZipFile(request.FILES["z"])
    if zf.getinfo("manifest.json").file_size > LIMIT:
        return HttpResponseBadRequest()
    return HttpResponse(zf.read("manifest.json"))  # OK: decompression-bomb


def zip_all(request):
    zipfile.ZipFile(request.FILES["z"]).extractall("/srv/z")  # BAD: decompression-bomb
    return HttpResponse("ok")


async def br(request):
    return web.Response(body=brotli.decompress(await request.read()))  # BAD: decompression-bomb


async def zs(request):
    dctx = zstandard.ZstdDecompressor()
    data = await request.read()
    with dctx.stream_reader(data) as reader:
        return web.Response(body=reader.read())  # BAD: decompression-bomb


async def zs_capped(request):
    reader = zstandard.ZstdDecompressor().stream_reader(await request.read())
    return web.Response(body=reader.read(LIMIT))  # OK: decompression-bomb


async def l4(request):
    return web.Response(body=lz4.frame.decompress(await request.read()))  # BAD: decompression-bomb


async def deflate(request):
    return web.Response(body=zlib.decompressobj(-15).decompress(await request.read()))  # BAD: decompression-bomb


async def local_dict(request):
    with open("/srv/static/dict.gz", "rb") as fh:
        return web.Response(body=gzip.decompress(fh.read()))  # OK: decompression-bomb
