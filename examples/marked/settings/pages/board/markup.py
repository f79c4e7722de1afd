from html import escape


def bold(text):
    return "<b>" + text + "</b>"


def cell(text):
    return "<td>" + escape(text) + "</td>"
