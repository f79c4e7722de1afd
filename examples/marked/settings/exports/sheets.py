import csv
import io

import pandas as pd
import tablib
import xlsxwriter
from django.http import HttpResponse
from fastapi import FastAPI, Form, Response
from flask import Flask, Response as FlaskResponse, request
from openpyxl import Workbook

app = Flask(__name__)
api = FastAPI()
TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
CSV = "text/csv"


def quoted(cell):
    cell = str(cell)
    return "'" + cell if cell.startswith(TRIGGERS) else cell


@app.post("/export/contacts")
def contacts():
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["name", "mail"])
    for contact in request.get_json()["contacts"]:
        writer.writerow([contact["name"], contact["mail"]])  # BAD: csv-injection
    return FlaskResponse(buffer.getvalue(), mimetype=CSV)


@app.post("/export/contacts/quoted")
def contacts_quoted():
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for contact in request.get_json()["contacts"]:
        writer.writerow([quoted(contact["name"]), quoted(contact["mail"])])  # OK: csv-injection
    return FlaskResponse(buffer.getvalue(), mimetype=CSV)


@app.post("/export/form")
def form_dump():
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=["title", "note"], quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow({"title": request.form["title"], "note": request.form["note"]})  # BAD: csv-injection
    return FlaskResponse(buffer.getvalue(), mimetype=CSV)


@app.post("/export/lines")
def lines():
    rows = ([item, "1"] for item in request.form.getlist("item"))
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(rows)  # BAD: csv-injection
    return FlaskResponse(buffer.getvalue(), mimetype=CSV)


@app.post("/export/amounts")
def amounts():
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[abs(int(a))] for a in request.form.getlist("amount")])  # OK: csv-injection
    return FlaskResponse(buffer.getvalue(), mimetype=CSV)


@app.post("/export/frame")
def frame():
    frame = pd.DataFrame(request.json["rows"])
    return FlaskResponse(frame.to_csv(index=False), mimetype=CSV)  # BAD: csv-injection


@app.post("/export/frame/ages")
def frame_ages():
    frame = pd.DataFrame({"age": [float(a) for a in request.json["ages"]]}).abs()
    return FlaskResponse(frame.to_csv(index=False), mimetype=CSV)  # OK: csv-injection


@app.post("/export/book")
def book():
    book = Workbook()
    sheet = book.active
    for n, (key, value) in enumerate(request.form.items(), start=1):
        sheet.cell(row=n, column=1, value=key)  # BAD: csv-injection
        sheet.append(["", value])  # BAD: csv-injection
    out = io.BytesIO()
    book.save(out)
    return FlaskResponse(out.getvalue(), mimetype="application/vnd.ms-excel")


@api.post("/export/ticket")
def ticket(subject: str = Form(), reporter: str = Form()):
    data = tablib.Dataset(headers=["subject", "reporter"])
    data.append([subject, reporter])
    return Response(data.export("csv"), media_type=CSV)  # BAD: csv-injection


@api.post("/export/ticket/html-escaped")
def ticket_plain(subject: str = Form()):
    from html import escape

    buffer = io.StringIO()
    csv.writer(buffer).writerow([escape(subject)])  # BAD: csv-injection
    return Response(buffer.getvalue(), media_type=CSV)


def survey(request):
    response = HttpResponse(content_type=CSV)
    response["Content-Disposition"] = 'attachment; filename="survey.csv"'
    csv.writer(response).writerow(request.POST.getlist("answer"))  # BAD: csv-injection
    return response


def survey_xlsx(request):
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.add_worksheet().write(0, 0, request.POST["answer"])  # BAD: csv-injection
    workbook.close()
    return HttpResponse(out.getvalue())


def survey_xlsx_text(request):
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    workbook.add_worksheet().write_string(0, 0, request.POST["answer"])  # OK: csv-injection
    workbook.close()
    return HttpResponse(out.getvalue())


def survey_lines(request):
    answers = request.GET.getlist("a")
    text = "\n".join(",".join([str(n), answer]) for n, answer in enumerate(answers))
    return HttpResponse(text, content_type=CSV)  # BAD: csv-injection
