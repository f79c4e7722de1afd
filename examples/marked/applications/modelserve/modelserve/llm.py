import os

from openai import OpenAI


class Assistant:
    model = "gpt-4o-mini"
    system = "You are a careful data assistant."

    def __init__(self):
        self.client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])  # OK: hardcoded-credential

    def ask(self, question):
        messages = [{"role": "system", "content": self.system}, {"role": "user", "content": question}]
        done = self.client.chat.completions.create(model=self.model, messages=messages)
        return done.choices[0].message.content
