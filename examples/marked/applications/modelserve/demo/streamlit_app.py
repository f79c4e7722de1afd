import html
import os
import pickle

import pandas as pd
import streamlit as st

st.title("Model explorer")
DATA = os.environ.get("DATA_DIR", "/srv/modelserve/data")

name = st.text_input("Your name")
st.markdown(f"<h3>Welcome {name}</h3>", unsafe_allow_html=True)  # BAD: cross-site-scripting
st.markdown(f"<small>{html.escape(name)}</small>", unsafe_allow_html=True)  # OK: cross-site-scripting

upload = st.file_uploader("Model (pickle)")
if upload is not None:
    model = pickle.load(upload)  # BAD: unsafe-deserialization
    st.write(type(model).__name__)

dataset = st.selectbox("Dataset", ["train.csv", "test.csv"])
frame = pd.read_csv(os.path.join(DATA, dataset))  # OK: path-traversal
st.dataframe(frame.head(int(st.number_input("Rows", value=5))))

other = st.text_input("Other file")
if other:
    with open(os.path.join(DATA, other)) as fh:  # BAD: path-traversal
        st.text(fh.read(2000))
