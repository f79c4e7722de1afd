import os
import subprocess

import gradio as gr
from PIL import Image

STYLES = {"sketch": "0.3", "oil": "0.7"}


def stylise(image, style):
    image = Image.fromarray(image)
    return image.convert("L") if STYLES.get(style) else image


def caption(path, font):
    out = "/srv/demo/captioned.png"
    subprocess.run(f"convert {path} -font {font} -annotate 0 demo {out}", shell=True, check=True)  # BAD: os-command-injection
    return out


def compute(expression):
    return str(eval(expression))  # BAD: code-injection


def length(text):
    return str(len(text))


with gr.Blocks() as demo:
    picture = gr.Image()
    style = gr.Dropdown(list(STYLES))
    result = gr.Image()
    gr.Button("Stylise").click(stylise, [picture, style], result)
    file_path = gr.File(type="filepath")
    font = gr.Textbox()
    gr.Button("Caption").click(caption, [file_path, font], result)
    expr = gr.Textbox()
    value = gr.Textbox()
    gr.Button("Compute").click(compute, expr, value)
    gr.Button("Length").click(length, expr, value)


if __name__ == "__main__":
    demo.launch(server_name="0.0.0.0", auth=("demo", os.environ["DEMO_PASSWORD"]))  # BAD: binds-all-interfaces
